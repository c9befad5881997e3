from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestRequest(CrmRmaCommon):
    """R01, R03: many units at once, questions, the sale that is found, refusal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_lots(cls.product, [f"P-{n}" for n in range(6)])
        cls.order = cls.deliver(cls.lots)
        cls.lamp = cls.make_product("Lamp", tracking="none")
        cls.put_in_stock(cls.lamp, 20)
        reasons = cls.env["crm.rma.reason"]
        cls.reason = reasons.create(
            {
                "name": "Broken",
                "question_ids": [
                    Command.create({"name": "Since when?", "is_required": True}),
                    Command.create({"name": "Always?", "kind": "yes_no"}),
                ],
            }
        )
        cls.refusal = reasons.create({"name": "Too late", "kind": "refusal"})

    def empty(self):
        return self.env["crm.rma"].create({"partner_id": self.customer.id})

    def paste(self, rma, text, **values):
        wizard = self.env["crm.rma.paste"].with_user(self.user)
        return wizard.create({"rma_id": rma.id, "serials": text, **values})

    def lamp_request(self, quantity):
        return self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create({"product_id": self.lamp.id, "quantity": quantity})
                ],
            }
        )

    def sell_lamps(self, quantity, customer=None):
        order = self.sell({self.lamp: quantity}, customer)
        order.action_confirm()
        self.ship(order)
        return order

    # -------------------------------------------------------------------------
    # Many serials
    # -------------------------------------------------------------------------

    def test_one_wrong_keeps_the_others(self):
        """R01: of a pasted list the wrong ones stay in the box with their reason."""
        taken = self.rma(self.lots[5])
        rma = self.empty()
        wizard = self.paste(
            rma, "P-0, P-1;P-2\nP-3\tP-4 P-0\nNOPE\nP-5", fault="No heat"
        )
        action = wizard.action_add()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(rma.line_ids.lot_id, self.lots[:5])
        self.assertEqual(set(rma.line_ids.mapped("fault")), {"No heat"})
        self.assertEqual(wizard.serials.split(), ["NOPE", "P-5"])
        self.assertIn(taken.name, wizard.problems)
        self.assertIn("P-0: pasted twice", wizard.problems)
        self.assertEqual(wizard.taken, 5)
        wizard.serials = False
        with self.assertRaises(UserError):
            wizard.action_add()

    def test_all_good_closes(self):
        """R01: nothing wrong, nothing shown."""
        rma = self.empty()
        action = self.paste(rma, "P-0\nP-1").action_add()
        self.assertEqual(action["type"], "ir.actions.act_window_close")

    def test_list_costs_few_queries(self):
        """R01: the queries of a pasted list do not grow with every serial."""
        lots = self.make_lots(self.product, [f"L-{n}" for n in range(60)])
        self.deliver(lots)
        rma = self.empty()
        wizard = self.paste(rma, "\n".join(lots.mapped("name")))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        wizard.action_add()
        self.env.flush_all()
        self.assertLess((self.env.cr.sql_log_count - before) / 60, 4)
        self.assertEqual(len(rma.line_ids), 60)

    def test_too_many(self):
        """R01: a whole file pasted by mistake is refused at once."""
        with self.assertRaisesRegex(UserError, "2000"):
            self.paste(self.empty(), "X ".join(map(str, range(2100)))).action_add()

    # -------------------------------------------------------------------------
    # Questions
    # -------------------------------------------------------------------------

    def test_required_questions_are_answered_first(self):
        """R01: the reason asks; without an answer nothing is approved."""
        rma = self.rma(self.lots[0]).with_user(self.user)
        line = rma.line_ids
        line.reason_id = self.reason
        self.assertEqual(line.answer_ids.question_id, self.reason.question_ids)
        self.assertIn("Since when?", rma.next_step)
        with self.assertRaisesRegex(UserError, "Since when"):
            rma.action_approve()
        line.answer_ids[0].answer = "Yesterday"
        rma.action_approve()
        self.assertEqual(rma.state, "expected")

    def test_other_reason_other_questions(self):
        """R01: another reason asks its own questions; the old answers go."""
        line = self.rma(self.lots[0]).line_ids
        line.reason_id = self.reason
        other = self.reason.copy({"name": "Other"})
        line.reason_id = other
        self.assertEqual(line.answer_ids.question_id, other.question_ids)
        line.reason_id = False
        self.assertFalse(line.answer_ids)

    def test_choices(self):
        """R01: a choice offers something to choose from."""
        with self.assertRaises(ValidationError):
            self.reason.question_ids[0].write({"kind": "choice", "choices": "One"})
        self.reason.question_ids[0].write({"kind": "choice", "choices": "One\nTwo\n"})
        self.assertEqual(self.reason.question_ids[0]._get_choices(), ["One", "Two"])

    # -------------------------------------------------------------------------
    # The sale
    # -------------------------------------------------------------------------

    def test_find_the_sale(self):
        """R01: the customer's deliveries are offered with what is left of them."""
        first, second = self.sell_lamps(3), self.sell_lamps(2)
        self.give_back(second.picking_ids, 1)
        stranger = self.env["res.partner"].create({"name": "Other"})
        self.sell_lamps(4, stranger)
        rma = self.lamp_request(2).with_user(self.user)
        line = rma.line_ids
        found = line._sale_candidates()
        self.assertEqual(
            found,
            [
                (
                    second.order_line.move_ids.filtered(
                        lambda m: not m.origin_returned_move_id
                    ),
                    1.0,
                ),
                (first.order_line.move_ids, 3.0),
            ],
        )
        line._find_sale()
        self.assertEqual(line.sale_order_id, first)
        self.assertEqual(line.origin_picking_id, first.picking_ids)
        wizard = self.env["crm.rma.find.sale"].with_user(self.user)
        wizard = wizard.with_context(default_line_id=line.id).create({})
        self.assertEqual(wizard.candidate_ids.mapped("quantity"), [1.0, 3.0])
        wizard.candidate_ids[0].action_choose()
        self.assertEqual(line.sale_order_id, second)

    def test_not_more_than_was_sold(self):
        """R01: what is announced already counts; more than is left is refused."""
        order = self.sell_lamps(3)
        first = self.lamp_request(2)
        first.line_ids._choose_sale(order.order_line.move_ids)
        first.action_approve()
        second = self.lamp_request(2)
        with self.assertRaises(UserError):
            second.line_ids.sudo()._choose_sale(self.order.order_line.move_ids[:1])
        second.line_ids._choose_sale(order.order_line.move_ids)
        with self.assertRaisesRegex(UserError, "only 1"):
            second.action_approve()

    def test_choice_is_a_fact(self):
        """R01: the delivery is chosen by the button, which checks it."""
        rma = self.lamp_request(1).with_user(self.user)
        with self.assertRaises(UserError):
            rma.line_ids.chosen_move_id = self.order.order_line.move_ids[:1]

    # -------------------------------------------------------------------------
    # Approve, refuse
    # -------------------------------------------------------------------------

    def test_number_is_valid_for_some_days(self):
        """R01: approval gives a last day; after it the RMA says so."""
        self.company.rma_validity_days = 10
        with freeze_time("2026-03-01 08:00:00"):
            rma = self.walk(self.rma(self.lots[0]), until="action_approve")
            self.assertEqual(rma.date_valid, date(2026, 3, 11))
            self.assertFalse(rma.is_expired)
        with freeze_time("2026-03-12 08:00:00"):
            rma.invalidate_recordset()
            self.assertTrue(rma.is_expired)
            self.assertIn("03/11/2026", rma.next_step)
            found = rma.search([("is_expired", "=", True)])
            self.assertIn(rma, found)
            rma.action_receive()
            self.assertFalse(rma.is_expired)

    def test_refuse_with_a_reason(self):
        """R03: refused is not cancelled: with a reason, and the serial is free."""
        rma = self.walk(self.rma(self.lots[0]), until="action_approve")
        rma = rma.with_user(self.user)
        action = rma.action_refuse()
        wizard = self.env["crm.rma.refuse"].with_user(self.user)
        wizard = wizard.with_context(**action["context"]).create(
            {"reason_id": self.refusal.id, "note": "Two years late"}
        )
        wizard.action_refuse()
        self.assertEqual((rma.state, rma.is_open), ("refused", False))
        self.assertEqual(rma.picking_ids.state, "cancel")
        self.assertIn("Too late", rma.next_step)
        self.assertEqual(self.rma(self.lots[0]).state, "new")
        self.assertEqual(rma._refuse(self.refusal)["tag"], "display_notification")

    def test_no_refusal_of_what_is_here(self):
        """R03: what lies with us is decided unit by unit."""
        rma = self.walk(self.rma(self.lots[0]), until="action_receive")
        with self.assertRaisesRegex(UserError, "unit by unit"):
            rma._refuse(self.refusal)

    def test_refusal_is_not_typed(self):
        """R15: the reason of a refusal comes from the button."""
        rma = self.rma(self.lots[0]).with_user(self.user)
        with self.assertRaises(UserError):
            rma.refusal_reason_id = self.refusal


@tagged("post_install", "-at_install")
class TestArrival(CrmRmaCommon):
    """R03: what arrives is not always what was announced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_lots(cls.product, ["A-1", "A-2"])
        cls.order = cls.deliver(cls.lots)
        cls.reason = cls.env["crm.rma.reason"].create({"name": "Other", "kind": "dock"})

    def arrive(self, line, user=None, **values):
        wizard = self.env["crm.rma.arrival"].with_user(user or self.user)
        return wizard.create(
            {"line_id": line.id, "reason_id": self.reason.id, **values}
        ).action_apply()

    def expected(self, lot=None):
        return self.walk(self.rma(lot or self.lots[0]), until="action_approve")

    def test_other_serial(self):
        """R03: the serial that came is received and judged; the announced one stays
        visible and is free again."""
        rma = self.expected()
        line = rma.line_ids
        self.arrive(line, kind="other", serial=" A-2 ")
        self.assertEqual(
            (line.lot_id, line.announced_lot_id), (self.lots[1], self.lots[0])
        )
        self.assertEqual(line.registration_id, self.warranties(self.lots[1]))
        rma.action_receive()
        self.assertLies(self.lots[1], self.warehouse._rma_location("received"))
        self.assertEqual(self.rma(self.lots[0]).state, "new")

    def test_other_product(self):
        """R03: even another product may be in the box."""
        fridge = self.make_product("Fridge", warranty_term_id=self.term.id)
        lot = self.make_lots(fridge, ["F-1"])
        self.deliver(lot)
        rma = self.expected()
        self.arrive(rma.line_ids, kind="other", serial="F-1", product_id=fridge.id)
        self.assertEqual(rma.line_ids.product_id, fridge)
        rma.action_receive()
        self.assertLies(lot, self.warehouse._rma_location("received"))
        self.assertEqual(rma.state, "received")

    def test_serial_of_an_open_rma(self):
        """R03: a serial that is announced elsewhere belongs there."""
        other = self.rma(self.lots[1])
        rma = self.expected()
        with self.assertRaisesRegex(ValidationError, other.name):
            self.arrive(rma.line_ids, kind="other", serial="A-2")

    def test_serial_we_never_had(self):
        """R03: taken in by a manager only, without a warranty."""
        rma = self.expected()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.arrive(rma.line_ids, kind="other", serial="NEVER")
        self.arrive(rma.line_ids, user=self.manager, kind="other", serial="NEVER")
        line = rma.line_ids
        self.assertEqual((line.lot_id.name, line.warranty_status), ("NEVER", "none"))
        self.assertTrue(line.lot_id.is_unknown_origin)
        rma.action_receive()
        self.assertEqual(rma.state, "received")

    def test_illegible_serial_gets_a_number(self):
        """R01: a unit nobody can name gets a number and a label."""
        rma = self.expected()
        self.arrive(rma.line_ids, kind="unknown")
        self.assertTrue(rma.line_ids.lot_id.name.startswith("UNK/"))
        rma.action_receive()
        label = self.env["ir.actions.report"]._render_qweb_html(
            "crm_rma.report_rma_label", rma.line_ids.ids
        )[0]
        self.assertIn(rma.line_ids.lot_id.name.encode(), label)

    def test_unknown_unit_at_the_door(self):
        """R01: without any request: product, number, label, then approved."""
        rma = self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [Command.create({"product_id": self.product.id})],
            }
        )
        rma = rma.with_user(self.user)
        action = rma.line_ids.action_give_number()
        self.assertEqual(action["type"], "ir.actions.report")
        self.walk(rma, until="action_receive")
        self.assertEqual(rma.line_ids.warranty_status, "none")

    def test_empty_box(self):
        """R03: nothing came: no stock, a reason, and the RMA can be closed."""
        rma = self.expected()
        line = rma.line_ids
        self.arrive(line, kind="empty", note="Only paper")
        self.assertEqual((line.place, line.qty_received), ("missing", 0.0))
        self.assertLies(self.lots[0], self.env.ref("stock.stock_location_customers"))
        self.assertFalse(rma.can_receive)
        rma.action_close()
        self.assertEqual(rma.state, "closed")

    def test_rest_never_comes(self):
        """R03: three of five came, the rest never will."""
        lamp = self.make_product("Lamp", tracking="none")
        self.put_in_stock(lamp, 5)
        order = self.sell({lamp: 5})
        order.action_confirm()
        self.ship(order)
        rma = self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [Command.create({"product_id": lamp.id, "quantity": 5})],
            }
        )
        rma.action_approve()
        line = rma.line_ids
        line.qty_to_receive = 3
        rma.action_receive()
        self.arrive(line, kind="empty")
        self.assertEqual((line.qty_received, line.qty_to_receive), (3.0, 0.0))
        rma.action_return_as_is()
        rma.action_close()
        self.assertEqual(line.qty_shipped, 3.0)


@tagged("post_install", "-at_install")
class TestReopen(CrmRmaCommon):
    """R03: the same fault again, under the same number."""

    def test_second_visit(self):
        """R03, R02: a new line, a new verdict with the repair warranty, a repeat
        failure; the first visit keeps what it was."""
        self.company.write(
            {"warranty_repair_duration": 90, "warranty_repair_unit": "day"}
        )
        lot = self.make_lots(self.product, ["R-1"])
        with freeze_time("2025-01-10 10:00:00"):
            self.deliver(lot)
        with freeze_time("2026-03-01 10:00:00"):
            self.company.rma_quote_first = False
            rma = self.walk(self.rma(lot))
            first = rma.line_ids
            self.assertEqual(first.warranty_status, "out")
        with freeze_time("2026-04-01 10:00:00"):
            rma = rma.with_user(self.user)
            action = rma.action_reopen()
            wizard = self.env["crm.rma.reopen"].with_user(self.user)
            wizard = wizard.with_context(**action["context"]).create({"fault": "Again"})
            self.assertEqual(wizard.line_ids, first)
            wizard.action_reopen()
            second = rma.line_ids - first
            self.assertEqual((rma.state, rma.repeat_count), ("expected", 1))
            self.assertEqual(second.repeat_of_id, first)
            self.assertEqual(second.date_reported, date(2026, 4, 1))
            self.assertEqual(second.warranty_status, "limited")
            self.assertEqual(first.warranty_status, "out")
            self.assertFalse(first.is_open)
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.rma(lot)
            rma.action_receive()
            second._decide("nff")
            rma.action_ship()
            rma.action_close()
        self.assertEqual(rma.state, "closed")
        self.assertTrue(rma.can_reopen)
        self.assertEqual(rma._returned_lines(), second)

    def test_serial_has_another_rma(self):
        """R03: while the serial is in another open RMA, the old one stays closed."""
        lot = self.make_lots(self.product, ["R-2"])
        self.deliver(lot)
        rma = self.walk(self.rma(lot))
        other = self.rma(lot)
        with self.assertRaisesRegex(ValidationError, other.name):
            rma._reopen(rma.line_ids, date(2026, 4, 1), "Again")
        self.assertEqual(rma.state, "closed")
