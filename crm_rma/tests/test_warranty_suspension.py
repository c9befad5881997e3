from datetime import date

from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantySuspension(CrmRmaCommon):
    """R02: the clock stands still while the unit is in our hands."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["U-1"])
        with freeze_time("2026-02-22 10:00:00"):
            cls.deliver(cls.lot)
        cls.registration = cls.warranties(cls.lot)

    def receive(self, day="2026-03-03"):
        with freeze_time(f"{day} 10:00:00"):
            return self.walk(self.rma(self.lot), until="action_receive")

    def send_home(self, rma, day="2026-03-23"):
        with freeze_time(f"{day} 10:00:00"):
            rma.action_return_as_is()
            rma.action_close()

    def test_added_back(self):
        """R02: twenty days in our hands, from done moves; said in one sentence."""
        rma = self.receive()
        self.assertEqual(self.registration.date_suspended, date(2026, 3, 3))
        with freeze_time("2026-03-10 10:00:00"):
            self.registration.invalidate_recordset(["state"])
            self.assertEqual(self.registration.state, "suspended")
            found = self.registration.search([("state", "=", "suspended")])
            self.assertIn(self.registration, found)
        self.send_home(rma)
        self.assertFalse(self.registration.date_suspended)
        self.assertEqual(self.registration.date_end, date(2027, 3, 14))
        with freeze_time("2026-05-01 10:00:00"):
            line = self.rma(self.lot).line_ids
        self.assertEqual(
            line.warranty_explanation,
            "Parts and Labour: covered until 03/14/2027. 12 months from delivery on "
            f"02/22/2026, plus 20 days in our hands ({rma.name}).",
        )

    def test_policy_without(self):
        """R02: a term that does not add it back gives no day."""
        self.registration.interval_ids.stops = False
        self.send_home(self.receive())
        self.assertEqual(self.registration.date_end, date(2027, 2, 22))

    def test_waiting_for_the_customer(self):
        """R02: of twenty days, ten waited for the customer's decision."""
        rma = self.receive()
        stops = self.env["warranty.suspension"]
        stops._wait(rma.line_ids, date(2026, 3, 8))
        stops._wait(rma.line_ids, date(2026, 3, 9))
        stops._go_on(rma.line_ids, date(2026, 3, 18))
        self.send_home(rma)
        self.assertEqual(self.registration.date_end, date(2027, 3, 4))
        self.assertEqual(len(self.registration.suspension_ids), 2)
        with freeze_time("2026-05-01 10:00:00"):
            view = self.rma(self.lot).line_ids.verdict_view
        self.assertTrue(
            any("10 days of waiting for the customer" in n for n in view["notes"])
        )

    def test_going_home_ends_the_wait(self):
        """R02: a unit that went home waits for nobody."""
        rma = self.receive()
        self.env["warranty.suspension"]._wait(rma.line_ids, date(2026, 3, 13))
        self.send_home(rma)
        self.assertEqual(self.registration.date_end, date(2027, 3, 4))
        self.assertFalse(
            self.registration.suspension_ids.filtered(lambda s: not s.date_to)
        )

    def test_moved_in_the_house(self):
        """R02: carrying the unit from place to place is one stay."""
        rma = self.receive()
        with freeze_time("2026-03-05 10:00:00"):
            rma.line_ids.place = "diagnosis"
            rma.line_ids.place = "bench"
        self.assertEqual(len(self.registration.suspension_ids), 1)
        with freeze_time("2026-03-23 10:00:00"):
            rma.line_ids.place = "ready"
            rma.action_ship()
        self.assertEqual(self.registration.suspension_ids.days, 20)

    def test_two_stays(self):
        for came, left in (
            ("2026-03-03", "2026-03-23"),
            ("2026-06-01", "2026-06-06"),
        ):
            self.send_home(self.receive(came), left)
        self.assertEqual(self.registration.date_end, date(2027, 3, 19))

    def test_came_after_the_end(self):
        """R02: a paid repair after the end does not begin the warranty again."""
        self.send_home(self.receive("2027-03-01"), "2027-04-01")
        self.assertEqual(self.registration.date_end, date(2027, 2, 22))
        with freeze_time("2027-03-10 10:00:00"):
            self.registration.invalidate_recordset(["state"])
            self.assertEqual(self.registration.state, "expired")

    def test_reported_while_it_is_here(self):
        """R02: a second fault, found while the unit is with us past its end."""
        self.receive("2027-02-20")
        verdict = self.registration._verdict(date(2027, 3, 10))
        self.assertEqual(verdict["status"], "in")

    def test_company_day(self):
        """R02: arrived at 22:30 UTC on the 2nd is the 3rd in Shanghai."""
        self.company.partner_id.tz = "Asia/Shanghai"
        with freeze_time("2026-03-02 22:30:00"):
            self.walk(self.rma(self.lot), until="action_receive")
        self.assertEqual(self.registration.date_suspended, date(2026, 3, 3))
