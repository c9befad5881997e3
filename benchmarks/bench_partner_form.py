"""Odoo's own list and form of contacts, with the addon and without it."""

import json
from pathlib import Path

from lxml import etree

from . import fixtures
from .runner import best

NAME = "partner_form"
GOAL = "Odoo's list and form of contacts are not slower than 1.1 x with the addon."
CONTACTS = 80
#: Written by a run on a database without the addon, read by the next one with it.
PEER = Path("/tmp/bench_partner_form.json")


def run(env, scale):
    """Read what Odoo's own views of contacts ask for (their fields in ``base``).

    The peer is the same work in a database without the addon: run there first
    (``--database`` of one with its dependencies only), then here.
    """
    env = fixtures.quiet(env)
    partners = env["res.partner"].create(
        [
            {"name": f"Bench {n}", "is_company": True, "phone": f"+3224850{n:04d}"}
            for n in range(max(20, int(CONTACTS * scale)))
        ]
    )
    env.flush_all()
    measured = {}
    for kind, work in (("list", _read_list), ("form", _read_form)):
        asked = _specification(env, kind)
        work(partners, asked)
        measured[kind] = best(
            lambda work=work, asked=asked: work(partners, asked),
            25,
            env.invalidate_all,
        )
    with_addon = "crm.phone.number" in env
    peers = json.loads(PEER.read_text()) if with_addon and PEER.exists() else {}
    if not with_addon:
        PEER.write_text(json.dumps(measured))
    return [
        {
            "name": f"{kind} of contacts",
            "value": value,
            "unit": "ms",
            "peer": peers.get(kind),
            "goal": 1.1,
        }
        for kind, value in measured.items()
    ]


def _specification(env, kind):
    """Fields of Odoo's own view, as the web client asks for them."""
    names = {"list": "base.view_partner_tree", "form": "base.view_partner_form"}
    arch = etree.fromstring(env.ref(names[kind]).arch_db)
    return _fields(env, "res.partner", arch)


def _fields(env, model, node):
    found = {}
    for field in node.xpath(".//field[not(ancestor::field)]"):
        name = field.get("name")
        known = env[model]._fields.get(name)
        if not known or not env[model]._has_field_access(known, "read"):
            continue
        found[name] = {}
        if known.relational:
            lines = field.find("list")
            lines = field.find("kanban") if lines is None else lines
            inner = {"display_name": {}}
            if lines is not None:
                tree = etree.fromstring(etree.tostring(lines))
                inner = _fields(env, known.comodel_name, tree)
            found[name] = {"fields": inner}
    return found


def _read_list(partners, asked):
    domain = [("id", "in", partners.ids)]
    return partners.browse().web_search_read(domain, asked, limit=80)


def _read_form(partners, asked):
    for partner in partners[:10]:
        partner.with_prefetch().web_read(asked)
