import json
from datetime import date

from odoo.modules.migration import load_script
from odoo.tests import freeze_time, tagged
from odoo.tools import file_path

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyMigration(CrmRmaCommon):
    """R02: warranties with one end date become covered days (19.0.1.2.0)."""

    def migrate(self):
        self.env.flush_all()
        path = file_path("crm_rma/migrations/19.0.1.2.0/post-intervals.py")
        script = load_script(path, "post-intervals")
        script.migrate(self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()

    def as_of_then(self, registrations):
        """What a database of 19.0.1.1.0 holds of some warranties."""
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM warranty_interval WHERE registration_id IN %s",
            [tuple(registrations.ids)],
        )
        self.env.cr.execute(
            "ALTER TABLE warranty_registration ADD COLUMN void_reason varchar"
        )
        self.env.cr.execute(
            "UPDATE warranty_registration SET date_delivered = NULL WHERE id IN %s",
            [tuple(registrations.ids)],
        )

    def test_one_end_date(self):
        """R02: parts and labour are covered until the day that was promised."""
        lots = self.make_lots(self.product, ["M-1", "M-2", "M-3"])
        with freeze_time("2026-02-22 10:00:00"):
            delivery = self.deliver(lots).picking_ids
        plain, returned, void = (self.warranties(lot) for lot in lots)
        self.as_of_then(plain | returned | void)
        self.env.cr.execute(
            "UPDATE warranty_registration SET date_void = '2026-05-01',"
            " void_reason = 'Seal broken' WHERE id = %s",
            [void.id],
        )
        self.env.cr.execute(
            "UPDATE warranty_registration SET date_void = '2026-04-01',"
            " void_reason = 'Taken back: X', return_move_id = %s WHERE id = %s",
            [delivery.move_ids.id, returned.id],
        )
        self.migrate()
        self.assertRecordValues(
            plain.interval_ids.sorted("coverage"),
            [
                {
                    "coverage": coverage,
                    "kind": "standard",
                    "date_from": date(2026, 2, 22),
                    "date_to": date(2027, 2, 22),
                    "stops": False,
                    "company_id": self.company.id,
                }
                for coverage in ("labour", "parts")
            ],
        )
        self.assertEqual(plain._verdict(date(2027, 2, 22))["status"], "in")
        self.assertFalse(self.term.adds_downtime)
        self.assertEqual(
            (returned.close_kind, returned.date_closed),
            ("returned", date(2026, 4, 1)),
        )
        self.assertEqual(void.block_ids.note, "Seal broken")
        self.assertEqual(void._verdict(date(2026, 5, 1))["status"], "void")
        self.assertEqual(void._verdict(date(2026, 4, 30))["status"], "in")
        count = len(plain.interval_ids)
        self.migrate()
        self.assertEqual(len(plain.interval_ids), count, "a second run adds nothing")

    def test_kept_verdicts(self):
        """R02: an approved RMA says what it said, in any language."""
        lot = self.make_lots(self.product, ["M-4"])
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(lot)
        rma = self.rma(lot, date_reported=date(2027, 3, 4))
        rma.action_approve()
        self.env.flush_all()
        old = {
            "day": "2027-03-04",
            "void": None,
            "reason": None,
            "intervals": [["2026-02-22", "2027-02-22", "standard", "12 months"]],
        }
        self.env.cr.execute(
            "UPDATE crm_rma_line SET verdict = %s WHERE id = %s",
            [json.dumps(old), rma.line_ids.id],
        )
        self.env.invalidate_all()
        self.migrate()
        self.assertEqual(rma.line_ids.warranty_status, "out")
        self.assertEqual(
            rma.line_ids.warranty_explanation,
            "Parts and Labour: not covered. 12 months from delivery on 02/22/2026 ended "
            "on 02/22/2027, 10 days before the fault was reported.",
        )
        self.assertEqual(len(rma.line_ids.verdict_view["bar"]["lanes"]), 1)

    def test_goodwill_place(self):
        """R02: every warehouse gets its place and type for goodwill repairs."""
        self.warehouse.rma_goodwill_type_id = False
        warranty = self.warehouse._rma_expense_location("warranty")
        warranty.rma_expense = False
        self.migrate()
        self.assertEqual(warranty.rma_expense, "warranty")
        goodwill = self.warehouse.rma_goodwill_type_id.default_location_dest_id
        self.assertEqual(goodwill.rma_expense, "goodwill")
