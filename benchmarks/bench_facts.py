"""Figures of orders from facts, against raw SQL and ``sale.report`` on the same orders."""

from datetime import date

from odoo.tools import SQL

from . import fixtures
from .runner import best

NAME = "facts"
GOAL = (
    "Month x salesperson with last year and month before within 0.3 x plain SQL and 50 x"
    " faster than sale.report; a full pivot within 0.5 x; the difference is 0, also while"
    " changes wait."
)
ORDERS = 1_000_000
LINES = 3
YEARS = 4
SALESPEOPLE = 60
MODEL = "crm.analytics.compare"
KIND = "booked"
#: Documents of a batch when everything is counted.
BATCH = 20_000


def run(env, scale):
    """Fill orders, count them, compare the answers and the time they take."""
    count = max(3000, int(ORDERS * scale))
    first = _fill(env, count)
    build = best(lambda: _build(env, first, count), 1)
    year = date.today().year - 1
    period = [("date", ">=", f"{year}-01-01"), ("date", "<=", f"{year}-12-31")]
    month = ["date:month", "user_id"]
    sets = [month, ["date:month"], ["user_id"], []]
    rows = [
        {"name": f"count {count:,} orders", "value": build, "unit": "ms"},
        _compare(env, "month x salesperson, LY, LM", 0.3, period, month, year),
        {
            "name": "full pivot, all levels",
            "value": best(lambda: _pivot(env, period, sets), 3),
            "unit": "ms",
            "limit": best(lambda: _raw(env, year), 3),
            "goal": 0.5,
        },
        _compare(env, "month x customer, LY, LM", None, period, ["partner_id"], year),
    ]
    changed = range(first, first + 100)
    rows.append(_difference(env, "difference to plain SQL", period, year))
    rows.append(_refresh(env, changed))
    env.cr.execute(
        "UPDATE sale_order_line SET price_subtotal = price_subtotal + 1"
        " WHERE order_id = ANY(%s)",
        [list(changed)],
    )
    env["crm.analytics.dirty"]._note("sale.order", list(changed))
    rows.append(_compare(env, "the same while 100 wait", None, period, month, year))
    rows.append(_difference(env, "difference while 100 wait", period, year))
    return rows


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


def _refresh(env, changed):
    """Write the facts of changed orders anew, all sums included."""
    fact = env["crm.analytics.fact"]
    return {
        "name": "refresh after 100 changed orders",
        "value": best(lambda: fact._refresh(KIND, list(changed)), 5),
        "unit": "ms",
    }


def _difference(env, name, period, year):
    ours = sum(row[-3] or 0 for row in _ours(env, period, ["user_id"]))
    before = sum(row[-2] or 0 for row in _ours(env, period, ["user_id"]))
    raw = [float(row[-2] or 0) for row in _raw(env, year, ["user_id"])]
    raw_before = [float(row[-1] or 0) for row in _raw(env, year, ["user_id"])]
    gap = abs(ours - sum(raw)) + abs(before - sum(raw_before))
    return {"name": name, "value": round(gap, 2), "unit": "", "holds": gap < 0.01}


def _ours(env, domain, groupby):
    aggregates = ["booked:sum", "booked_ly:sum", "booked_growth:avg"]
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


def _fill(env, count):
    """Confirmed orders over four years; return the id of the first."""
    partners, products, _users = fixtures.people(env)
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
    return first


def _build(env, first, count):
    """Count the orders as the rebuild of an existing database does."""
    for start in range(first, first + count, BATCH):
        ids = list(range(start, min(start + BATCH, first + count)))
        env["crm.analytics.fact"]._refresh(KIND, ids)
    fixtures.analyze(
        env, "crm.analytics.fact", "crm.analytics.fact.line", "crm.analytics.day"
    )
