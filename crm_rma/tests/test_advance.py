from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .test_scorecard import FEW, ScorecardCommon


class AdvanceCommon(ScorecardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("crm_rma.crm_rma_advance_policy_standard")
        cls.policy.write({"days": 14, "grace_days": 7, "wear_percent": 20})

    def expected(self, lot):
        rma = self.walk(self.rma(lot, user_id=self.user.id), until="action_approve")
        return rma.with_user(self.user)

    def ship_first(self, rma, lot=None, **values):
        """Press *Ship First*; the advance replacement."""
        send = self.env["crm.rma.advance.send"].with_user(self.user)
        send = send.with_context(**rma.action_advance()["context"])
        send.create({"lot_id": lot and lot.id, "price": 180, **values}).action_send()
        return rma.advance_ids

    def cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_rma.ir_cron_rma_advance").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestAdvance(AdvanceCommon):
    """R05: the good unit goes first; it stays ours until the faulty one comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["A-OLD"])
        cls.order = cls.deliver(cls.lot)
        cls.good = cls.make_lots(cls.product, ["A-NEW"])
        cls.put_in_stock(cls.product, 1, cls.good)

    def test_comes_in_time(self):
        """R05: sent at once, due in fourteen days; the faulty unit's receipt settles it,
        and the good one takes over the warranty."""
        rma = self.expected(self.lot)
        advance = self.ship_first(rma, self.good)
        place = self.warehouse.rma_advance_location_id
        self.assertLies(self.good, place)
        self.assertEqual(advance.state, "out")
        self.assertEqual((advance.date_due - advance.date_shipped).days, 14)
        self.assertIn("A-NEW", rma.next_step)
        self.assertFalse(rma.can_advance)
        with self.assertRaisesRegex(UserError, "in advance"):
            rma.action_cancel()
        rma.action_receive()
        self.assertEqual((advance.state, rma.state), ("settled", "shipped"))
        self.assertLies(self.good, self.customers)
        self.assertLies(self.lot, self.warehouse.rma_taken_location_id)
        old, fresh = self.warranties(self.lot), self.warranties(self.good)
        self.assertEqual((old.close_kind, old.replaced_by_id), ("replaced", fresh))
        self.assertEqual(self.order.order_line.qty_delivered, 1.0)
        rma.action_close()

    def test_reminders_then_charge(self):
        """R05: reminded at -7, 0 and +7, each once; after the grace a draft invoice at
        the agreed price; shown to the desk and to sales meanwhile."""
        rma = self.expected(self.lot)
        with freeze_time("2027-03-01 10:00:00"):
            advance = self.ship_first(rma, self.good)
        self.assertEqual(advance.date_due, date(2027, 3, 15))
        mine = [("res_model", "=", advance._name), ("res_id", "=", advance.id)]
        outbox = self.env["crm.outbox"]
        for day, count in (("07", 0), ("08", 1), ("09", 1), ("15", 2), ("22", 3)):
            with freeze_time(f"2027-03-{day} 10:00:00"), self.subTest(day=day):
                advance.invalidate_recordset()
                self.cron()
                self.assertEqual(outbox.search_count(mine), count)
        self.assertFalse(advance.charge_id)
        letter = outbox.search(mine, limit=1)
        body = letter.mail_template_id._render_field("body_html", advance.ids)
        self.assertIn("A-OLD", body[advance.id])
        with freeze_time("2027-03-23 10:00:00"):
            advance.invalidate_recordset()
            self.assertTrue(advance.is_overdue)
            bench = self.env["crm.workbench"].with_user(self.user)
            [row] = bench.bucket("advances")["rows"]
            self.assertEqual((row["res_id"], row["date"]), (rma.id, "2027-03-15"))
            view = self.env["crm.customer.view"]
            names = [a["name"] for a in view._customer_360_alerts(self.customer)]
            self.assertIn("advance", names)
            self.cron()
            self.cron()
        invoice = advance.sudo().charge_id
        self.assertEqual((invoice.state, invoice.move_type), ("draft", "out_invoice"))
        self.assertEqual(invoice.invoice_line_ids.price_unit, 180.0)
        self.assertIn("A-NEW", invoice.invoice_line_ids.name)
        self.assertEqual(advance.state, "out")
        rma.action_receive()
        self.assertEqual((advance.state, invoice.state), ("settled", "cancel"))

    def test_charge_that_fails(self):
        """R05: what could not be charged is a to-do of the owner, once, until it is."""
        rma = self.expected(self.lot)
        with freeze_time("2027-03-01 10:00:00"):
            advance = self.ship_first(rma, self.good)
        refused = patch.object(
            type(advance), "_charge", side_effect=UserError("No journal.")
        )
        with freeze_time("2027-03-24 10:00:00"):
            advance.invalidate_recordset()
            with refused, mute_logger("odoo.addons.crm_extension.tools.guard"):
                self.cron()
                self.cron()
            todo = rma.activity_ids
            self.assertEqual(todo.user_id, rma.user_id)
            self.assertIn("A-NEW", todo.summary)
            self.assertIn("No journal.", todo.note)
            self.assertFalse(advance.sudo().charge_id)
            self.cron()
            self.assertTrue(advance.sudo().charge_id)
            self.assertFalse(rma.activity_ids)

    def test_late_after_the_invoice(self):
        """R05: the posted invoice is a sale; who comes later gets it back less the wear,
        once."""
        rma = self.expected(self.lot)
        with freeze_time("2027-03-01 10:00:00"):
            advance = self.ship_first(rma, self.good)
        with freeze_time("2027-03-24 10:00:00"):
            advance.invalidate_recordset()
            self.cron()
            invoice = advance.sudo().charge_id
            invoice.invoice_line_ids.tax_ids = False
            invoice.action_post()
            self.assertEqual(advance.state, "charged")
            self.assertLies(self.good, self.customers)
            self.assertTrue(self.warranties(self.good))
            rma.action_receive()
            note = advance.sudo().credit_id
            self.assertEqual((note.state, note.move_type), ("draft", "out_refund"))
            self.assertEqual(note.amount_untaxed, 144.0)
            self.assertLies(self.lot, self.warehouse.rma_taken_location_id)
            self.assertEqual((advance.state, rma.state), ("settled", "left"))
            self.assertFalse(note.invoice_line_ids.product_id)
            rma.action_close()

    def test_not_covered(self):
        """R05: out of warranty only with a deposit, or within the credit limit."""
        self.block(self.warranties(self.lot), "2020-01-01")
        rma = self.expected(self.lot)
        self.assertEqual(rma.line_ids.warranty_status, "void")
        for outside, words in (("no", "not covered"), ("deposit", "deposit of")):
            self.policy.outside = outside
            with (
                self.subTest(outside),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.ship_first(rma, self.good)
        self.policy.outside = "credit"
        self.customer.credit_limit = 100.0
        with self.assertRaisesRegex(UserError, "limit"), self.env.cr.savepoint():
            self.ship_first(rma, self.good)
        self.customer.credit_limit = 200.0
        self.assertEqual(self.ship_first(rma, self.good).state, "out")

    def test_deposit(self):
        """R05: a payment on account is the deposit."""
        self.block(self.warranties(self.lot), "2020-01-01")
        rma = self.expected(self.lot)
        journal = self.env["account.journal"].search(
            [("type", "in", ("bank", "cash")), ("company_id", "=", self.company.id)],
            limit=1,
        )
        payment = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "line_ids": [
                    (0, 0, {"account_id": journal.default_account_id.id, "debit": 180}),
                    (
                        0,
                        0,
                        {
                            "account_id": (
                                self.customer.property_account_receivable_id.id
                            ),
                            "partner_id": self.customer.id,
                            "credit": 180,
                        },
                    ),
                ],
            }
        )
        payment.action_post()
        self.customer.invalidate_recordset(["credit"])
        self.assertEqual(self.ship_first(rma, self.good).state, "out")

    def test_cancelled_before_shipping(self):
        """R05: what the warehouse has not picked is given up; then it can be sent anew;
        what left cannot."""
        rma = self.expected(self.lot)
        advance = self.ship_first(rma)
        self.assertEqual(advance.state, "ready")
        advance.action_cancel()
        advance.action_cancel()
        self.assertEqual(advance.state, "cancel")
        second = self.ship_first(rma, self.good) - advance
        with self.assertRaisesRegex(UserError, "left already"):
            second.action_cancel()

    def test_comes_before_it_left(self):
        """R05: the faulty unit came first: nothing is sent, decide as usual."""
        rma = self.expected(self.lot)
        advance = self.ship_first(rma)
        rma.action_receive()
        self.assertEqual((advance.state, rma.line_ids.place), ("cancel", "received"))
        self.assertTrue(rma.can_decide)

    def test_nothing_twice(self):
        """R05: two tabs send one unit; a good unit that is not there is not sent."""
        rma = self.expected(self.lot)
        send = self.env["crm.rma.advance.send"].with_user(self.user)
        send = send.with_context(**rma.action_advance()["context"])
        both = [send.create({"lot_id": self.good.id}) for _tab in range(2)]
        both[0].action_send()
        with self.assertRaisesRegex(UserError, "sent for it already"):
            both[1].action_send()
        other = self.make_lots(self.product, ["A-2"])
        self.deliver(other)
        with self.assertRaisesRegex(UserError, "A-NEW"):
            self.ship_first(self.expected(other), self.good)

    def test_facts_are_not_typed(self):
        """R05: the desk moves the due day and nothing else; sales read."""
        advance = self.ship_first(self.expected(self.lot), self.good)
        advance.date_due = "2027-12-01"
        with self.assertRaises(UserError):
            advance.price = 1.0
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman_all_leads"
        )
        self.assertEqual(advance.with_user(seller).state, "out")
        with self.assertRaises(AccessError):
            advance.with_user(seller).date_due = "2027-12-02"


@tagged("post_install", "-at_install")
class TestAdvanceBooks(AdvanceCommon):
    """R05, R13: sent in advance it stays our asset; title passes once."""

    def test_value(self):
        """R13: with the customer it is still worth 100 and on nobody's hand; settled,
        the faulty one is in at 60; charged, nothing of ours is left."""
        for way in FEW:
            for charged in (False, True):
                with self.subTest(cost=way[0], charged=charged):
                    self.check(way, charged)

    def check(self, way, charged):
        goods, old, new, order = self.make_case(*way)
        rma = self.expected(old)
        advance = self.ship_first(rma, new)
        self.fresh(goods)
        self.assertEqual(goods.total_value, 100.0)
        self.assertEqual((goods.qty_available, goods.free_qty), (0.0, 0.0))
        if charged:
            advance.sudo()._charge()
            advance.sudo().charge_id.action_post()
            self.assertEqual(self.worth(goods), (0.0, 0.0))
            rma.action_receive()
            line = rma.sudo().line_ids
            cost = 0.0 if way[0] == "standard" else 40.0
            self.assertEqual(line.cost_unit, cost)
        else:
            rma.action_receive()
            self.fresh(goods)
            value = 100.0 if way[0] == "standard" else 60.0
            self.assertEqual(goods.total_value, value)
            self.assertEqual(order.order_line.qty_delivered, 1.0)
