from datetime import date

from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyRepair(CrmRmaCommon):
    """R02: the parts and the work of a repair have a warranty of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.warranty_repair_duration = 90
        cls.put_in_stock(cls.part, 10)
        cls.lot = cls.make_lots(cls.product, ["P-1"])
        with freeze_time("2026-02-22 10:00:00"):
            cls.deliver(cls.lot)

    def repair(self, came, left, lot=None, **values):
        with freeze_time(f"{came} 10:00:00"):
            rma = self.rma(lot or self.lot, **values)
            self.walk(rma, until="action_start_repair")
            self.add_part(rma.repair_ids)
        with freeze_time(f"{left} 10:00:00"):
            rma.action_finish_repair()
            rma.action_ship()
            rma.action_close()
        return rma

    def test_ninety_days(self):
        """R02: out of warranty, only what was repaired is covered, for ninety days."""
        rma = self.repair("2027-03-01", "2027-03-11")
        registration = self.warranties(self.lot)
        intervals = registration.interval_ids.filtered(lambda i: i.kind == "repair")
        self.assertEqual(set(intervals.mapped("date_to")), {date(2027, 6, 9)})
        self.assertEqual(registration.date_end, date(2027, 2, 22), "not the whole unit")
        with freeze_time("2027-04-01 10:00:00"):
            line = self.rma(self.lot).line_ids
        self.assertEqual(line.warranty_status, "limited")
        self.assertFalse(line._is_covered(), "somebody must look at the fault first")
        self.assertIn(
            f"Repair warranty from 03/11/2027 on Valve ({rma.name})",
            line.warranty_explanation,
        )
        verdict = registration._verdict(date(2027, 6, 10))
        self.assertEqual(verdict["status"], "out")

    def test_once(self):
        """R02: shipping twice, or a second look at the moves, starts nothing twice."""
        rma = self.repair("2027-03-01", "2027-03-11")
        line = rma.line_ids
        line._start_repair_warranty(line.move_ids.filtered(lambda m: m.state == "done"))
        kinds = self.warranties(self.lot).interval_ids.mapped("kind")
        self.assertEqual(kinds.count("repair"), 2)

    def test_term_goes_before_company(self):
        self.term.write({"repair_duration": 6, "repair_duration_unit": "month"})
        self.repair("2027-03-01", "2027-03-11")
        intervals = self.warranties(self.lot).interval_ids
        self.assertIn(date(2027, 9, 11), intervals.mapped("date_to"))

    def test_unit_without_a_warranty(self):
        """R02: a paid repair of a unit that we never registered is covered, too."""
        plain = self.make_product("Old Oven")
        lot = self.make_lots(plain, ["X-1"])
        with freeze_time("2020-01-01 10:00:00"):
            self.deliver(lot)
        self.assertFalse(self.warranties(lot))
        self.repair("2027-03-01", "2027-03-11", lot=lot)
        registration = self.warranties(lot)
        self.assertEqual(set(registration.interval_ids.mapped("kind")), {"repair"})
        self.assertEqual(registration._verdict(date(2027, 4, 1))["status"], "limited")

    def test_without_policy(self):
        self.company.warranty_repair_duration = 0
        self.repair("2027-03-01", "2027-03-11")
        self.assertNotIn(
            "repair", self.warranties(self.lot).interval_ids.mapped("kind")
        )

    def test_not_repaired(self):
        """R02: sent home as it is: nothing was done, nothing is covered."""
        with freeze_time("2027-03-01 10:00:00"):
            rma = self.walk(self.rma(self.lot), until="action_receive")
            rma.action_return_as_is()
        self.assertNotIn(
            "repair", self.warranties(self.lot).interval_ids.mapped("kind")
        )
