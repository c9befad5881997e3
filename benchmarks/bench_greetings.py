"""A morning with very many birthdays: planned, queued, sent through a real gateway."""

import time
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.tools import SQL

from odoo.addons.crm_extension.tests.servers import HttpServer

from . import fixtures

NAME = "greetings"
GOAL = (
    "Five thousand birthdays of one morning are planned and queued in batches, at most a"
    " query for two contacts, and sent within the hour, at most 50 queries a message."
)
CONTACTS = 2_000
SENT = 200
QUERIES_PLANNED = 0.5
QUERIES_QUEUED = 0.5
QUERIES_SENT = 50
AN_HOUR = 3600 / 5_000


def run(env, scale):
    """Plan and queue the birthdays of many contacts, send some of them."""
    contacts = max(500, int(CONTACTS * scale))
    env = fixtures.quiet(env)
    with HttpServer() as server, _without_commits(env):
        _settle_company(env, server)
        _fill(env, contacts)
        greetings = env["crm.greeting"]
        planned = _measure(env, lambda: greetings._plan_company(env.company))
        due = greetings.search([("state", "=", "approved"), ("problem", "=", False)])
        if len(due) != contacts:
            raise AssertionError(f"{len(due)} of {contacts} greetings were planned")
        _make_due(env)
        queued = _measure(env, lambda: _queue(greetings))
        rows = due.outbox_id[:SENT]
        (env["crm.outbox"].search([]) - rows).write({"next_try": "2999-01-01"})
        sent = _measure(env, env["crm.outbox"]._cron_send)
        if set(rows.mapped("state")) != {"sent"} or len(server.requests) != len(rows):
            raise AssertionError("not every message went out once")
        bare = _seconds(lambda: _request(server, rows))
        planned_bare = _insert(env, due)
        queued_bare = _insert(env, due.outbox_id)
    return [
        *_rows("plan", contacts, planned, planned_bare, QUERIES_PLANNED),
        *_rows("queue", contacts, queued, queued_bare, QUERIES_QUEUED),
        *_rows("send", len(rows), sent, bare, QUERIES_SENT, AN_HOUR),
    ]


def _rows(what, count, measured, limit, queries, most=None):
    """:param limit: seconds of the bare work; :param most: seconds for each contact"""
    seconds, used = measured
    return [
        {
            "name": f"{what} {count:,} greetings",
            "value": seconds * 1000,
            "unit": "ms",
            "limit": limit * 1000,
            "holds": most is None or seconds <= most * count,
        },
        {
            "name": f"{what}, queries for each contact (goal: {queries:g})",
            "value": used / count,
            "unit": "queries",
            "holds": used / count <= queries,
        },
    ]


# Data


@contextmanager
def _without_commits(env):
    """What a scheduled action would commit is flushed and rolled back at the end."""
    with patch.object(type(env.cr), "commit", lambda cr: cr.flush()):
        yield


def _settle_company(env, server):
    """Messages at any hour, through the gateway next door."""
    env.company.write({"crm_send_from": 0, "crm_send_to": 24})
    env["crm.greeting.rule"].search([]).active = False
    env["crm.sms.gateway"].search([]).active = False
    env["crm.sms.gateway"].create(
        {"name": "Bench", "url": f"http://127.0.0.1:{server.port}/send"}
    )
    env["crm.greeting.rule"].create(
        {
            "name": "Birthdays",
            "kind": "birthday",
            "channel": "sms",
            "approval": "none",
            "sms_text": "Happy birthday {name}, {salesperson}",
            "planned_from": fields.Date.today() - timedelta(days=1),
        }
    )


def _fill(env, count):
    """Contacts with a mobile number of their own, who have their birthday in a week."""
    contacts = env["res.partner"].create(
        [
            {
                "name": f"Bench {number}",
                "phone": f"+86138{10_000_000 + number}",
                "company_id": env.company.id,
                "user_id": env.uid,
            }
            for number in range(count)
        ]
    )
    day = fields.Date.today() + timedelta(days=7)
    env["crm.important.date"].create(
        [
            {
                "partner_id": contact.id,
                "kind": "birthday",
                "month": f"{day.month:02}",
                "day": day.day,
            }
            for contact in contacts
        ]
    )
    env.flush_all()
    env.cr.execute("UPDATE crm_important_date SET create_date = '2000-01-01'")
    fixtures.analyze(env, "res.partner", "crm.important.date", "crm.phone.number")
    env.invalidate_all()


def _make_due(env):
    """The morning has come."""
    env.flush_all()
    env.cr.execute(
        "UPDATE crm_greeting SET due = NOW() AT TIME ZONE 'UTC' - interval '1 minute'"
    )
    env.invalidate_all()


def _queue(greetings):
    while greetings._enqueue_due():
        pass


def _request(server, rows):
    """The same requests, bare."""
    for row in rows:
        requests.post(
            f"http://127.0.0.1:{server.port}/send",
            json={"to": row.address, "text": row.body, "id": row.uuid},
            timeout=10,
        )


# Measuring


def _measure(env, work):
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    seconds = _seconds(lambda: (work(), env.flush_all()))
    return seconds, env.cr.sql_log_count - before


def _seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _insert(env, records):
    """Insert the very same rows again, without what is unique."""
    unique = ("id", "key", "uuid", "occasion_id", "address_key")
    columns = SQL(", ").join(
        SQL.identifier(name)
        for name, field in records._fields.items()
        if field.store and field.column_type and name not in unique
    )
    more = SQL("")
    if "key" in records._fields:
        columns = SQL("%s, key, uuid", columns)
        more = SQL(", 'again:' || id, 'again:' || id")
    return _seconds(
        lambda: env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s%s FROM %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                columns,
                SQL(", ").join(
                    SQL.identifier(name)
                    for name, field in records._fields.items()
                    if field.store and field.column_type and name not in unique
                ),
                more,
                SQL.identifier(records._table),
                records.ids,
            )
        )
    )
