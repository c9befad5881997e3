"""Handover of a leaver with very many customers."""

import time

from odoo.tools import SQL

from . import fixtures

NAME = "handover"
GOAL = (
    "100,000 customers with their leads and to-dos change hands in five minutes, and are"
    " taken back as exactly; Odoo's own tracked write is the peer."
)
CUSTOMERS = 100_000
SECONDS = 300
PEER = 500


def run(env, scale):
    """Hand over everything of one person to five others, then take it back."""
    partners, _products, users = fixtures.people(env, products=1)
    giver, *heirs = users
    count = max(1000, int(CUSTOMERS * scale))
    _fill(env, partners, giver, count)
    handover = env["crm.handover"].create(
        {
            "from_user_id": giver.id,
            "receiver_ids": [(0, 0, {"user_id": heir.id}) for heir in heirs],
        }
    )
    plan = _seconds(lambda: _plan(handover))
    moved = _seconds(lambda: _work(handover, "running"))
    owners = env.execute_query(
        SQL(
            """SELECT COUNT(*), COUNT(*) FILTER (WHERE user_id = %s) FROM res_partner
                WHERE name LIKE 'Handed %%'""",
            giver.id,
        )
    )[0]
    rows = len(handover.row_ids)
    handover._begin_undo()
    back = _seconds(lambda: _work(handover, "undoing"))
    returned = env["res.partner"].search_count(
        [("user_id", "=", giver.id), ("name", "=like", "Handed %")]
    )
    peer = _peer(env, giver, heirs[0]) * count / PEER
    return [
        {
            "name": f"preview of {count:,} customers",
            "value": plan,
            "unit": "s",
            "limit": None,
        },
        {
            "name": f"hand over {rows:,} records of {count:,} customers",
            "value": moved,
            "unit": "s",
            "limit": _raw(env, giver, heirs[0]),
            "peer": peer,
            "holds": owners == (count, 0) and moved <= SECONDS * count / CUSTOMERS,
        },
        {
            "name": "take all of it back",
            "value": back,
            "unit": "s",
            "limit": None,
            "holds": returned == count,
        },
    ]


def _seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _plan(handover):
    handover._machine()._plan()
    handover._check_plan()


def _work(handover, state):
    """Batches as the scheduled action takes them, without its commits."""
    handover.write({"state": state, "started_by_id": handover.env.uid})
    machine = handover._machine()
    while machine._step():
        machine.env.flush_all()
        machine.env.invalidate_all()


def _fill(env, partners, giver, count):
    """Customers of the person, a lead and a to-do for every second one."""
    first = fixtures.multiply(
        env,
        partners[0],
        count,
        {
            "name": SQL("'Handed ' || g"),
            "complete_name": SQL("'Handed ' || g"),
            "user_id": SQL("%s", giver.id),
            "user_assigned_date": SQL("NOW() AT TIME ZONE 'UTC'"),
        },
    )
    env.cr.execute(
        SQL("UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", first)
    )
    env.invalidate_all()
    customers = env["res.partner"].browse(range(first, first + count))
    lead = env["crm.lead"].create({"name": "Lead", "user_id": giver.id})
    fixtures.multiply(
        env, lead, count // 2, {"partner_id": SQL("%s + g * 2", first - 2)}
    )
    todo = env["mail.activity"].create(
        {
            "res_model_id": env["ir.model"]._get_id("res.partner"),
            "res_id": customers[0].id,
            "user_id": giver.id,
            "activity_type_id": env.ref("mail.mail_activity_data_call").id,
        }
    )
    fixtures.multiply(env, todo, count // 2, {"res_id": SQL("%s + g * 2", first - 2)})
    env.cr.execute(
        SQL("SELECT setval('mail_activity_id_seq', MAX(id)) FROM mail_activity")
    )
    env["crm.customer.owner"]._fill()
    for name in ("res.partner", "crm.lead", "mail.activity"):
        fixtures.analyze(env, name)


def _raw(env, giver, heir):
    """The bare UPDATE of the three tables."""
    start = time.perf_counter()
    for table in ("res_partner", "crm_lead", "mail_activity"):
        env.cr.execute(
            SQL(
                "UPDATE %s SET user_id = %s WHERE user_id = %s",
                SQL.identifier(table),
                heir.id,
                giver.id,
            )
        )
    return time.perf_counter() - start


def _peer(env, giver, heir):
    """Odoo's own way: a tracked write of the salesperson of some customers."""
    some = env(context={})["res.partner"].search(
        [("user_id", "=", giver.id), ("name", "=like", "Handed %")], limit=PEER
    )
    env.invalidate_all()
    start = time.perf_counter()
    some.write({"user_id": heir.id})
    env.flush_all()
    env.cr.flush()
    return time.perf_counter() - start
