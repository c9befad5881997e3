from odoo.tests import new_test_user, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestQuote(CrmRmaCommon):
    """R07: out of warranty, the customer is asked before anything is repaired."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term.active = False
        cls.plain = cls.make_product("Kettle")
        cls.lot = cls.make_lots(cls.plain, ["K-1"])
        cls.deliver(cls.lot)
        cls.put_in_stock(cls.part, 10)
        cls.labour, cls.fee = cls.env["product.product"].create(
            [
                {"name": "Repair work", "type": "service", "list_price": 80.0},
                {"name": "Evaluation", "type": "service", "list_price": 25.0},
            ]
        )
        cls.company.write(
            {
                "rma_quote_first": True,
                "rma_labour_product_id": cls.labour.id,
                "rma_fee_product_id": cls.fee.id,
            }
        )

    def received(self):
        rma = self.walk(self.rma(self.lot), until="action_receive")
        return rma.with_user(self.user)

    def quoted(self):
        rma = self.received()
        rma.action_quote()
        self.add_part(rma.repair_ids.with_user(self.user), quantity=2)
        return rma

    def test_quote_before_repair(self):
        """R07: parts and work stand on an ordinary quotation; nothing is repaired, and
        the screen says what it waits for."""
        rma = self.received()
        self.assertFalse(rma.can_repair)
        self.assertTrue(rma.can_quote)
        self.assertEqual(rma.action_start_repair()["tag"], "display_notification")
        rma.action_quote()
        self.add_part(rma.repair_ids.with_user(self.user), quantity=2)
        order = rma.sudo().quote_ids
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.order_line.product_id, self.labour | self.part)
        self.assertEqual(rma.repair_ids.state, "draft")
        self.assertIn(order.name, rma.next_step)
        self.assertEqual((rma.can_quote, rma.can_repair), (False, False))
        self.assertFalse(rma.can_finish)
        self.assertEqual(rma.state, "received")

    def test_accepted(self):
        """R07: accepted, it is repaired, and the order counts the parts as delivered."""
        rma = self.quoted()
        rma.action_accept_quote()
        order = rma.sudo().quote_ids
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.picking_ids)
        self.assertTrue(rma.can_repair)
        rma.action_start_repair()
        self.assertEqual((rma.state, rma.repair_ids.state), ("repair", "under_repair"))
        rma.action_finish_repair()
        rma.action_ship()
        line = order.order_line.filtered(lambda row: row.product_id == self.part)
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (2.0, 2.0))
        self.assertGreater(line.price_unit, 0.0)
        self.assertFalse(rma.line_ids.fee_line_id)

    def test_refused(self):
        """R07: refused, the repair is given up and the fee is charged once; the unit
        waits for another decision."""
        rma = self.quoted()
        rma.action_refuse_quote()
        self.assertEqual(rma.repair_ids.state, "cancel")
        line = rma.line_ids
        self.assertEqual(line.qty_undecided, 1.0)
        fee = line.sudo().fee_line_id
        self.assertEqual((fee.product_id, fee.order_id.state), (self.fee, "sale"))
        self.assertEqual(rma.action_refuse_quote()["tag"], "display_notification")
        rma.action_return_as_is()
        self.assertEqual(rma.state, "shipped")
        rma.sudo().line_ids._charge_evaluation()
        self.assertEqual(line.sudo().fee_line_id, fee)

    def test_customer_signs_on_the_web(self):
        """R07: whoever confirms the quotation, the technician may start."""
        rma = self.quoted()
        sales = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        rma.sudo().quote_ids.with_user(sales).action_confirm()
        self.assertTrue(rma.can_repair)

    def test_cancelled_order_gives_the_repair_up(self):
        """R07: a quotation cancelled in the sales app is a refusal."""
        rma = self.quoted()
        rma.sudo().quote_ids._action_cancel()
        self.assertEqual(rma.repair_ids.state, "cancel")
        self.assertTrue(rma.can_decide)

    def test_waiting_does_not_count(self):
        """R02: the days the customer thinks are not our days."""
        term = self.make_term("Short", 1)
        self.term.active = True
        self.plain.warranty_term_id = term
        lot = self.make_lots(self.plain, ["K-2"])
        self.deliver(lot)
        registration = self.warranties(lot)
        self.block(registration, registration.date_start)
        rma = self.walk(self.rma(lot), until="action_receive").with_user(self.user)
        rma.action_quote()
        rma.sudo().quote_ids.action_quotation_sent()
        waits = registration.suspension_ids.filtered(lambda s: s.reason == "customer")
        self.assertEqual(len(waits), 1)
        self.assertFalse(waits.date_to)
        rma.action_accept_quote()
        self.assertTrue(waits.date_to)

    def test_fee_when_it_works(self):
        """R07: no fault found costs the fee by policy, once."""
        rma = self.received()
        rma.line_ids._decide("nff")
        self.assertFalse(rma.line_ids.fee_line_id)
        rma.action_ship()
        rma.action_close()
        self.company.rma_nff_fee = True
        rma = self.received()
        rma.line_ids._decide("nff")
        self.assertEqual(rma.line_ids.sudo().fee_line_id.product_id, self.fee)

    def test_goodwill_needs_no_quote(self):
        """R07: what is granted is repaired at once."""
        rma = self.received()
        reason = self.env["warranty.reason"].create(
            {"name": "Kind", "kind": "goodwill"}
        )
        goodwill = self.env["warranty.goodwill"].with_user(self.manager)
        goodwill.create(
            {"line_id": rma.line_ids.id, "reason_id": reason.id}
        ).action_grant()
        self.assertFalse(rma.can_quote)
        rma.action_start_repair()
        self.assertEqual(rma.state, "repair")

    def test_two_units_one_quotation(self):
        """R07: two units of one RMA are asked about in one quotation."""
        lots = self.make_lots(self.plain, ["K-3", "K-4"])
        self.deliver(lots)
        rma = self.walk(self.rma(lots), until="action_receive").with_user(self.user)
        rma.action_quote()
        self.assertEqual(len(rma.sudo().quote_ids), 1)
        self.assertEqual(len(rma.repair_ids), 2)
        rma.action_accept_quote()
        rma.action_start_repair()
        self.assertEqual(set(rma.repair_ids.mapped("state")), {"under_repair"})
