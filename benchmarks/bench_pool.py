"""The clock of the public pool over a hundred thousand customers."""

from odoo.tools import SQL

from . import fixtures
from .runner import best

NAME = "pool"
GOAL = (
    "A list sorted by the last day costs at most twice the same SQL written by hand for"
    " these rules, with 100,000 customers and a million orders; the clock of a page and"
    " the bucket of a person cost what they show."
)
CUSTOMERS, ORDERS, LEADS, TODOS = 100_000, 1_000_000, 100_000, 50_000
PAGE = 80


def run(env, scale):
    """Sort, filter, read a page, count the bucket."""
    partners, products, users = fixtures.people(env, partners=1, products=1)
    users.group_ids += env.ref("sales_team.group_sale_salesman")
    count = max(1000, int(CUSTOMERS * scale))
    first = _fill(env, partners[0], products, users, count, scale)
    _rules(env, users)
    limit = best(_by_hand(env, first, count))
    return [
        *_lists(env, first, count, limit),
        _page(env, first),
        _bucket(env, users, limit),
    ]


def _by_hand(env, first, count):
    """The sorted list in SQL alone."""
    query = _raw(env, first, count)

    def by_hand():
        env.cr.execute(query)
        env.cr.fetchall()

    return by_hand


def _lists(env, first, count, limit):
    """A list sorted by the last day, and the number of those that fall soon."""
    partners = env["res.partner"]
    domain = [
        ("id", ">=", first),
        ("id", "<", first + count),
        ("is_company", "=", True),
    ]

    def sorted_page():
        env.invalidate_all()
        partners.search(domain, order="pool_due_date, id", limit=PAGE)

    def soon():
        env.invalidate_all()
        partners.search_count([*domain, ("pool_due_date", "<=", "today +3d")])

    return [
        {
            "name": f"{PAGE} of {count:,} customers sorted by the last day",
            "value": best(sorted_page),
            "unit": "ms",
            "limit": limit,
            "goal": 2,
        },
        {
            "name": "customers that fall within 3 days, counted",
            "value": best(soon),
            "unit": "ms",
            "limit": limit,
            "goal": 2,
        },
    ]


def _page(env, first):
    """Day and sentence of the customers of a page, against their names."""
    page = env["res.partner"].browse(range(first, first + PAGE))

    def read(names):
        env.invalidate_all()
        page.read(names)

    return {
        "name": f"clock and reason of {PAGE} customers, against their names",
        "value": best(lambda: read(["name", "pool_due_date", "pool_clock"])),
        "unit": "ms",
        "peer": best(lambda: read(["name", "user_id"])),
        "goal": 40,
    }


def _bucket(env, users, limit):
    """What the workbench of one person counts."""
    one = users[0]
    bench = env["crm.workbench"].with_user(one)

    def count():
        env.invalidate_all()
        env.execute_query(bench._workbench_pool_query(one, None).count(100))

    return {
        "name": "the workbench bucket of one person, counted",
        "value": best(count),
        "unit": "ms",
        "limit": limit,
        "goal": 0.5,
    }


def _fill(env, seed, products, users, count, scale):
    """Customers, contacts with them, orders, opportunities and to-dos; return the first
    id of the customers."""
    seed.user_id = users[0]
    env.flush_all()
    first = _fill_customers(env, seed, users, count)
    _fill_contacts(env, seed, first, count)
    customer = fixtures.pick_from(first, count)
    for model in ("sale.order", "crm.lead", "mail.activity"):
        fixtures.without_checks(env, model)
    _fill_orders(env, seed, products, customer, int(ORDERS * scale))
    _fill_leads(env, seed, customer, int(LEADS * scale))
    _fill_todos(env, seed, users[0], customer, int(TODOS * scale))
    fixtures.analyze(
        env,
        *("res.partner", "sale.order", "crm.lead"),
        *("mail.activity", "crm.customer.stat"),
    )
    return first


def _fill_customers(env, seed, users, count):
    """400 customers each of the first two people, the rest of the third one."""
    first = fixtures.multiply(
        env,
        seed,
        count,
        {
            "user_id": SQL(
                "(%s::int[])[1 + LEAST(g / 400, 1) + LEAST(g / 800, 1)]", [*users.ids]
            ),
            "commercial_partner_id": SQL(
                "(SELECT MAX(id) + g FROM res_partner WHERE id <= %s)", seed.id
            ),
            "user_assigned_date": SQL("NOW() - interval '1 day' * (100 + g %% 300)"),
        },
    )
    env.cr.execute(
        SQL("UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", first)
    )
    return first


def _fill_contacts(env, seed, first, count):
    """The last real contact with each customer, within four months."""
    stat = env["crm.customer.stat"].create(
        {"partner_id": seed.id, "last_contact_date": "2026-01-01 10:00:00"}
    )
    env.flush_all()
    fixtures.multiply(
        env,
        stat,
        count,
        {
            "partner_id": SQL("%s + g - 1", first),
            "last_contact_date": SQL("NOW() - interval '1 hour' * (g %% 3000)"),
            "company_id": SQL("NULL::int"),
        },
    )


def _fill_orders(env, seed, products, customer, count):
    """Confirmed orders of two years, one in twenty not invoiced yet."""
    order = fixtures.order(env, seed, products, 1)
    order.state = "sale"
    fixtures.multiply(
        env,
        order,
        count,
        {
            "partner_id": customer,
            "date_order": SQL("NOW() - interval '1 hour' * (g %% 20000)"),
            "name": SQL("'B' || g"),
            "invoice_status": SQL(
                "CASE WHEN g %% 20 = 0 THEN 'to invoice' ELSE 'invoiced' END"
            ),
            "access_token": SQL("NULL"),
        },
    )


def _fill_leads(env, seed, customer, count):
    """Opportunities, one in five open."""
    lead = env["crm.lead"].create(
        {"name": "Bench", "type": "opportunity", "partner_id": seed.id}
    )
    won = SQL("CASE WHEN g %% 5 = 0 THEN 'pending' ELSE 'won' END")
    fixtures.multiply(env, lead, count, {"partner_id": customer, "won_status": won})


def _fill_todos(env, seed, user, customer, count):
    """To-dos of the month before and the month to come."""
    todo = env["mail.activity"].create(
        {
            "res_model_id": env["ir.model"]._get_id("res.partner"),
            "res_id": seed.id,
            "user_id": user.id,
            "activity_type_id": env.ref("mail.mail_activity_data_call").id,
        }
    )
    day = SQL("CURRENT_DATE - 30 + g %% 60")
    fixtures.multiply(env, todo, count, {"res_id": customer, "date_deadline": day})


def _rules(env, users):
    """Two rules of one pool: a contact every 30 days, an order every 6 months."""
    env["crm.pool"].create(
        {
            "name": "Bench",
            "user_ids": users.ids,
            "data_mode": "open",
            "keep_plan": True,
            "rule_ids": [
                (0, 0, {"period": 30, "state": "active", "valid_from": "2020-01-01"}),
                (
                    0,
                    0,
                    {
                        "fact": "order",
                        "period": 6,
                        "unit": "months",
                        "state": "active",
                        "valid_from": "2020-01-01",
                    },
                ),
            ],
        }
    )
    env.flush_all()


def _raw(env, first, count):
    """The same question by hand: the facts grouped once, joined, sorted."""
    return SQL(
        """
        SELECT p.id
          FROM res_partner p
     LEFT JOIN (SELECT partner_id, MAX(last_contact_date) AS day
                  FROM crm_customer_stat GROUP BY partner_id) s ON s.partner_id = p.id
     LEFT JOIN (SELECT c.commercial_partner_id AS id, MAX(o.date_order) AS day
                  FROM sale_order o JOIN res_partner c ON c.id = o.partner_id
                 WHERE o.state = 'sale' GROUP BY 1) o ON o.id = p.id
     LEFT JOIN (SELECT DISTINCT c.commercial_partner_id AS id
                  FROM crm_lead l JOIN res_partner c ON c.id = l.partner_id
                 WHERE l.active AND l.won_status = 'pending') l ON l.id = p.id
     LEFT JOIN (SELECT DISTINCT c.commercial_partner_id AS id
                  FROM sale_order x JOIN res_partner c ON c.id = x.partner_id
                 WHERE x.state = 'sale' AND x.invoice_status IN ('no', 'to invoice'))
               x ON x.id = p.id
     LEFT JOIN (SELECT c.commercial_partner_id AS id, MAX(a.date_deadline) AS day
                  FROM mail_activity a JOIN res_partner c ON c.id = a.res_id
                 WHERE a.res_model = 'res.partner' AND a.active
                   AND a.date_deadline BETWEEN CURRENT_DATE AND CURRENT_DATE + 30
              GROUP BY 1) a ON a.id = p.id
         WHERE p.id >= %s AND p.id < %s AND p.is_company AND p.user_id IS NOT NULL
      ORDER BY CASE WHEN l.id IS NULL AND x.id IS NULL THEN GREATEST(
                   LEAST(s.day + interval '30 days', o.day + interval '6 months'),
                   a.day::timestamp, p.user_assigned_date + interval '14 days') END, p.id
         LIMIT %s
        """,
        first,
        first + count,
        PAGE,
    )
