from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestOrigin(CrmRmaCommon):
    """R01, R02: a typed serial finds its product, customer, delivery and warranty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["SN-1"])
        cls.order = cls.deliver(cls.lot)

    def test_serial_finds_everything(self):
        """R01: nothing but the serial is typed."""
        form = Form(self.env["crm.rma"].with_user(self.user))
        form.serial_scan = " SN-1 "
        self.assertEqual(form.partner_id, self.customer)
        self.assertFalse(form.serial_scan)
        rma = form.save()
        line = rma.line_ids
        self.assertRecordValues(
            line,
            [
                {
                    "lot_id": self.lot.id,
                    "product_id": self.product.id,
                    "quantity": 1.0,
                    "origin_move_id": self.order.order_line.move_ids.id,
                    "sale_order_id": self.order.id,
                    "delivered_to_id": self.customer.id,
                    "registration_id": self.lot.registration_ids.id,
                    "warranty_status": "in",
                    "is_foreign": False,
                }
            ],
        )

    def test_scanned_twice_is_one_line(self):
        form = Form(self.env["crm.rma"].with_user(self.user))
        form.serial_scan = "SN-1"
        form.serial_scan = "SN-1"
        self.assertEqual(len(form.save().line_ids), 1)

    def test_unknown_serial_warns(self):
        rma = self.env["crm.rma"].new({"serial_scan": "NOPE"})
        warning = rma._onchange_serial_scan()["warning"]
        self.assertIn("NOPE", warning["message"])
        self.assertFalse(rma.line_ids)

    def test_same_serial_of_two_products(self):
        self.make_lots(self.make_product("Other"), ["SN-1"])
        rma = self.env["crm.rma"].new({"serial_scan": "SN-1"})
        warning = rma._onchange_serial_scan()["warning"]
        self.assertIn("several products", warning["message"])

    def test_foreign_serial_needs_a_reason(self):
        """R01: a serial of another customer is taken in only with a reason."""
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        rma = self.rma(self.lot, customer=other)
        self.assertTrue(rma.line_ids.is_foreign)
        with self.assertRaisesRegex(UserError, "SN-1"):
            rma.action_approve()
        self.assertEqual(rma.state, "new")
        rma.line_ids.origin_reason = "Bought second-hand"
        rma.action_approve()
        self.assertEqual(rma.state, "expected")

    def test_never_delivered_needs_a_reason(self):
        lot = self.make_lots(self.product, ["NEW-1"])
        rma = self.rma(lot)
        self.assertTrue(rma.line_ids.is_foreign)
        self.assertEqual(rma.line_ids.warranty_status, "none")
        with self.assertRaises(UserError):
            rma.action_approve()

    def test_contact_of_the_company_is_no_stranger(self):
        contact = self.env["res.partner"].create(
            {"name": "Peter", "parent_id": self.customer.id}
        )
        self.assertFalse(self.rma(self.lot, customer=contact).line_ids.is_foreign)

    def test_second_repair_needs_no_typing(self):
        """R13: the scorecard's second repair: same origin, serial filled in."""
        first = self.walk(self.rma(self.lot))
        second = self.walk(self.rma(self.lot), until="action_approve")
        self.assertEqual(second.line_ids.origin_move_id, first.line_ids.origin_move_id)
        receipt = second.picking_ids
        self.assertEqual(receipt.move_line_ids.lot_id, self.lot)
        self.assertEqual(receipt.state, "assigned")
        self.assertIs(receipt.with_context(skip_sms=True).button_validate(), True)
        self.assertEqual(second.state, "received")

    def test_sold_again_finds_the_last_buyer(self):
        """R01: after a return to stock and a new sale, the last sale counts."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_model="stock.picking", active_id=self.order.picking_ids.id
            )
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.picked = True
        back.with_context(skip_sms=True).button_validate()
        buyer = self.env["res.partner"].create({"name": "Second Buyer"})
        order = self.deliver(self.lot, customer=buyer)
        line = self.rma(self.lot, customer=buyer).line_ids
        self.assertFalse(line.is_foreign)
        self.assertEqual(line.sale_order_id, order)
        self.assertEqual(len(self.lot.registration_ids), 2)
        self.assertEqual(line.registration_id.partner_id, buyer)

    def test_serial_missing_on_a_tracked_product(self):
        rma = self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [Command.create({"product_id": self.product.id})],
            }
        )
        with self.assertRaisesRegex(UserError, "serial number"):
            rma.action_approve()

    def test_one_serial_is_one_unit(self):
        with self.assertRaises(ValidationError):
            self.env["crm.rma"].create(
                {
                    "partner_id": self.customer.id,
                    "line_ids": [
                        Command.create({"lot_id": self.lot.id, "quantity": 2})
                    ],
                }
            )

    def test_verdict_queries(self):
        """R02: from serial to verdict in a handful of queries, at any length."""
        lots = self.make_lots(self.product, [f"Q-{n}" for n in range(30)])
        self.deliver(lots)
        counts = []
        for batch in (lots[:2], lots[2:30]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            origins = batch._rma_origins(self.company)
            days = {o.registration: o.registration.date_start for o in origins.values()}
            verdicts = self.env["warranty.registration"]._verdicts(days)
            self.assertEqual(len(verdicts), len(batch))
            self.assertEqual({v["status"] for v in verdicts.values()}, {"in"})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_find_serials(self):
        """R01: a list of serials is one query; unknown ones are missing."""
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.env["crm.rma"]._find_serials(["SN-1", "NOPE"])
        self.assertEqual(list(found), ["SN-1"])

    def test_new_rma_from_documents(self):
        """R01: customer, order and serial each start a filled-in RMA."""
        for record in (self.customer, self.order, self.lot):
            action = record.with_user(self.manager).action_new_rma()
            context = action["context"]
            self.assertEqual(context["default_partner_id"], self.customer.id)
            if record != self.customer:
                lines = context["default_line_ids"]
                self.assertEqual(
                    [vals["lot_id"] for _c, _i, vals in lines], self.lot.ids
                )
