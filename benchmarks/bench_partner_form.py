"""Odoo's own list and form of contacts, with the addons and without them."""

import functools

from lxml import etree

from . import fixtures
from .runner import best

NAME = "partner_form"
GOAL = "Odoo's list and form of contacts are not slower than 1.1 x with the addons."
WITHOUT_ADDONS = True
CONTACTS = 80
TURNS = 25


def run(env, scale, without):
    """Read what Odoo's own views of contacts ask for (their fields in ``base``).

    The peer is the same work in a database without the addons, in turns with ours.
    """
    count = max(20, int(CONTACTS * scale))
    sides = [_contacts(fixtures.quiet(side), count) for side in (env, without)]
    return [
        {
            "name": f"{kind} of contacts",
            "value": ours,
            "unit": "ms",
            "peer": theirs,
            "goal": 1.1,
        }
        for kind, calls in (("list", _list_calls), ("form", _form_calls))
        for ours, theirs in [_race([calls(partners) for partners in sides])]
    ]


def _race(sides):
    """Milliseconds that all calls of each side take, each at its shortest of many turns.

    The sides take turns call by call, so that what else the machine does, and Python's
    collection of garbage, meets both alike or falls out.
    """
    shortest = [[float("inf")] * len(calls) for calls in sides]
    for _turn in range(TURNS):
        for number, pair in enumerate(zip(*sides, strict=True)):
            for side, (env, call) in enumerate(pair):
                time = best(call, 1, env.invalidate_all)
                shortest[side][number] = min(shortest[side][number], time)
    return [sum(times) for times in shortest]


def _contacts(env, count):
    partners = env["res.partner"].create(
        [
            {"name": f"Bench {n}", "is_company": True, "phone": f"+3224850{n:04d}"}
            for n in range(count)
        ]
    )
    env.flush_all()
    return partners


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


def _list_calls(partners):
    """The first page of the list, as pairs of environment and call."""
    asked = _specification(partners.env, "list")
    domain = [("id", "in", partners.ids)]
    return [
        (
            partners.env,
            lambda: partners.browse().web_search_read(domain, asked, limit=80),
        )
    ]


def _form_calls(partners):
    """Ten forms, one after the other."""
    asked = _specification(partners.env, "form")
    return [
        (partners.env, functools.partial(partner.with_prefetch().web_read, asked))
        for partner in partners[:10]
    ]
