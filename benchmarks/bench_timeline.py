"""First page of the history of the customer with the longest history."""

from odoo.tools import SQL

from odoo.addons.mail.tools.discuss import Store

from . import fixtures
from .runner import best

NAME = "timeline"
GOAL = (
    "Opening a customer costs no more than the chatter of that one record costs in core,"
    " though the timeline shows the whole life of the customer."
)
ROWS = 200_000


def run(env, scale):
    """Compare the first page with plain SQL and with core's chatter of the partner."""
    partners, _products, users = fixtures.people(env, products=1)
    customer = partners[0]
    count = max(1000, int(ROWS * scale))
    _fill(env, customer, partners, users, count)
    ours = best(lambda: _timeline(env, customer), prepare=env.invalidate_all)
    limit = best(lambda: _raw(env, customer))
    peer = best(lambda: _chatter(env, customer), prepare=env.invalidate_all)
    queries = _count(env, lambda: _timeline(env, customer))
    core_queries = _count(env, lambda: _chatter(env, customer))
    return [
        {
            "name": f"first page of {count:,} rows (goal: x peer)",
            "value": ours,
            "unit": "ms",
            "limit": limit,
            "peer": peer,
            "goal": 1.0,
            "holds": ours <= peer,
        },
        {
            "name": "first page, queries",
            "value": queries,
            "unit": "queries",
            "peer": core_queries,
            "goal": 1.0,
        },
    ]


def _fill(env, customer, partners, users, count):
    now = SQL("NOW() AT TIME ZONE 'UTC' - g * interval '7 minutes'")
    interaction = env["crm.interaction"].create(
        {"partner_id": customer.id, "channel": "call", "subject": "Hello"}
    )
    interaction.flush_recordset()
    chosen = fixtures.pick(partners)
    fixtures.multiply(
        env,
        interaction,
        count,
        {
            "partner_id": chosen,
            "commercial_partner_id": chosen,
            "user_id": fixtures.pick(users),
            "date": now,
            "source_key": SQL("NULL"),
            "mail_message_id": SQL("NULL"),
        },
    )
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
        count,
        {"res_id": chosen, "date": now, "message_id": SQL("'<bench-' || g || '@x>'")},
    )
    fixtures.analyze(env, "crm.interaction", "mail.message")


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
