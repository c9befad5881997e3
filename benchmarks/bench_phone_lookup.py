"""Who has this number, among a million."""

from odoo.fields import Command
from odoo.tools import SQL

from . import fixtures
from .runner import best

NAME = "phone_lookup"
GOAL = "A caller is recognised within 5 ms among a million numbers, in any spelling."
ROWS = 1_000_000
SPELLINGS = {
    "whole number": "138 0099 9991",
    "with country code": "0086-13800999991",
    "last four digits": "9991",
    "nobody's number": "010-12345678",
}


def run(env, scale):
    """Compare ``lookup`` with the SQL that knows the stored form already."""
    env = fixtures.quiet(env)
    env.company.country_id = env.ref("base.cn")
    count = max(1000, int(ROWS * scale))
    _fill(env, count)
    clerk = env["res.users"].create(
        {
            "name": "Clerk",
            "login": "bench_clerk",
            "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman").id)],
        }
    )
    numbers = env["crm.phone.number"].with_user(clerk)
    rows = []
    for name, text in SPELLINGS.items():
        ours = best(lambda text=text: numbers.lookup(text), 30, lambda: _forget(env))
        limit = best(lambda text=text: _raw(env, text), 20)
        rows.append(
            {
                "name": f"{name} among {count:,} (goal: 5 ms)",
                "value": ours,
                "unit": "ms",
                "limit": limit,
                "holds": ours <= 5,
            }
        )
    return [*rows, _plan(env)]


def _forget(env):
    """A request knows its user and company, and nothing of numbers and contacts."""
    for model in ("crm.phone.number", "crm.lead"):
        env[model].invalidate_model()


def _fill(env, count):
    partners, _products, _users = fixtures.people(env, products=1)
    row = env["crm.phone.number"].create(
        {"partner_id": partners[0].id, "raw": "13800000000"}
    )
    digits = SQL("(13800000000 + g * 17)::text")
    fixtures.multiply(
        env,
        row,
        count,
        {
            "partner_id": fixtures.pick(partners),
            "raw": digits,
            "national": digits,
            "e164": SQL("'+86' || %s", digits),
        },
    )
    fixtures.analyze(env, "crm.phone.number")


def _raw(env, text):
    """The same answer for somebody who knows the stored form of the number."""
    digits = "".join(character for character in text if character.isdigit())
    whole = digits.removeprefix("00").removeprefix("86").removeprefix("0")
    where = (
        SQL("reverse(n.national) LIKE %s", f"{whole[::-1]}%")
        if len(whole) < 6
        else SQL("n.e164 = %s", f"+86{whole}")
    )
    return env.execute_query_dict(
        SQL(
            """SELECT n.id, n.raw, n.kind, n.status, p.id AS partner_id, p.name,
                      c.id AS customer_id, c.name AS customer_name
                 FROM crm_phone_number n
                 JOIN res_partner p ON p.id = n.partner_id
                 JOIN res_partner c ON c.id = p.commercial_partner_id
                WHERE %s LIMIT 8""",
            where,
        )
    )


def _plan(env):
    """PostgreSQL reads indexes, not the table, in the query that ``lookup`` asks."""
    numbers = env["crm.phone.number"]
    query = numbers._find_query(*numbers._search_keys("0099 9991"), 32)
    plan = "\n".join(row[0] for row in env.execute_query(SQL("EXPLAIN %s", query)))
    return {
        "name": "sequential scans in the plan",
        "value": plan.count("Seq Scan on crm_phone_number"),
        "unit": "scans",
        "holds": "Seq Scan on crm_phone_number" not in plan,
    }
