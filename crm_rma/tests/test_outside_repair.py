from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .test_outcomes import OutcomesCommon
from .test_scorecard import FEW, ScorecardCommon


class OutsideCommon(ScorecardCommon):
    """Units that are with us, and a vendor who repairs them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create(
            {"name": "Factory", "is_company": True, "email": "factory@example.com"}
        )
        cls.service = cls.env["product.product"].create(
            {"name": "Outside repair", "type": "service"}
        )
        cls.company.rma_vendor_product_id = cls.service

    def received(self, lots):
        rma = self.walk(self.rma(lots, user_id=self.user.id), until="action_receive")
        return rma.with_user(self.user)

    def send(self, lines, **values):
        """Press *Send to Vendor*; the outside repair."""
        action = lines.action_send_to_vendor()
        send = self.env["crm.rma.vendor.send"].with_user(self.user)
        send = send.with_context(**action["context"]).create(
            {"vendor_id": self.vendor.id, **values}
        )
        return self.env["crm.rma.vendor"].browse(send.action_send()["res_id"])

    def back(self, repair, result, place="test", **values):
        """Press *Back from Vendor*; all rows have the same result."""
        action = repair.with_user(self.user).action_back()
        back = self.env["crm.rma.vendor.back"].with_user(self.user)
        back = back.with_context(**action["context"]).create({"place": place})
        back.line_ids.write({"result": result, **values})
        return back.action_apply()

    def at_vendor(self):
        return self.warehouse._rma_location("vendor")


@tagged("post_install", "-at_install")
class TestOutsideRepair(OutsideCommon):
    """R06: a vendor repairs; the unit stays the customer's wherever it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_lots(cls.product, ["O-1", "O-2"])
        cls.lot = cls.lots[0]
        cls.order = cls.deliver(cls.lots)

    def test_same_unit_comes_back(self):
        """R06: sent with one transfer, at the vendor, back, tested, shipped home; the
        two clocks run one after the other, and the history tells it."""
        with freeze_time("2026-03-02 10:00:00"):
            rma = self.received(self.lot)
        line = rma.line_ids
        with freeze_time("2026-03-05 10:00:00"):
            repair = self.send(line, vendor_ref="F-77", date_expected="2026-03-20")
            self.assertEqual((line.place, rma.state), ("vendor", "repair"))
            self.assertLies(self.lot, self.at_vendor())
            outcome = rma.outcome_ids
            self.assertEqual((outcome.kind, outcome.state), ("vendor", "open"))
            [picking] = outcome.sudo().move_ids.picking_id
            self.assertEqual((picking.state, picking.partner_id), ("done", self.vendor))
            self.assertIn("Factory", rma.next_step)
        with freeze_time("2026-03-15 10:00:00"):
            repair.invalidate_recordset()
            self.assertEqual((repair.vendor_days, repair.is_overdue), (10, False))
            self.back(repair, "repaired")
        self.assertEqual((line.place, outcome.state), ("test", "done"))
        self.assertEqual(repair.state, "back")
        with freeze_time("2026-03-17 10:00:00"):
            self.assertTrue(rma.can_finish)
            rma.action_finish_repair()
            rma.action_ship()
        self.assertLies(self.lot, self.customers)
        line.invalidate_recordset()
        self.assertEqual((line.vendor_days, line.house_days), (10, 5))
        self.assertEqual(rma.state, "shipped")
        events = self.env["crm.interaction"].search(
            [("res_model", "=", "crm.rma"), ("res_id", "=", rma.id)]
        )
        self.assertLessEqual(
            {"crm.rma:vendor", "crm.rma:vendor_repaired"}, set(events.mapped("event"))
        )
        rma.action_close()

    def test_repair_warranty_of_an_outside_repair(self):
        """R06: what a vendor repaired is covered as if we had repaired it."""
        self.company.warranty_repair_duration = 90
        rma = self.received(self.lot)
        self.back(self.send(rma.line_ids), "repaired", "ready")
        rma.action_ship()
        kinds = self.warranties(self.lot).interval_ids.mapped("kind")
        self.assertIn("repair", kinds)

    def test_several_rmas_in_one_transfer(self):
        """R06: units of two RMAs are sent together; each comes back on its own."""
        first, second = (self.received(lot) for lot in self.lots)
        repair = self.send((first | second).line_ids)
        self.assertEqual(len(repair.outcome_ids.move_ids.picking_id), 1)
        self.assertEqual(repair.rma_ids, first | second)
        action = first.action_vendor_back()
        self.assertEqual(
            action["context"]["default_outcome_ids"], first.outcome_ids.ids
        )
        back = self.env["crm.rma.vendor.back"].with_user(self.user)
        back.with_context(**action["context"]).create({}).action_apply()
        self.assertEqual((repair.state, repair.away_count), ("away", 1))
        self.assertEqual(first.line_ids.place, "test")
        self.assertEqual(second.line_ids.place, "vendor")

    def test_another_unit_comes_back(self):
        """R06: both serials are kept; the new one goes home with the rest of the
        warranty, and comes again under its own number."""
        rma = self.received(self.lot)
        line = rma.line_ids
        old = self.warranties(self.lot)
        self.back(self.send(line), "exchanged", "ready", serial="O-9")
        new = line.exchanged_lot_id
        self.assertEqual((new.name, line.lot_id), ("O-9", self.lot))
        self.assertEqual(rma.outcome_ids.lot_id, new)
        self.assertEqual((line.qty_received, line.place), (1.0, "ready"))
        self.assertEqual(self.lot.location_id.usage, "supplier")
        self.assertLies(new, self.warehouse._rma_location("ready"))
        [card] = line.board_scan("o-9")["units"]
        self.assertEqual((card["id"], card["serial"]), (line.id, "O-9"))
        rma.action_ship()
        self.assertLies(new, self.customers)
        fresh = self.warranties(new)
        self.assertEqual((old.close_kind, old.replaced_by_id), ("replaced", fresh))
        self.assertEqual(fresh.date_end, old.date_end)
        self.assertEqual(self.order.order_line.qty_delivered, 2.0)
        rma.action_close()
        again = self.rma(new)
        self.assertEqual(again.line_ids.registration_id, fresh)
        self.assertFalse(again.has_foreign)

    def test_exchange_is_checked(self):
        """R06: a serial that lies elsewhere, or the one that was sent, is refused and
        nothing is half done."""
        rma = self.received(self.lot)
        repair = self.send(rma.line_ids)
        for serial, words in (
            ("O-2", "already lies"),
            ("O-1", "was sent"),
            ("", "O-1"),
        ):
            with (
                self.subTest(serial),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.back(repair, "exchanged", serial=serial)
        self.assertEqual(rma.line_ids.place, "vendor")
        self.assertEqual(rma.outcome_ids.state, "open")

    def test_vendor_refuses(self):
        """R06: unrepaired it waits for another decision."""
        rma = self.received(self.lot)
        self.back(self.send(rma.line_ids), "refused")
        line = rma.line_ids
        self.assertEqual((line.place, line.qty_undecided), ("diagnosis", 1.0))
        self.assertEqual(rma.outcome_ids.state, "cancel")
        rma.action_return_as_is()
        self.assertEqual(rma.state, "shipped")

    def test_lost_and_replaced(self):
        """R06: what the vendor lost is replaced or credited, never sent home."""
        new = self.make_lots(self.product, ["O-NEW"])
        self.put_in_stock(self.product, 1, new)
        rma = self.received(self.lot)
        line = rma.line_ids
        self.back(self.send(line), "lost")
        self.assertEqual((line.place, line.qty_undecided), ("vendor", 1.0))
        self.assertTrue(rma.can_decide)
        self.assertIn("Lost", rma.next_step)
        with self.assertRaisesRegex(UserError, "lost"), self.env.cr.savepoint():
            line._decide("return")
        line._decide("replace", lot_id=new.id)
        self.assertEqual(rma.state, "shipped")
        self.assertLies(new, self.customers)
        self.assertEqual(self.lot.location_id.usage, "inventory")
        self.assertFalse(line._units_held())
        self.assertEqual(self.warranties(self.lot).close_kind, "replaced")
        rma.action_close()

    def test_carried_by_hand(self):
        """R06: a transfer in whatever screen, or a dragged card, brings it back; onto
        *At Vendor* nothing is dragged."""
        first, second = (self.received(lot) for lot in self.lots)
        with (
            self.assertRaisesRegex(UserError, "which vendor"),
            self.env.cr.savepoint(),
        ):
            first.line_ids.place = "vendor"
        self.send((first | second).line_ids)
        answer = first.line_ids.board_move("diagnosis")
        self.assertEqual(first.outcome_ids.vendor_result, "repaired")
        self.assertFalse(answer["undo"])
        test = self.warehouse._rma_location("test")
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 1,
                "location_id": self.at_vendor().id,
                "location_dest_id": test.id,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "lot_id": self.lots[1].id,
                            "quantity": 1,
                            "location_id": self.at_vendor().id,
                            "location_dest_id": test.id,
                        }
                    )
                ],
            }
        )
        move.picked = True
        move._action_done()
        self.assertEqual(second.outcome_ids.vendor_result, "repaired")
        self.assertEqual(second.line_ids.place, "test")

    def test_nothing_twice(self):
        """R06: who presses second is told what stands."""
        rma = self.received(self.lot)
        line = rma.line_ids
        action = line.action_send_to_vendor()
        send = self.env["crm.rma.vendor.send"].with_user(self.user)
        both = [
            send.with_context(**action["context"]).create({"vendor_id": self.vendor.id})
            for _tab in range(2)
        ]
        both[0].action_send()
        with self.assertRaisesRegex(UserError, "not decided"):
            both[1].action_send()
        repair = rma.outcome_ids.vendor_repair_id
        action = repair.with_user(self.user).action_back()
        back = self.env["crm.rma.vendor.back"].with_user(self.user)
        both = [back.with_context(**action["context"]).create({}) for _tab in range(2)]
        both[0].action_apply()
        with self.assertRaisesRegex(UserError, "any more"):
            both[1].action_apply()

    def test_facts_are_not_typed(self):
        """R06: vendor, days and results come from the buttons."""
        rma = self.received(self.lot)
        repair = self.send(rma.line_ids).with_user(self.user)
        with self.assertRaises(UserError):
            repair.date_sent = "2020-01-01"
        with self.assertRaises(UserError):
            rma.outcome_ids.vendor_result = "repaired"
        with self.assertRaises(AccessError):
            repair.create({"vendor_id": self.vendor.id})
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        with self.assertRaises(AccessError):
            repair.with_user(seller).read(["name"])
        self.assertTrue(rma.outcome_ids.with_user(seller).vendor_days >= 0)

    def test_sites(self):
        """R06: a clerk of another site does not see what this one sent."""
        site = self.env["stock.warehouse"].create({"name": "South", "code": "SOU"})
        clerk = new_test_user(
            self.env, "south_clerk", groups="crm_rma.crm_rma_group_user"
        )
        clerk.rma_warehouse_ids = site
        repair = self.send(self.received(self.lot).line_ids)
        self.assertFalse(repair.with_user(clerk).search([("id", "=", repair.id)]))

    def test_overdue_and_reminded(self):
        """R06: on the expected day the responsible person has a to-do, which goes with
        the units; a late vendor is asked by mail, once in each rhythm."""
        self.company.rma_vendor_remind_days = 7
        outbox = self.env["crm.outbox"]
        with freeze_time("2026-03-05 10:00:00"):
            rma = self.received(self.lot)
            repair = self.send(rma.line_ids, date_expected="2026-03-20")
            todo = repair.activity_ids
            self.assertEqual(
                (todo.date_deadline, todo.user_id), (date(2026, 3, 20), self.user)
            )
            repair.with_user(self.user).date_expected = "2026-03-22"
            self.assertEqual(todo.date_deadline, date(2026, 3, 22))
            self.assertFalse(repair._cron_remind())
        with freeze_time("2026-03-23 10:00:00"):
            self.assertIn(repair, repair.search([("is_overdue", "=", True)]))
            self.assertIn(
                rma.outcome_ids, rma.outcome_ids.search([("is_overdue", "=", True)])
            )
            self.assertIn("overdue", rma.next_step)
            [letter] = repair._cron_remind()
            self.assertEqual(
                (letter.partner_id, letter.res_id), (self.vendor, repair.id)
            )
            self.assertFalse(repair._cron_remind(), "once in a week")
            repair.with_user(self.user).action_remind()
            repair.with_user(self.user).action_remind()
        with freeze_time("2026-03-30 10:00:00"):
            self.assertTrue(repair._cron_remind())
            mine = [("res_model", "=", repair._name), ("res_id", "=", repair.id)]
            self.assertEqual(outbox.search_count(mine), 3)
            body = letter.mail_template_id._render_field("body_html", repair.ids)
            self.assertIn("O-1", body[repair.id])
            self.back(repair, "repaired")
            self.assertFalse(repair.activity_ids)
            with self.assertRaisesRegex(UserError, "any more"):
                repair.action_remind()

    def test_slip(self):
        """R06: the slip names units, faults and our number."""
        repair = self.send(self.received(self.lot).line_ids, note="Handle with care")
        report = self.env["ir.actions.report"].with_user(self.user)
        html, _kind = report._render_qweb_html("crm_rma.report_rma_vendor", repair.ids)
        for words in (repair.name, "O-1", "No heat", "Handle with care"):
            self.assertIn(words, html.decode())


@tagged("post_install", "-at_install")
class TestOutsideMoney(OutsideCommon):
    """R06, R13: what an outside repair costs, and what it does not do to our books."""

    def test_books_keep_still(self):
        """R13: at the vendor, exchanged and home again: value, average and quantity of
        what is ours never change."""
        for way in FEW:
            with self.subTest(cost=way[0]):
                goods, old, _new, order = self.make_case(*way)
                before = self.facts(goods)
                rma = self.received(old)
                repair = self.send(rma.line_ids)
                self.assertUntouched(goods, "sent", before)
                self.back(repair, "exchanged", "ready", serial=f"{way[0]}-X")
                self.assertUntouched(goods, "exchanged", before)
                rma.action_ship()
                self.assertUntouched(goods, "home", before)
                self.assertEqual(order.order_line.qty_to_invoice, 0.0)
                self.assertFalse(rma.line_ids.sudo().move_ids.account_move_id)

    def test_loss_is_ours(self):
        """R13: a lost unit that was replaced: we are poorer by the unit we sent, and
        the cost of the return says so."""
        for way in FEW:
            with self.subTest(cost=way[0]):
                goods, old, new, _order = self.make_case(*way)
                rma = self.received(old)
                self.back(self.send(rma.line_ids), "lost")
                rma.line_ids._decide("replace", lot_id=new.id)
                self.assertEqual(self.worth(goods), (0.0, 0.0))
                line = rma.sudo().line_ids
                self.assertEqual(line.cost_unit + line.cost_vendor, 100.0)

    def test_bill_and_cost(self):
        """R06: the price is a cost at once; the draft bill names each unit once, and
        the posted one is what counts."""
        lots = self.make_lots(self.product, ["M-1", "M-2"])
        self.deliver(lots)
        rma = self.received(lots)
        repair = self.send(rma.line_ids).with_user(self.user)
        repair.vendor_ref = "F-1"
        with self.assertRaisesRegex(UserError, "no unit has a price"):
            repair.action_bill()
        first, second = repair.outcome_ids
        first.vendor_price = 40.0
        line = first.line_id.sudo()
        self.assertEqual((line.cost_vendor, line.cost_total), (40.0, 40.0))
        repair.action_bill()
        with self.assertRaises(UserError):
            repair.action_bill()
        with self.assertRaisesRegex(UserError, "on a bill"):
            first.vendor_price = 50.0
        bill = repair.sudo().bill_ids
        self.assertEqual((bill.move_type, bill.state), ("in_invoice", "draft"))
        self.assertEqual((bill.partner_id, bill.ref), (self.vendor, "F-1"))
        self.assertEqual(bill.rma_count, 1)
        bill.invoice_line_ids.write({"price_unit": 44.0, "tax_ids": False})
        bill.invoice_date = "2026-03-01"
        bill.action_post()
        self.assertEqual(line.cost_vendor, 44.0)
        second.vendor_price = 10.0
        repair.action_bill()
        self.assertEqual(repair.bill_count, 2)

    def test_price_in_another_currency(self):
        """R06: a vendor's price counts by the rate of the day of sending."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        foreign = euro if self.company.currency_id != euro else self.env.ref("base.USD")
        foreign.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "rate": 0.5, "name": "2020-01-01"}
        )
        foreign.rate_ids.filtered(lambda r: str(r.name) != "2020-01-01").unlink()
        lot = self.make_lots(self.product, ["C-1"])
        self.deliver(lot)
        repair = self.send(self.received(lot).line_ids)
        repair.currency_id = foreign
        repair.outcome_ids.vendor_price = 10.0
        self.assertEqual(repair.outcome_ids.vendor_cost, 20.0)

    def test_claim(self):
        """R06: claimed, partly recovered, the rest rejected; what is recovered is taken
        off the cost, and never more than what was claimed."""
        lot = self.make_lots(self.product, ["K-1"])
        self.deliver(lot)
        line = self.received(lot).line_ids
        repair = self.send(line)
        repair.outcome_ids.vendor_price = 40.0
        line.claim_amount = 40.0
        self.assertEqual(line.claim_state, "claimed")
        self.assertTrue(line.vendor_claimed_on)
        line.cost_recovered = 30.0
        self.assertEqual((line.claim_state, line.claim_open), ("claimed", 10.0))
        line.claim_rejected = 10.0
        self.assertEqual((line.claim_state, line.claim_open), ("part", 0.0))
        self.assertEqual(line.sudo().cost_total, 10.0)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            line.claim_rejected = 20.0
        line.write({"cost_recovered": 0.0, "claim_rejected": 40.0})
        self.assertEqual(line.claim_state, "rejected")


@tagged("post_install", "-at_install")
class TestOutsideQuantity(OutcomesCommon):
    """R06: goods without a serial number go and come in parts."""

    def setUp(self):
        super().setUp()
        self.vendor = self.env["res.partner"].create({"name": "Factory"})

    def test_parts_of_a_line(self):
        """R06: of five lamps three are sent; one comes back repaired, one unrepaired,
        one is lost and credited; all balances hold."""
        self.lamps._create_invoices().action_post()
        rma = self.received_lamps()
        line = rma.line_ids
        self.decide(
            rma,
            (line.id, "vendor", 3),
            (line.id, "return", 2),
            vendor_id=self.vendor.id,
        )
        away = line._away()
        self.assertEqual((away.quantity, line.place), (3.0, "vendor"))
        self.assertEqual(sum(line._units_here().values()), 2.0)
        back = self.env["crm.rma.vendor.back"].with_user(self.user)
        for quantity, result in ((1, "repaired"), (1, "refused"), (1, "lost")):
            action = line._away()._action_vendor_back()
            dialog = back.with_context(**action["context"]).create({"place": "ready"})
            dialog.line_ids.write({"quantity": quantity, "result": result})
            dialog.action_apply()
        outcomes = line.outcome_ids.filtered(lambda o: o.kind == "vendor")
        self.assertEqual(sum(outcomes.mapped("quantity")), 3.0)
        self.assertEqual(line.qty_undecided, 2.0)
        self.decide(rma, (line.id, "credit", 1))
        self.assertEqual(sum(line._units_held().values()), 4.0)
        self.assertFalse([p for p in line._units_held() if p.rma_place == "vendor"])
        self.decide(rma, (line.id, "nff", 1))
        rma.action_ship()
        self.assertEqual((line.qty_shipped, rma.state), (4.0, "shipped"))
        self.assertFalse(line._units_held())
        self.assertEqual(len(rma.credit_move_ids), 1)

    def test_more_than_is_away(self):
        """R06: more cannot come back than what was sent."""
        rma = self.received_lamps(2)
        self.decide(rma, (rma.line_ids.id, "vendor", 2), vendor_id=self.vendor.id)
        with self.assertRaisesRegex(UserError, "2 are at the vendor"):
            rma.line_ids._away()._split_away(3)

    def test_vendor_is_named(self):
        """R06: without a vendor nothing is sent."""
        rma = self.received_lamps(2)
        with self.assertRaisesRegex(UserError, "vendor"), self.env.cr.savepoint():
            self.decide(rma, (rma.line_ids.id, "vendor", 2), vendor_id=False)
        self.assertTrue(rma.can_decide)
