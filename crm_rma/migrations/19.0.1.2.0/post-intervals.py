"""Warranties with one end date become covered days by class, and old verdicts are
written anew, so that they can be explained in any language.

What was promised stays as it was: parts and labour until the same day, no time added
back, no statutory profile on terms that knew none.
"""

from psycopg2.extras import Json

from odoo import SUPERUSER_ID, api

CLASSES = ("parts", "labour")


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    keep_terms(cr)
    make_intervals(cr)
    keep_ends(cr)
    keep_voids(cr, env.ref("crm_rma.warranty_reason_other"))
    write_verdicts_anew(cr)
    mark_locations(cr)
    env.invalidate_all()
    warehouses = env["stock.warehouse"].with_context(active_test=False).search([])
    warehouses._ensure_rma_setup()
    judge_open_requests(env)


def keep_terms(cr):
    cr.execute("UPDATE warranty_term SET adds_downtime = FALSE")


def make_intervals(cr):
    cr.execute(
        """
        INSERT INTO warranty_interval (
            registration_id, company_id, kind, coverage, base_from, base_to, date_from,
            date_to, follows, stops, limited, term_id,
            create_uid, create_date, write_uid, write_date)
        SELECT r.id, r.company_id, 'standard', c.name, r.date_start, r.date_end,
               r.date_start, r.date_end, FALSE, FALSE, FALSE, r.term_id,
               r.create_uid, r.create_date, r.write_uid, r.write_date
          FROM warranty_registration r
         CROSS JOIN unnest(%s) AS c(name)
         WHERE r.date_end IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM warranty_interval i WHERE i.registration_id = r.id)
        """,
        [list(CLASSES)],
    )
    cr.execute(
        """
        UPDATE warranty_registration SET date_delivered = date_start
         WHERE date_delivered IS NULL AND move_id IS NOT NULL
        """
    )


def keep_ends(cr):
    """What was taken back."""
    cr.execute(
        """
        UPDATE warranty_registration SET date_closed = date_void, close_kind = 'returned'
         WHERE return_move_id IS NOT NULL AND date_void IS NOT NULL
           AND date_closed IS NULL
        """
    )


def keep_voids(cr, reason):
    """What somebody made void, with the words of then."""
    cr.execute(
        """SELECT 1 FROM information_schema.columns
            WHERE table_name = 'warranty_registration' AND column_name = 'void_reason'"""
    )
    if not cr.rowcount:
        return
    cr.execute(
        """
        INSERT INTO warranty_block (
            registration_id, company_id, reason_id, kind, date_from, note, user_id,
            active, create_uid, create_date, write_uid, write_date)
        SELECT r.id, r.company_id, %s, 'void', r.date_void, r.void_reason,
               COALESCE(r.write_uid, 1), TRUE,
               r.write_uid, r.write_date, r.write_uid, r.write_date
          FROM warranty_registration r
         WHERE r.date_void IS NOT NULL AND r.return_move_id IS NULL
        """,
        [reason.id],
    )
    cr.execute("ALTER TABLE warranty_registration DROP COLUMN void_reason")


def write_verdicts_anew(cr):
    """Verdicts that were kept get the shape of today; their facts are the same."""
    cr.execute(
        """
        SELECT l.id, l.verdict, l.warranty_status, l.warranty_until, s.name
          FROM crm_rma_line l
          LEFT JOIN stock_lot s ON s.id = l.lot_id
         WHERE l.verdict IS NOT NULL AND l.verdict -> 'version' IS NULL
        """
    )
    for line_id, *facts in cr.fetchall():
        cr.execute(
            "UPDATE crm_rma_line SET verdict = %s WHERE id = %s",
            [Json(new_verdict(*facts)), line_id],
        )


def new_verdict(old, status, until, serial):
    """The verdict of version 2 that says what one of version 1 said."""
    until = until and until.isoformat()
    intervals = [
        {
            "id": number * len(CLASSES) + place,
            "kind": kind,
            "class": name,
            "start": start,
            "end": end,
            "added": 0,
            "limited": False,
            "term": {"en_US": source},
            "order": None,
            "rma": None,
            "rest": None,
            "note": None,
        }
        for number, (start, end, kind, source) in enumerate(old.get("intervals") or ())
        for place, name in enumerate(CLASSES)
    ]
    block = {
        "kind": "void",
        "from": old.get("void"),
        "reason": {"en_US": old.get("reason") or ""},
        "note": None,
        "holds": status == "void",
    }
    return {
        "version": 2,
        "day": old.get("day"),
        "status": status,
        "until": until,
        "serial": serial,
        "untracked": not serial,
        "basis": {"kind": "delivery", "by_hand": False},
        "classes": [
            {
                "name": name,
                "status": status,
                "until": until,
                "intervals": [i["id"] for i in intervals if i["class"] == name],
            }
            for name in CLASSES
            if intervals
        ],
        "intervals": intervals,
        "stops": [],
        "blocks": [block] if old.get("void") else [],
        "closed": None,
        "vendor": [],
        "law": None,
        "choice": None,
        "term": None,
    }


def mark_locations(cr):
    """The place that parts used under warranty go to was known by its usage alone."""
    cr.execute(
        """
        UPDATE stock_location SET rma_expense = 'warranty'
         WHERE usage = 'production' AND rma_warehouse_id IS NOT NULL
           AND rma_place IS NULL AND rma_expense IS NULL
        """
    )


def judge_open_requests(env):
    """What is not approved is judged by the engine of today."""
    lines = env["crm.rma.line"].search([("rma_id.date_approved", "=", False)])
    for name in ("warranty_status", "warranty_until", "verdict"):
        env.add_to_compute(lines._fields[name], lines)
    lines.flush_recordset()
