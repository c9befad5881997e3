"""Odoo's own list and form of contacts, with the addons and without them."""

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
    rows = []
    for kind, work in (("list", _read_list), ("form", _read_form)):
        asked = [_specification(partners.env, kind) for partners in sides]
        times = [float("inf")] * len(sides)
        for _turn in range(TURNS):
            for side, partners in enumerate(sides):
                time = best(
                    lambda: work(partners, asked[side]),  # noqa: B023 (called at once)
                    1,
                    partners.env.invalidate_all,
                )
                times[side] = min(times[side], time)
        rows.append(
            {
                "name": f"{kind} of contacts",
                "value": times[0],
                "unit": "ms",
                "peer": times[1],
                "goal": 1.1,
            }
        )
    return rows


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


def _read_list(partners, asked):
    domain = [("id", "in", partners.ids)]
    return partners.browse().web_search_read(domain, asked, limit=80)


def _read_form(partners, asked):
    for partner in partners[:10]:
        partner.with_prefetch().web_read(asked)
