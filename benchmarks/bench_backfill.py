"""Back-fill of the history from the chatter of an existing database."""

import time

from odoo.tools import SQL

from . import fixtures

NAME = "backfill"
GOAL = (
    "A database that was used for years gets its history in one night: 5,000 messages"
    " per second, near what PostgreSQL needs to insert the rows alone."
)
MESSAGES = 100_000
PER_SECOND = 5000


def run(env, scale):
    """Tell the messages of many customers; compare with a bare INSERT of the rows."""
    partners, _products, users = fixtures.people(env, products=1)
    count = max(5000, int(MESSAGES * scale))
    first = _fill(env, partners, users, count)
    backfill = env["crm.interaction.backfill"].search([("source", "=", "message")])
    batch = backfill._backfill_source()["batch"]
    ids = range(first, first + count)
    start = time.perf_counter()
    for at in range(0, count, batch):
        backfill._project_batch(list(ids[at : at + batch]))
        env.flush_all()
        env.invalidate_all()
    seconds = time.perf_counter() - start
    told = _told(env, first)
    limit = _insert_seconds(env, first)
    return [
        {
            "name": f"messages per second, {told:,} told",
            "value": told / seconds,
            "unit": "/s",
            "limit": told / limit,
            "holds": told == count and told / seconds >= PER_SECOND,
        },
        {
            "name": "time, x bare INSERT of the same rows",
            "value": seconds,
            "unit": "s",
            "limit": limit,
        },
    ]


def _fill(env, partners, users, count):
    """Messages of salespeople to customers; every third has a recipient."""
    message = env["mail.message"].create(
        {
            "model": "res.partner",
            "res_id": partners[0].id,
            "message_type": "comment",
            "body": "<p>Dear Sir, <b>forty</b> boxes &amp; a sample are on the way.</p>",
            "subtype_id": env.ref("mail.mt_comment").id,
            "author_id": users[0].partner_id.id,
        }
    )
    first = fixtures.multiply(
        env,
        message,
        count,
        {
            "res_id": fixtures.pick(partners),
            "author_id": fixtures.pick(users.partner_id),
            "date": SQL("NOW() AT TIME ZONE 'UTC' - g * interval '7 minutes'"),
            "message_id": SQL("'<bench-' || g || '@x>'"),
        },
    )
    env.cr.execute(
        SQL(
            """INSERT INTO mail_message_res_partner_rel
               SELECT id, res_id FROM mail_message WHERE id >= %s AND id %% 3 = 0""",
            first,
        )
    )
    fixtures.analyze(env, "mail.message")
    return first


def _told(env, first):
    query = "SELECT COUNT(*) FROM crm_interaction WHERE mail_message_id >= %s"
    return env.execute_query(SQL(query, first))[0][0]


def _insert_seconds(env, first):
    """Insert the very same rows again, from the rows themselves, without their key."""
    columns = SQL(", ").join(
        SQL.identifier(name)
        for name, field in env["crm.interaction"]._fields.items()
        if field.store and field.column_type and name not in ("id", "source_key")
    )
    start = time.perf_counter()
    env.cr.execute(
        SQL(
            """INSERT INTO crm_interaction (%s)
               SELECT %s FROM crm_interaction WHERE mail_message_id >= %s""",
            columns,
            columns,
            first,
        )
    )
    return time.perf_counter() - start
