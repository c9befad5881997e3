import random

from odoo.tests import freeze_time, tagged

from .common import TODAY
from .common_facts import FactCommon

STEPS = 36


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFactsSame(FactCommon):
    """A01: whatever people do, counting the changes is counting everything."""

    def test_a01_random_work_leaves_the_same_rows_as_a_rebuild(self):
        """A01: orders, changes, cancellations, refunds, reassignments, deletions,
        merges; after each step the report equals the documents."""
        dice = random.Random(20261122)  # noqa: S311
        self.orders = self.env["sale.order"]
        self.invoices = self.env["account.move"]
        steps = [
            self._step_order,
            self._step_change,
            self._step_cancel,
            self._step_invoice,
            self._step_refund,
            self._step_reassign,
            self._step_delete,
            self._step_deliver,
            self._step_partner,
        ]
        for number in range(STEPS):
            step = steps[0] if number < 4 else dice.choice(steps)
            step(dice)
            with self.subTest(step=number, what=step.__name__):
                grouping = dice.choice(
                    ([], ["user_id"], ["partner_id"], ["product_id"])
                )
                self.assertEqual(self._get_reported(*grouping), self._get_by_hand())
            if dice.random() < 0.4:
                self._work_off()
        self._work_off()
        incremental = self._get_tables()
        self.assertTrue(incremental["crm_analytics_fact"])
        self._rebuild()
        for table, rows in self._get_tables().items():
            self.assertEqual(incremental[table], rows, table)

    def test_a01_merge_of_customers(self):
        """A01: a merge moves the figures; sums stay, and settle with the next change."""
        for partner in (self.ernst, self.vins):
            self._order("2026-03-04 10:00:00", 100, partner=partner)
        self._work_off()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.ernst + self.vins).ids, self.ernst, extra_checks=False)
        self.env.invalidate_all()
        rows = self._read_report(self._get_month(2026, 3), ["booked"], ["partner_id"])
        self.assertEqual(rows, {(self.ernst,): (200,)})
        self._order("2026-03-04 10:00:00", 1)
        self._work_off()
        incremental = self._get_tables()
        self._rebuild()
        self.assertEqual(incremental, self._get_tables())

    # Steps

    def _step_order(self, dice):
        self.orders += self._make_order(
            dice.choice(self.ernst + self.vins + self.roland),
            f"2026-{dice.randint(1, 10):02}-{dice.randint(1, 28):02} 10:00:00",
            quantity=dice.randint(1, 9),
            cost=dice.choice((3.33, 11.0)),
            price_unit=dice.choice((0.07, 18.0, 99.99)),
        )

    def _get_confirmed(self, dice):
        orders = self.orders.filtered(lambda order: order.state == "sale")
        return dice.choice(orders) if orders else orders

    def _step_change(self, dice):
        if order := self._get_confirmed(dice):
            order.order_line.price_unit = dice.choice((0.07, 5.55, 18.0))
            order.order_line.purchase_price = dice.choice((1.0, 2.5))

    def _step_cancel(self, dice):
        if order := self._get_confirmed(dice):
            order._action_cancel()
            if dice.random() < 0.5:
                order.action_draft()
                order.action_confirm()

    def _step_invoice(self, dice):
        order = self._get_confirmed(dice)
        if order and not order.invoice_ids:
            self.invoices += self._invoice_order(order, "2026-06-04")

    def _step_refund(self, dice):
        invoices = self.invoices.filtered(lambda move: move.state == "posted")
        if invoices:
            invoice = dice.choice(invoices)
            if dice.random() < 0.5:
                invoice.button_draft()
                self.invoices -= invoice
            else:
                invoice._reverse_moves(
                    [{"invoice_date": "2026-06-09"}], cancel=dice.random() < 0.5
                )

    def _step_reassign(self, dice):
        if order := self._get_confirmed(dice):
            order.write({"user_id": self.robert.id, "team_id": self.other_team.id})
            order.with_context(mail_notrack=True).credit_user_id = self.robert

    def _step_delete(self, dice):
        orders = self.orders.filtered(lambda order: not order.invoice_ids)
        orders = orders.filtered(lambda order: not order.picking_ids)
        if orders:
            order = dice.choice(orders)
            order._action_cancel()
            self.orders -= order
            order.unlink()

    def _step_deliver(self, dice):
        order = self._get_confirmed(dice)
        waiting = order and order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        if waiting:
            picking = self._deliver(order)
            if picking.state == "done" and dice.random() < 0.5:
                self._return(picking, 1)

    def _step_partner(self, dice):
        self.roland.parent_id = dice.choice(self.ernst + self.vins)
