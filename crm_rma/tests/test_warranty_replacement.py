from datetime import date

from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyReplacement(CrmRmaCommon):
    """R02: a unit replaces another one; the old warranty points to the new one."""

    def replace(self, day="2026-12-01", **policy):
        """Deliver on 22 February 2026, replace on ``day``; old and new warranty."""
        self.product.warranty_term_id = self.make_term("T", 12, **policy)
        old, new = self.make_lots(self.product, ["R-OLD", "R-NEW"])
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(old)
        registration = self.warranties(old)
        self.send(new, registration, day)
        return registration, self.warranties(new)

    def send(self, lot, registration, day):
        """What the outcome *replace* does: a delivery that says what it replaces."""
        self.put_in_stock(lot.product_id, 1, lot)
        customers = self.env.ref("stock.stock_location_customers")
        with freeze_time(f"{day} 10:00:00"):
            move = self.env["stock.move"].create(
                {
                    "product_id": lot.product_id.id,
                    "product_uom_qty": 1,
                    "location_id": self.stock.id,
                    "location_dest_id": customers.id,
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "warranty_replaced_id": registration.id,
                    "lot_ids": lot.ids,
                    "picked": True,
                }
            )
            move._action_done()
        return move

    def test_remainder(self):
        old, new = self.replace()
        self.assertEqual(new.date_start, date(2026, 12, 1))
        self.assertEqual(new.date_end, date(2027, 2, 22))
        self.assertEqual(new.partner_id, self.customer)
        self.assertEqual(
            (old.close_kind, old.date_closed, old.replaced_by_id),
            ("replaced", date(2026, 12, 1), new),
        )
        self.assertEqual(new.replaces_ids, old)
        self.assertIn("R-NEW", old.void_reason)

    def test_fresh(self):
        _old, new = self.replace(replacement_policy="fresh")
        self.assertEqual(new.date_end, date(2027, 12, 1))

    def test_longest(self):
        """R02: max(rest, N days): the rest, or at least ninety days."""
        _old, new = self.replace(replacement_policy="longest", replacement_days=90)
        self.assertEqual(new.date_end, date(2027, 3, 1))

    def test_longest_is_the_rest(self):
        _old, new = self.replace(
            "2026-03-01", replacement_policy="longest", replacement_days=90
        )
        self.assertEqual(new.date_end, date(2027, 2, 22))

    def test_downtime_goes_along(self):
        """R02: twenty days that the old unit was with us are not lost."""
        self.product.warranty_term_id = self.make_term("T", 12)
        old, new = self.make_lots(self.product, ["D-OLD", "D-NEW"])
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(old)
        with freeze_time("2026-03-03 10:00:00"):
            rma = self.walk(self.rma(old), until="action_receive")
        registration = self.warranties(old)
        self.send(new, registration, "2026-03-23")
        self.assertEqual(self.warranties(new).date_end, date(2027, 3, 14))
        self.assertEqual(rma.line_ids.registration_id, registration)

    def test_old_serial_finds_the_new(self):
        """R02: looking up the old serial answers with the unit that replaced it."""
        _old, new = self.replace()
        with freeze_time("2026-12-20 10:00:00"):
            answer = self.env["warranty.registration"].check_serial("R-OLD")
        [found] = answer["found"]
        self.assertEqual((found["id"], found["serial"]), (new.id, "R-NEW"))
        self.assertEqual(found["view"]["status"], "in")
        self.assertIn("R-OLD was replaced on 12/01/2026", found["replaced"])

    def test_chain(self):
        _old, new = self.replace()
        third = self.make_lots(self.product, ["R-3"])
        self.send(third, new, "2027-01-10")
        answer = self.env["warranty.registration"].check_serial("R-OLD")
        self.assertEqual(answer["found"][0]["serial"], "R-3")
        self.assertEqual(
            self.warranties(third).date_end, date(2027, 2, 22), "the rest of the rest"
        )

    def test_verdict_of_the_old(self):
        """R02: a fault of the old unit before the exchange stays covered."""
        old, _new = self.replace()
        self.assertEqual(old._verdict(date(2026, 11, 30))["status"], "in")
        verdict = old._verdict(date(2026, 12, 1))
        self.assertEqual(verdict["status"], "void")
        text = self.env["warranty.explain"]._text(verdict)
        self.assertIn("not covered from 12/01/2026 on: replaced by R-NEW", text)

    def test_idempotent(self):
        old, new = self.replace()
        self.env["warranty.registration"]._follow(new.move_id.move_line_ids)
        self.assertEqual(self.warranties(new.lot_id), new)
        self.assertEqual(old.replaced_by_id, new)

    def test_after_the_end(self):
        """R02: replaced after the end: the rest is nothing, and nothing is invented."""
        _old, new = self.replace("2027-03-01")
        self.assertFalse(new.interval_ids)
        self.assertEqual(new._verdict(date(2027, 3, 2))["status"], "none")
