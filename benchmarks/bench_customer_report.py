"""Revenue by month with last year beside it, from the invoices themselves."""

from datetime import date

from odoo.tools import SQL

from . import fixtures
from .runner import best

NAME = "customer-report"
GOAL = (
    "Exact and live from the documents, with last year and growth: within 2.5 x plain SQL;"
    " one customer within 8 x (planning counts), margin within 6 x, because each line"
    " looks for its own cost in the ledger before the order."
)
INVOICES = 60_000
LINES = 3
YEARS = 4
MODEL = "crm.customer.report.month"


def run(env, scale):
    """Compare with hand-written SQL and with ``sale.report`` on the same sales."""
    invoices = max(500, int(INVOICES * scale))
    partners, products, users = fixtures.people(env)
    _fill(env, partners, products, users, invoices)
    year = date.today().year - 1
    period = [("date", ">=", f"{year}-01-01"), ("date", "<=", f"{year}-12-31")]
    one = [*period, ("partner_id", "=", partners[0].id)]
    difference = abs(
        sum(row[2] for row in _ours(env, period))
        - sum(float(row[2]) for row in _raw(env, year))
    ) + abs(
        sum(row[3] for row in _ours(env, period))
        - sum(float(row[3]) for row in _raw(env, year))
    )
    return [
        _row(
            f"month x salesperson, {invoices:,} invoices",
            2.5,
            lambda: _ours(env, period),
            lambda: _raw(env, year),
            lambda: _peer(env, period, ["date:month", "user_id"]),
        ),
        _row(
            "customer x month of one customer",
            8.0,
            lambda: _ours(env, one),
            lambda: _raw(env, year, partners[0].id),
            lambda: _peer(env, one, ["date:month", "user_id"]),
        ),
        _row(
            "customers with margin, last year beside",
            6.0,
            lambda: env[MODEL]._read_group(
                period, ["partner_id"], ["revenue:sum", "margin:sum", "margin_ly:sum"]
            ),
            lambda: _raw_margin(env, year),
            lambda: _peer(env, period, ["partner_id"], ["margin:sum"]),
        ),
        {
            "name": "difference to plain SQL",
            "value": round(difference, 2),
            "unit": "",
            "holds": difference < 0.01,
        },
    ]


def _row(name, goal, ours, limit, peer):
    return {
        "name": name,
        "value": best(ours, 3),
        "unit": "ms",
        "limit": best(limit, 3),
        "peer": best(peer, 3),
        "goal": goal,
    }


def _fill(env, partners, products, users, count):
    """Invoiced orders over four years: order, invoice, their lines and the link."""
    seed = fixtures.order(env, partners[0], products, 1)
    seed.action_confirm()
    invoice = seed._create_invoices()
    invoice.invoice_date = date.today()
    invoice.action_post()
    day = SQL("CURRENT_DATE - (g * 31 %% %s)::int", 365 * YEARS)
    common = {"partner_id": fixtures.pick(partners)}
    who = fixtures.pick(users, 17)
    order = fixtures.multiply(
        env,
        seed,
        count,
        {
            **common,
            "user_id": who,
            "date_order": SQL("%s + time '10:00'", day),
            "name": SQL("'BENCH/' || g"),
        },
    )
    move = fixtures.multiply(
        env,
        invoice,
        count,
        {
            **common,
            "commercial_partner_id": common["partner_id"],
            "invoice_user_id": who,
            "invoice_date": day,
            "date": day,
            "name": SQL("'BENCH/' || g"),
            "sequence_prefix": SQL("'BENCH/'"),
            "sequence_number": SQL("g"),
        },
    )
    _fill_lines(env, seed, invoice, products, count, order, move)
    fixtures.analyze(
        env, "sale.order", "sale.order.line", "account.move", "account.move.line"
    )
    env.cr.execute("ANALYZE sale_order_line_invoice_rel")


def _fill_lines(env, seed, invoice, products, count, order, move):
    number = count * LINES
    document = SQL("((g - 1) / %s)", LINES)
    product = fixtures.pick(products, 5)
    sold = fixtures.multiply(
        env,
        seed.order_line,
        number,
        {
            "order_id": SQL("%s + %s", order, document),
            "product_id": product,
            "order_partner_id": SQL("NULL"),
        },
    )
    billed = fixtures.multiply(
        env,
        invoice.invoice_line_ids,
        number,
        {"move_id": SQL("%s + %s", move, document), "product_id": product},
    )
    env.cr.execute(
        SQL(
            "INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)"
            " SELECT %s + g - 1, %s + g - 1 FROM generate_series(1, %s) g",
            billed,
            sold,
            number,
        )
    )


def _ours(env, domain):
    return env[MODEL]._read_group(
        domain,
        ["date:month", "user_id"],
        ["revenue:sum", "revenue_ly:sum", "revenue_growth:avg"],
    )


def _peer(env, domain, groupby, aggregates=("price_subtotal:sum",)):
    return env["sale.report"]._read_group(domain, groupby, aggregates)


def _raw(env, year, partner=None):
    """The same answer by hand: one scan, both years, shifted to this one."""
    return env.execute_query(
        SQL(
            """
            SELECT date_trunc('month', m.invoice_date
                       + (%(year)s - EXTRACT(year FROM m.invoice_date))::int
                         * interval '1 year') AS month,
                   m.invoice_user_id,
                   SUM(CASE WHEN m.invoice_date >= %(first)s THEN -l.balance ELSE 0 END),
                   SUM(CASE WHEN m.invoice_date < %(first)s THEN -l.balance ELSE 0 END)
              FROM account_move m
              JOIN account_move_line l ON l.move_id = m.id
             WHERE m.state = 'posted'
               AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND l.display_type IN ('product', 'rounding')
               AND m.company_id = %(company)s
               AND m.invoice_date BETWEEN %(before)s AND %(last)s
               AND %(partner)s
             GROUP BY 1, 2
            """,
            **_dates(env, year),
            partner=SQL("m.commercial_partner_id = %s", partner)
            if partner
            else SQL("TRUE"),
        )
    )


def _raw_margin(env, year):
    return env.execute_query(
        SQL(
            """
            SELECT m.commercial_partner_id,
                   SUM(CASE WHEN m.invoice_date >= %(first)s THEN -l.balance ELSE 0 END),
                   SUM(CASE WHEN m.invoice_date >= %(first)s
                       THEN -l.balance - s.purchase_price * l.quantity ELSE 0 END),
                   SUM(CASE WHEN m.invoice_date < %(first)s
                       THEN -l.balance - s.purchase_price * l.quantity ELSE 0 END)
              FROM account_move m
              JOIN account_move_line l ON l.move_id = m.id
              LEFT JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
              LEFT JOIN sale_order_line s ON s.id = r.order_line_id
             WHERE m.state = 'posted'
               AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
               AND l.display_type IN ('product', 'rounding')
               AND m.company_id = %(company)s
               AND m.invoice_date BETWEEN %(before)s AND %(last)s
             GROUP BY 1
            """,
            **_dates(env, year),
        )
    )


def _dates(env, year):
    return {
        "year": year,
        "first": date(year, 1, 1),
        "before": date(year - 1, 1, 1),
        "last": date(year, 12, 31),
        "company": env.company.id,
    }
