"""First page of the history of the customer with the longest history."""

from odoo.tools import SQL

from odoo.addons.mail.tools.discuss import Store

from . import fixtures
from .runner import best

NAME = "timeline"
GOAL = (
    "Opening a customer costs the page and not the history: at 10 million rows of"
    " 200,000 customers (--scale 50) at most 3 x hand-written SQL in the database and"
    " 50 ms through the RPC, with fewer queries than core's chatter of that one record."
)
ROWS = 200_000
CUSTOMERS = 4000
RPC_MS = 50
LOG_QUERIES = 15


def run(env, scale):
    """Compare the first page of the largest customer with plain SQL and with chatter."""
    partners, _products, users = fixtures.people(env, partners=2, products=1)
    customer = partners[0]
    customer.user_id = users[0]
    count = max(1000, int(ROWS * scale))
    seller = env(user=_seller(env, users[0]))
    _log(seller, customer)  # settings and access rules are known to a running server
    env.invalidate_all()
    log_queries = _count(env, lambda: _log(seller, customer))
    _fill(env, customer, users, count, max(100, int(CUSTOMERS * scale)))
    own = _count_rows(env, customer)
    page = _page_sql(seller, customer)
    sql = best(lambda: env.execute_query(page))
    limit = best(lambda: _raw(env, customer))
    ours = best(lambda: _timeline(seller, customer), prepare=env.invalidate_all)
    peer = best(lambda: _chatter(env, customer), prepare=env.invalidate_all)
    return [
        {
            "name": f"page in the database, {own:,} of {count:,} rows",
            "value": sql,
            "unit": "ms",
            "limit": limit,
            "goal": 3.0,
        },
        {
            "name": f"page through the RPC (goal: {RPC_MS} ms)",
            "value": ours,
            "unit": "ms",
            "limit": limit,
            "peer": peer,
            "holds": ours <= RPC_MS,
        },
        {
            "name": "first page, queries",
            "value": _count(env, lambda: _timeline(seller, customer)),
            "unit": "queries",
            "peer": _count(env, lambda: _chatter(env, customer)),
            "goal": 1.0,
        },
        {
            "name": "log one interaction (limit: the goal)",
            "value": log_queries,
            "unit": "queries",
            "limit": LOG_QUERIES,
            "goal": 1.0,
        },
    ]


def _log(env, customer):
    env["crm.interaction"].create({"partner_id": customer.id, "subject": "Hello"})
    env.flush_all()


def _seller(env, user):
    """The customer's salesperson, with the rules that hold for him."""
    user.group_ids += env.ref("sales_team.group_sale_salesman")
    return user.id


def _fill(env, customer, users, count, customers):
    now = SQL("NOW() AT TIME ZONE 'UTC' - g * interval '20 seconds'")
    interaction = env["crm.interaction"].create(
        {"partner_id": customer.id, "channel": "call", "subject": "Hello"}
    )
    interaction.flush_recordset()
    fixtures.without_checks(env, "res.partner")
    first = fixtures.multiply(env, customer, customers, _as_customers(env, customer))
    chosen = fixtures.pick_from(first, customers)
    fixtures.without_checks(env, "crm.interaction")
    changes = {
        "partner_id": chosen,
        "commercial_partner_id": chosen,
        "user_id": fixtures.pick(users),
        "date": now,
        "source_key": SQL("NULL"),
        "mail_message_id": SQL("NULL"),
    }
    with fixtures.without_indexes(env, "crm.interaction"):
        fixtures.multiply(env, interaction, count, changes)
    message = env["mail.message"].create(
        {
            "model": "res.partner",
            "res_id": customer.id,
            "message_type": "comment",
            "body": "Hello",
            "subtype_id": env.ref("mail.mt_note").id,
        }
    )
    fixtures.multiply(
        env,
        message,
        min(count, ROWS),
        {"res_id": chosen, "date": now, "message_id": SQL("'<bench-' || g || '@x>'")},
    )
    _largest(env, customer, first)
    fixtures.analyze(env, "crm.interaction", "mail.message", "res.partner")


def _as_customers(env, customer):
    """Copies of the customer are their own commercial entity."""
    [[first]] = env.execute_query(SQL("SELECT MAX(id) + 1 FROM res_partner"))
    return {
        "commercial_partner_id": SQL("%s + g - 1", first),
        "name": SQL("'Bench ' || g"),
    }


def _largest(env, customer, first):
    """Give our customer the rows of the one who has most: the first one."""
    for table, column in (
        ("crm_interaction", "partner_id"),
        ("crm_interaction", "commercial_partner_id"),
        ("mail_message", "res_id"),
    ):
        env.cr.execute(
            SQL(
                "UPDATE %s SET %s = %s WHERE %s = %s",
                SQL.identifier(table),
                SQL.identifier(column),
                customer.id,
                SQL.identifier(column),
                first,
            )
        )


def _count_rows(env, customer):
    query = "SELECT COUNT(*) FROM crm_interaction WHERE commercial_partner_id = %s"
    return env.execute_query(SQL(query, customer.id))[0][0]


def _page_sql(env, customer):
    """The query that brings the page, with the rules of the user."""
    rows = env["crm.interaction"]
    query = rows._search(
        customer.with_env(env)._timeline_domain(), order=rows._order, limit=31
    )
    return query.select(
        *(
            SQL.identifier(query.table, name)
            for name in rows._timeline_fields()
            if rows._fields[name].column_type
        )
    )


def _timeline(env, customer):
    return env["crm.interaction"].timeline_fetch("res.partner", customer.id)


def _raw(env, customer):
    return env.execute_query_dict(
        SQL(
            """SELECT i.id, i.date, i.channel, i.direction, i.duration, i.subject,
                      i.preview, i.res_model, i.res_id, p.name AS partner,
                      up.name AS user_name, t.name AS type, o.name AS outcome
                 FROM crm_interaction i
                 JOIN res_partner p ON p.id = i.partner_id
                 LEFT JOIN res_users u ON u.id = i.user_id
                 LEFT JOIN res_partner up ON up.id = u.partner_id
                 LEFT JOIN crm_interaction_type t ON t.id = i.type_id
                 LEFT JOIN crm_interaction_outcome o ON o.id = i.outcome_id
                WHERE i.commercial_partner_id = %s AND i.active
                ORDER BY i.date DESC, i.id DESC LIMIT 31""",
            customer.id,
        )
    )


def _chatter(env, customer):
    """What ``/mail/thread/messages`` does."""
    found = env["mail.message"]._message_fetch(
        [("model", "=", "res.partner"), ("res_id", "=", customer.id)], thread=customer
    )
    return Store().add(found["messages"]).get_result()


def _count(env, work):
    env.invalidate_all()
    before = env.cr.sql_log_count
    work()
    return env.cr.sql_log_count - before
