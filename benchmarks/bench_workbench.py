"""The first call of the workbench, with a hundred thousand open to-dos."""

import time

from odoo.tools import SQL

from . import fixtures

NAME = "workbench"
GOAL = (
    "The workbench opens with one call of at most 12 queries and 70 ms of processor"
    " time, however many to-dos are open."
)
TODOS = 100_000
MAX_QUERIES = 12
MAX_CPU = 70


def run(env, scale):
    """Count all buckets for the person who has most of the to-dos."""
    partners, _products, users = fixtures.people(env, products=1)
    users.group_ids += env.ref("sales_team.group_sale_salesman")
    count = max(1000, int(TODOS * scale))
    _fill(env, partners, users, count)
    bench = env["crm.workbench"].with_user(users[0])
    bench.counts()
    cpu = min(_cpu(env, bench) for _turn in range(5))
    queries = _queries(env, bench)
    page = min(_cpu(env, bench, "planned") for _turn in range(5))
    return [
        {
            "name": f"counts with {count:,} open to-dos, processor",
            "value": cpu,
            "unit": "ms",
            "holds": cpu <= MAX_CPU,
        },
        {
            "name": "counts, queries",
            "value": queries,
            "unit": "queries",
            "holds": queries <= MAX_QUERIES,
        },
        {
            "name": "first page of the largest list, processor",
            "value": page,
            "unit": "ms",
            "holds": page <= MAX_CPU,
        },
    ]


def _fill(env, partners, users, count):
    todo = env["mail.activity"].create(
        {
            "res_model_id": env["ir.model"]._get_id("res.partner"),
            "res_id": partners[0].id,
            "user_id": users[0].id,
            "activity_type_id": env.ref("mail.mail_activity_data_call").id,
            "summary": "Call back",
        }
    )
    fixtures.multiply(
        env,
        todo,
        count,
        {
            "res_id": fixtures.pick(partners),
            "user_id": fixtures.pick(users),
            "date_deadline": SQL("CURRENT_DATE - 30 + g %% 400"),
        },
    )
    partners.user_id = users[0]
    fixtures.analyze(env, "mail.activity", "res.partner")


def _cpu(env, bench, bucket=None):
    """Processor time of one call in ms, caches of records empty."""
    env.invalidate_all()
    start = time.process_time()
    bench.bucket(bucket) if bucket else bench.counts()
    return (time.process_time() - start) * 1000


def _queries(env, bench):
    env.invalidate_all()
    before = env.cr.sql_log_count
    bench.counts()
    return env.cr.sql_log_count - before
