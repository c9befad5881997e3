"""The scorecard: a repair round trip must not touch what is ours.

A unit bought at 60 is sold; later units cost 100. While and after the old unit is
repaired, the average stays 100, the stock is worth 100, other sales cost 100 and
the sales order does not move. Each check runs under standard, average and FIFO.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon

COST_METHODS = ("standard", "average", "fifo")


class CorrectnessCommon(CrmRmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env.ref("stock.stock_location_suppliers")
        cls.customers = cls.env.ref("stock.stock_location_customers")

    def make_case(self, method):
        """Unit bought at 60 and sold; then one bought at 100 and kept."""
        now = fields.Datetime.now()
        category = self.env["product.category"].create(
            {"name": method, "property_cost_method": method}
        )
        # A cost typed at creation counts from that day on: it must come first.
        with freeze_time(now - timedelta(days=40)):
            product = self.make_product(
                f"Oven {method}",
                categ_id=category.id,
                warranty_term_id=self.term.id,
                standard_price=100.0 if method == "standard" else 0.0,
            )
        old, new = self.make_lots(product, [f"{method}-60", f"{method}-100"])
        with freeze_time(now - timedelta(days=30)):
            self.buy(old, 60.0)
        with freeze_time(now - timedelta(days=20)):
            order = self.deliver(old)
        with freeze_time(now - timedelta(days=10)):
            self.buy(new, 100.0)
        return product, old, new, order

    def buy(self, lot, cost):
        move = self.env["stock.move"].create(
            {
                "product_id": lot.product_id.id,
                "product_uom": lot.product_id.uom_id.id,
                "product_uom_qty": 1,
                "location_id": self.supplier.id,
                "location_dest_id": self.stock.id,
                "value_manual": cost,
                "picked": True,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": lot.product_id.id,
                            "product_uom_id": lot.product_id.uom_id.id,
                            "lot_id": lot.id,
                            "quantity": 1,
                            "location_id": self.supplier.id,
                            "location_dest_id": self.stock.id,
                            "picked": True,
                        }
                    )
                ],
            }
        )
        move._action_done()
        return move

    def fresh(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return record

    def assertUntouched(self, product, stage):
        """Average 100, worth 100, one on hand, one free, nothing forecast."""
        self.fresh(product)
        self.assertEqual(product.standard_price, 100.0, stage)
        self.assertEqual(product.total_value, 100.0, stage)
        self.assertEqual(product.qty_available, 1.0, stage)
        self.assertEqual(product.free_qty, 1.0, stage)
        self.assertEqual(product.virtual_available, 1.0, stage)


@tagged("post_install", "-at_install")
class TestCorrectness(CorrectnessCommon):
    """R13 under each cost method."""

    def each_method(self, check):
        """Run ``check(product, old, new, order)`` under each cost method."""
        for method in COST_METHODS:
            with self.subTest(method=method):
                check(*self.make_case(method))

    def test_round_trip_value_and_quantity(self):
        """R13: average, value, on hand and forecast stay, at every step."""

        def check(product, old, _new, _order):
            self.assertUntouched(product, "before")
            rma = self.rma(old)
            for step in (
                "action_approve",
                "action_receive",
                "action_start_repair",
                "action_finish_repair",
                "action_ship",
                "action_close",
            ):
                getattr(rma, step)()
                self.assertUntouched(product, step)
            moves = rma.line_ids.move_ids
            self.assertEqual(set(moves.mapped("value")), {0.0})
            self.assertFalse(any(moves.mapped("is_in")) or any(moves.mapped("is_out")))

        self.each_method(check)

    def test_other_sale_costs_hundred(self):
        """R13: ours sold while theirs is on the bench: cost 100, value 0 left."""

        def check(product, old, new, _order):
            rma = self.walk(self.rma(old), until="action_start_repair")
            sale = self.deliver(new)
            self.fresh(product)
            self.assertEqual(sale.order_line.move_ids.value, 100.0)
            self.assertEqual(product.total_value, 0.0)
            self.assertEqual(product.qty_available, 0.0)
            rma.action_finish_repair()
            rma.action_ship()
            self.fresh(product)
            self.assertEqual(product.total_value, 0.0)

        self.each_method(check)

    def test_no_other_order_reserves_it(self):
        """R13: two ordered, one of ours: theirs is never taken for it."""

        def check(product, old, new, _order):
            self.walk(self.rma(old), until="action_receive")
            order = self.sell({product: 2})
            order.action_confirm()
            move = order.picking_ids.move_ids
            self.assertEqual(move.quantity, 1.0)
            self.assertEqual(move.move_line_ids.lot_id, new)
            order._action_cancel()

        self.each_method(check)

    def test_order_does_not_move(self):
        """R13: delivered quantity and invoicing stay, on both invoice policies."""

        def check(product, old, _new, order):
            order._create_invoices().action_post()
            expected = (1.0, "invoiced", 0.0)
            rma = self.rma(old)
            for step in (
                "action_approve",
                "action_receive",
                "action_start_repair",
                "action_finish_repair",
                "action_ship",
            ):
                getattr(rma, step)()
                line = self.fresh(order.order_line)
                self.assertEqual(
                    (line.qty_delivered, line.invoice_status, line.qty_to_invoice),
                    expected,
                    step,
                )
            self.assertEqual(len(order.order_line), 1)
            self.assertEqual(len(order.picking_ids), 1)

        self.each_method(check)

    def test_same_serial_goes_back(self):
        """R13: 20 units of one product in one batch: each goes home to its own."""
        lots = self.make_lots(self.product, [f"S-{n}" for n in range(20)])
        self.deliver(lots)
        rmas = self.env["crm.rma"].union(*(self.rma(lot) for lot in lots))
        self.walk(rmas, until="action_ship")
        for rma in rmas:
            home = rma.line_ids.move_ids.filtered(lambda m: m._rma_is_shipment())
            self.assertEqual(home.move_line_ids.lot_id, rma.line_ids.lot_id)

    def test_receive_three_of_five(self):
        """R13: part of an untracked line arrives; the rest stays expected."""
        plain = self.make_product("Lamp", tracking="none", standard_price=100.0)
        self.put_in_stock(plain, 5)
        order = self.sell({plain: 5})
        order.action_confirm()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.with_context(skip_sms=True).button_validate()
        rma = self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [Command.create({"product_id": plain.id, "quantity": 5})],
            }
        )
        rma.action_approve()
        line = rma.line_ids
        line.qty_to_receive = 3
        rma.action_receive()
        self.assertEqual((line.qty_received, line.qty_to_receive), (3.0, 2.0))
        self.assertTrue(rma.can_receive)
        self.assertEqual(line.place, "received")
        self.assertEqual(order.order_line.qty_delivered, 5.0)
        rma.action_receive()
        self.assertEqual(line.qty_received, 5.0)
        self.assertFalse(rma.can_receive)
        self.assertEqual(sum(line._units_here().values()), 5.0)
        self.walk_rest(rma)
        self.assertEqual(line.qty_shipped, 5.0)

    def walk_rest(self, rma):
        rma.action_start_repair()
        rma.action_finish_repair()
        rma.action_ship()
        self.assertEqual(rma.state, "shipped")

    def test_title_passes_at_original_cost(self):
        """R13: taken over into our stock, the unit enters at its old cost of 60."""

        def check(product, old, _new, _order):
            if product.cost_method == "standard":
                return
            rma = self.walk(self.rma(old), until="action_receive")
            line = rma.line_ids
            source = line.location_id
            vals = line._prepare_move(
                source,
                self.stock,
                1,
                origin_returned_move_id=line.origin_move_id.id,
                picked=True,
                inventory_name="Taken over",
                move_line_ids=[
                    Command.create(
                        {
                            **line._prepare_move_line(source, self.stock, 1),
                            "picked": True,
                        }
                    )
                ],
            )
            move = self.env["stock.move"].create(vals)
            move._action_done()
            self.fresh(product)
            self.assertEqual(move.value, 60.0)
            self.assertEqual(product.total_value, 160.0)
            self.assertEqual(product.qty_available, 2.0)

        self.each_method(check)

    def test_quants_balance(self):
        """R13: each serial lies in exactly one place and nothing stays reserved."""

        def check(_product, old, new, _order):
            self.walk(self.rma(old))
            self.assertLies(old, self.customers)
            self.assertLies(new, self.stock)
            quants = self.env["stock.quant"].search([("lot_id", "in", (old + new).ids)])
            self.assertFalse(any(quants.mapped("reserved_quantity")))
            self.assertFalse(
                quants.filtered(
                    lambda q: q.quantity < 0 and q.location_id.usage == "internal"
                )
            )

        self.each_method(check)
