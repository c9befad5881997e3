from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyVendor(CrmRmaCommon):
    """R02: what the vendor owes us, with a start and a deadline of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create(
            {"name": "Factory", "is_company": True}
        )
        cls.vendor_term = cls.make_term("Vendor 18", 18, kind="vendor", claim_days=14)
        cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.vendor.id,
                "product_tmpl_id": cls.product.product_tmpl_id.id,
                "warranty_term_id": cls.vendor_term.id,
            }
        )
        cls.lot = cls.make_lots(cls.product, ["V-1"])

    def receive(self, lots, vendor=None, day="2026-01-10"):
        suppliers = self.env.ref("stock.stock_location_suppliers")
        with freeze_time(f"{day} 10:00:00"):
            picking = self.env["stock.picking"].create(
                {
                    "partner_id": (vendor or self.vendor).id,
                    "picking_type_id": self.warehouse.in_type_id.id,
                    "location_id": suppliers.id,
                    "location_dest_id": self.stock.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": len(lots),
                                "location_id": suppliers.id,
                                "location_dest_id": self.stock.id,
                                "lot_ids": [Command.set(lots.ids)],
                                "picked": True,
                            }
                        )
                    ],
                }
            )
            picking.action_confirm()
            picking.move_ids.picked = True
            picking._action_done()
        return picking

    def covers(self):
        return self.env["warranty.vendor"].search([("lot_id", "=", self.lot.id)])

    def test_starts_with_our_receipt(self):
        picking = self.receive(self.lot)
        self.assertRecordValues(
            self.covers(),
            [
                {
                    "vendor_id": self.vendor.id,
                    "date_start": date(2026, 1, 10),
                    "date_end": date(2027, 7, 10),
                    "picking_id": picking.id,
                }
            ],
        )
        self.env["warranty.vendor"]._stamp(picking.move_line_ids)
        self.assertEqual(len(self.covers()), 1)

    def test_another_vendor(self):
        """R02: the price list of one vendor promises nothing for another one."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self.receive(self.lot, other)
        self.assertFalse(self.covers())

    def test_by_rule(self):
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self.env["warranty.rule"].create(
            {"term_id": self.vendor_term.id, "partner_id": other.id}
        )
        self.receive(self.lot, other)
        self.assertEqual(self.covers().vendor_id, other)

    def sold_and_faulty(self, reported):
        self.receive(self.lot)
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(self.lot)
        with freeze_time(f"{reported} 10:00:00"):
            return self.rma(self.lot, user_id=self.user.id)

    def test_claim_deadline(self):
        """R02: fourteen days after the customer reported it, and before it ends."""
        line = self.sold_and_faulty("2026-09-01").line_ids
        self.assertEqual(line.vendor_claim_deadline, date(2026, 9, 15))
        self.assertEqual(line.vendor_warranty_id, self.covers())
        line.rma_id.date_reported = date(2027, 7, 1)
        self.assertEqual(line.vendor_claim_deadline, date(2027, 7, 10))
        line.rma_id.date_reported = date(2027, 7, 11)
        self.assertFalse(line.vendor_claim_deadline)

    def test_alert(self):
        """R02: on the form, in the lists, on the workbench, until the vendor knows."""
        rma = self.sold_and_faulty("2026-09-01")
        line = rma.line_ids
        bench = self.env["crm.workbench"].with_user(self.user)
        registrations = self.env["warranty.registration"]
        due = [("is_vendor_claim_due", "=", True)]
        with freeze_time("2026-09-10 10:00:00"):
            claim = line.verdict_view["vendor_claim"]
            self.assertEqual(claim["text"], "Claim from Factory until 09/15/2026.")
            self.assertFalse(claim["late"])
            [row] = bench.bucket("vendor_claims")["rows"]
            self.assertEqual((row["res_id"], row["date"]), (rma.id, "2026-09-15"))
            self.assertEqual(registrations.search(due), line.registration_id)
            self.assertTrue(line.registration_id.is_vendor_claim_due)
        with freeze_time("2026-09-20 10:00:00"):
            line.invalidate_recordset(["verdict_view"])
            self.assertTrue(line.verdict_view["vendor_claim"]["late"])
            line.with_user(self.user).action_vendor_claimed()
            self.assertEqual(line.vendor_claimed_on, date(2026, 9, 20))
            self.assertFalse(bench.bucket("vendor_claims")["rows"])
            self.assertNotIn(line.registration_id, registrations.search(due))

    def test_in_the_verdict(self):
        """R02: the vendor's time stands beside ours; it does not cover the customer."""
        self.sold_and_faulty("2026-09-01")
        registration = self.warranties(self.lot)
        verdict = registration._verdict(date(2027, 3, 1))
        self.assertEqual(verdict["status"], "out")
        self.assertEqual(verdict["vendor"][0]["end"], "2027-07-10")
        notes = self.env["warranty.explain"]._view(verdict)["notes"]
        self.assertIn("Factory covers it for us until 07/10/2027.", notes)

    def test_no_term_no_query(self):
        """R02: without vendor terms a receipt costs nothing."""
        self.env["product.supplierinfo"].search([]).warranty_term_id = False
        self.env["warranty.term"].search([("kind", "=", "vendor")]).unlink()
        picking = self.receive(self.lot)
        self.env["warranty.term"]._any_term("vendor")
        with self.assertQueryCount(0):
            self.env["warranty.vendor"]._stamp(picking.move_line_ids)
