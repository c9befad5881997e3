"""Figures of orders from facts, against raw SQL and ``sale.report`` on the same orders."""

import time
from contextlib import ExitStack
from datetime import date
from statistics import median
from unittest.mock import patch

from odoo.tools import SQL

from . import fixtures
from .runner import best

NAME = "facts"
GOAL = (
    "Month x salesperson with last year and month before within 0.3 x plain SQL and 50 x"
    " faster than sale.report; a full pivot within 0.5 x; the biggest customers within"
    " 0.3 x; 100 changed orders counted again in 20 ms; confirming costs at most 2"
    " queries and 3 % more; the difference to plain SQL is 0, also while changes wait."
)
ORDERS = 1_000_000
LINES = 3
YEARS = 4
SALESPEOPLE = 60
MODEL = "crm.analytics.compare"
KIND = "booked"
#: Documents of a batch when everything is counted.
BATCH = 20_000
#: Orders confirmed with the hooks, and as many without.
CONFIRMED = 60


def run(env, scale):
    """Fill orders, count them, compare the answers and the time they take."""
    count = max(3000, int(ORDERS * scale))
    partners, products, _users = fixtures.people(env)
    first = _fill(env, count, partners, products)
    build = best(lambda: _build(env, first, count), 1)
    year = date.today().year - 1
    period = [("date", ">=", f"{year}-01-01"), ("date", "<=", f"{year}-12-31")]
    month = ["date:month", "user_id"]
    sets = [month, ["date:month"], ["user_id"], []]
    changed = list(range(first, first + 100))
    crossed = _compare(env, "month x salesperson, LY, LM", 0.3, period, month, year)
    return [
        {"name": f"count {count:,} orders", "value": build, "unit": "ms"},
        crossed,
        {
            "name": "the same, to sale.report",
            "value": crossed["value"],
            "unit": "ms",
            "peer": crossed["peer"],
            "goal": 1 / 50,
        },
        {
            "name": "full pivot, all levels",
            "value": best(lambda: _pivot(env, period, sets), 3),
            "unit": "ms",
            "limit": crossed["limit"],
            "goal": 0.5,
        },
        _compare(env, "by customer, LY, LM", None, period, ["partner_id"], year),
        _biggest(env, year),
        _difference(env, "difference to plain SQL", period, year),
        _refresh(env, changed),
        *_confirm(env, partners, products),
        *_wait(env, changed, period, month, year),
    ]


def _wait(env, changed, period, month, year):
    """The same while the queue is not empty: what is read is no older for it."""
    env.cr.execute(
        "UPDATE sale_order_line SET price_subtotal = price_subtotal + 1"
        " WHERE order_id = ANY(%s)",
        [changed],
    )
    env.cr.execute(
        "UPDATE sale_order SET amount_untaxed = amount_untaxed + %s WHERE id = ANY(%s)",
        [LINES, changed],
    )
    env["crm.analytics.dirty"]._note("sale.order", changed)
    return [
        _compare(env, "the same while 100 wait", None, period, month, year),
        _difference(env, "difference while 100 wait", period, year),
    ]


def _compare(env, name, goal, period, groupby, year):
    return {
        "name": name,
        "value": best(lambda: _ours(env, period, groupby), 3),
        "unit": "ms",
        "limit": best(lambda: _raw(env, year, groupby), 3),
        "peer": best(
            lambda: env["sale.report"]._read_group(
                [*period, ("state", "=", "sale")], groupby, ["price_subtotal:sum"]
            ),
            1,
        ),
        "goal": goal,
    }


def _biggest(env, year):
    """The hundred biggest customers of a year, from the sums of customers."""
    period = [
        ("kind", "=", KIND),
        ("month", ">=", f"{year}-01-01"),
        ("month", "<", f"{year + 1}-01-01"),
    ]
    sums = env["crm.analytics.partner.month"]
    amount = "amount:sum"
    return {
        "name": "biggest 100 customers",
        "value": best(
            lambda: sums._read_group(
                period, ["partner_id"], [amount], order=f"{amount} desc", limit=100
            ),
            3,
        ),
        "unit": "ms",
        "limit": best(lambda: _raw_biggest(env, year), 3),
        "goal": 0.3,
    }


def _raw_biggest(env, year):
    return env.execute_query(
        SQL(
            """
            SELECT o.partner_id, SUM(o.amount_untaxed / o.currency_rate::numeric)
              FROM sale_order o
             WHERE o.state = 'sale' AND o.company_id = %s
               AND o.date_order >= %s AND o.date_order < %s
             GROUP BY o.partner_id ORDER BY 2 DESC LIMIT 100
            """,
            env.company.id,
            date(year, 1, 1),
            date(year + 1, 1, 1),
        )
    )


def _refresh(env, changed):
    """Write the facts of changed orders anew, all sums included."""
    fact = env["crm.analytics.fact"]
    value = best(lambda: fact._refresh(KIND, changed), 5)
    return {
        "name": "refresh after 100 changed orders",
        "value": value,
        "unit": "ms",
        "holds": value <= 20,
    }


def _confirm(env, partners, products):
    """Confirm orders in turn with and without the hooks: what do they cost?"""
    spent = {True: [], False: []}
    for n in range(2 * CONFIRMED):
        order = fixtures.order(env, partners[n], products, LINES)
        env.cr.flush()
        env.invalidate_all()
        is_watched = bool(n % 2)
        with ExitStack() as stack:
            if not is_watched:
                for model, name in (
                    ("crm.analytics.dirty", "_note"),
                    ("sale.order", "_freeze_credit"),
                ):
                    stack.enter_context(
                        patch.object(env.registry[model], name, lambda *args: None)
                    )
            queries, start = env.cr.sql_log_count, time.perf_counter()
            order.action_confirm()
            env.cr.flush()
            elapsed = (time.perf_counter() - start) * 1000
            spent[is_watched].append((elapsed, env.cr.sql_log_count - queries))
    with_hooks, without = (
        [median(values) for values in zip(*spent[key], strict=True)]
        for key in (True, False)
    )
    return [
        {
            "name": "confirm an order",
            "value": with_hooks[0],
            "unit": "ms",
            "limit": without[0],
            "goal": 1.03,
        },
        {
            "name": "queries more of a confirmation",
            "value": with_hooks[1] - without[1],
            "unit": "",
            "holds": with_hooks[1] - without[1] <= 2,
        },
    ]


def _difference(env, name, period, year):
    rows = _ours(env, period, ["user_id"])
    raw = _raw(env, year, ["user_id"])
    gap = sum(
        abs(sum(row[n] or 0 for row in rows) - float(sum(row[n] or 0 for row in raw)))
        for n in (1, 2)
    )
    return {"name": name, "value": round(gap, 2), "unit": "", "holds": gap < 0.01}


def _ours(env, domain, groupby):
    aggregates = ["booked:sum", "booked_ly:sum", "booked_lm:sum", "booked_growth:avg"]
    return env[MODEL]._read_group(domain, groupby, aggregates)


def _pivot(env, domain, sets):
    aggregates = ["booked:sum", "booked_ly:sum", "booked_growth:avg", "booked_lm:sum"]
    return env[MODEL].formatted_read_grouping_sets(domain, sets, aggregates)


def _raw(env, year, groupby=("date:month", "user_id")):
    """The same answer by hand from the heads of the orders: one scan, both years."""
    columns = {
        "date:month": SQL(
            """date_trunc('month', o.date_order
               + (%s - EXTRACT(year FROM o.date_order))::int * interval '1 year')""",
            year,
        ),
        "user_id": SQL("o.user_id"),
        "partner_id": SQL("o.partner_id"),
    }
    keys = SQL(", ").join(columns[name] for name in groupby)
    return env.execute_query(
        SQL(
            """
            SELECT %(keys)s,
                   SUM(CASE WHEN o.date_order >= %(first)s
                       THEN o.amount_untaxed / o.currency_rate::numeric END),
                   SUM(CASE WHEN o.date_order < %(first)s
                       THEN o.amount_untaxed / o.currency_rate::numeric END)
              FROM sale_order o
             WHERE o.state = 'sale' AND o.company_id = %(company)s
               AND o.date_order >= %(before)s AND o.date_order < %(after)s
             GROUP BY %(keys)s
            """,
            keys=keys,
            company=env.company.id,
            before=date(year - 1, 1, 1),
            first=date(year, 1, 1),
            after=date(year + 1, 1, 1),
        )
    )


def _fill(env, count, partners, products):
    """Confirmed orders over four years; return the id of the first."""
    users = env["res.users"].create(
        [{"name": f"Seller {n}", "login": f"seller{n}"} for n in range(SALESPEOPLE)]
    )
    seed = fixtures.order(env, partners[0], products, 1)
    seed.action_confirm()
    for model in ("sale.order", "sale.order.line"):
        fixtures.without_checks(env, model)
    day = SQL("CURRENT_DATE - (g::bigint * 31 %% %s)::int", 365 * YEARS)
    user = fixtures.pick(users, 17)
    first = fixtures.multiply(
        env,
        seed,
        count,
        {
            "partner_id": fixtures.pick(partners),
            "user_id": user,
            "credit_user_id": user,
            "date_order": SQL("%s + time '10:00'", day),
            "name": SQL("'BENCH/' || g"),
            "amount_untaxed": SQL("(g %% 997)::numeric * %s", LINES),
        },
    )
    fixtures.multiply(
        env,
        seed.order_line,
        count * LINES,
        {
            "order_id": SQL("%s + ((g - 1) / %s)", first, LINES),
            "product_id": fixtures.pick(products, 5),
            "price_subtotal": SQL("(((g - 1) / %s + 1) %% 997)::numeric", LINES),
        },
    )
    fixtures.analyze(env, "sale.order", "sale.order.line")
    fixtures.continue_ids(env, "sale.order", "sale.order.line")
    return first


def _build(env, first, count):
    """Count the orders as the rebuild of an existing database does."""
    for start in range(first, first + count, BATCH):
        ids = list(range(start, min(start + BATCH, first + count)))
        env["crm.analytics.fact"]._refresh(KIND, ids)
    fixtures.analyze(
        env, "crm.analytics.fact", "crm.analytics.fact.line", "crm.analytics.day"
    )
