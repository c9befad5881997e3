"""A page of customers as a salesperson reads it: open, masked, and without our seams."""

import json
from contextlib import ExitStack, nullcontext
from unittest.mock import patch

from odoo.models import BaseModel
from odoo.tools import SQL

from odoo.addons.crm_extension.models.crm_mask_mixin import CrmMaskMixin

from . import fixtures
from .runner import best

NAME = "masking"
GOAL = (
    "Masking colleagues' customers slows no list of partners by more than a tenth, and the"
    " setting open costs nothing: one page of 80 among 20,000 (--scale 1) by the RPC, beside"
    " the same page with Odoo's own methods."
)
PARTNERS = 20_000
PAGE = 80
TURNS = 15
SEAMS = ("_read_format", "_field_to_sql", "_fetch_query", "_export_rows")
COLUMNS = (
    "complete_name",
    "email",
    "phone",
    "user_id",
    "city",
    "country_id",
    "category_id",
    "application_statistics",
    "activity_ids",
)


def run(env, scale):
    """Compare the settings with Odoo's own page, in turns, the best of each."""
    seller, word = _fill(env, max(500, int(PARTNERS * scale)))
    partners = env["res.partner"].with_user(seller)
    pages, finds = {}, {}
    for _turn in range(TURNS):
        for mode in (None, "open", "masked", "strict"):
            env.company.crm_masking = mode or "open"
            with nullcontext() if mode else _stock():
                _keep(pages, mode, _page(env, partners))
                _keep(finds, mode, _find(env, partners, word))
    return [
        *(
            _row(f"page of {PAGE}, {mode}", pages[mode], pages[None])
            for mode in ("open", "masked", "strict")
        ),
        _row("name search, open", finds["open"], finds[None]),
        _row("name search, masked", finds["masked"], finds[None], goal=None),
    ]


def _keep(times, mode, value):
    times[mode] = min(value, times.get(mode, value))


def _row(name, value, peer, goal=1.1):
    return {"name": name, "value": value, "unit": "ms", "peer": peer, "goal": goal}


def _fill(env, count):
    """Customers of three salespeople; return one of them and a word to search for."""
    partners, _products, users = fixtures.people(env, partners=1, products=1)
    users.group_ids += env.ref("sales_team.group_sale_salesman")
    partners.write({"phone": "+49 30 5550123", "email": "buyer@example.com"})
    [[first]] = env.execute_query(SQL("SELECT MAX(id) + 1 FROM res_partner"))
    copies = {
        "commercial_partner_id": SQL("%s + g - 1", first),
        "name": SQL("'Bench ' || g"),
        "complete_name": SQL("'Bench ' || g"),
        "email": SQL("'buyer' || g || '@example.com'"),
        "user_id": fixtures.pick(users),
    }
    fixtures.multiply(env, partners, count, copies)
    fixtures.analyze(env, "res.partner")
    return users[0], "buyer77"


def _stock():
    """Odoo's own methods in the place of ours."""
    stack = ExitStack()
    for name in SEAMS:
        stack.enter_context(patch.object(CrmMaskMixin, name, getattr(BaseModel, name)))
    return stack


def _page(env, partners):
    """Milliseconds of one page of the list, as the client asks for it."""
    columns = {
        name: {"fields": {"display_name": {}}} if name.endswith("_id") else {}
        for name in COLUMNS
    }
    domain = [("is_company", "=", True)]
    return best(
        lambda: json.dumps(
            partners.web_search_read(domain, columns, limit=PAGE), default=str
        ),
        repeat=2,
        prepare=env.invalidate_all,
    )


def _find(env, partners, word):
    return best(
        lambda: partners.name_search(word), repeat=2, prepare=env.invalidate_all
    )
