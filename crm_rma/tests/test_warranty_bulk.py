from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyBulk(CrmRmaCommon):
    """R02: goods without a serial number are covered per delivery line and quantity."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box = cls.make_product(
            "Lamp", tracking="none", warranty_term_id=cls.term.id
        )
        cls.put_in_stock(cls.box, 100)

    def registrations(self, product=None):
        return self.env["warranty.registration"].search(
            [("product_id", "=", (product or self.box).id)], order="id"
        )

    def sell_boxes(self, quantity, **values):
        order = self.sell({self.box: quantity})
        order.order_line.write(values)
        order.action_confirm()
        self.ship(order)
        return order

    @freeze_time("2026-02-22 10:00:00")
    def test_per_line_and_quantity(self):
        order = self.sell_boxes(5)
        self.assertRecordValues(
            self.registrations(),
            [
                {
                    "quantity": 5,
                    "lot_id": False,
                    "partner_id": self.customer.id,
                    "sale_order_id": order.id,
                    "date_end": date(2027, 2, 22),
                }
            ],
        )
        self.env["warranty.registration"]._stamp(order.picking_ids.move_line_ids)
        self.assertEqual(len(self.registrations()), 1)

    def test_unit_of_measure(self):
        """R02: two dozen sold are twenty-four covered."""
        dozen = self.env.ref("uom.product_uom_dozen")
        self.sell_boxes(2, product_uom_id=dozen.id)
        self.assertEqual(self.registrations().quantity, 24)

    def test_backorder(self):
        """R02: each delivery has its own start."""
        order = self.sell({self.box: 5})
        order.action_confirm()
        with freeze_time("2026-03-01 10:00:00"):
            move = order.picking_ids.move_ids
            move.quantity = 3
            move.picked = True
            order.picking_ids._action_done()
        with freeze_time("2026-03-11 10:00:00"):
            self.ship(order)
        self.assertRecordValues(
            self.registrations(),
            [
                {"quantity": 3, "date_start": date(2026, 3, 1)},
                {"quantity": 2, "date_start": date(2026, 3, 11)},
            ],
        )

    def test_some_come_back(self):
        """R02: what was taken back is covered no more, the rest is."""
        delivery = self.sell_boxes(5).picking_ids
        back = self.give_back(delivery, 2)
        registration = self.registrations()
        self.assertEqual((registration.quantity, registration.state), (3, "running"))
        self.give_back(back)
        self.assertEqual(registration.quantity, 5)
        self.give_back(delivery, 5)
        self.assertEqual(registration.close_kind, "returned")

    def test_lot(self):
        """R02: goods of a lot: one warranty for each delivery and lot."""
        sand = self.make_product(
            "Filter", tracking="lot", warranty_term_id=self.term.id
        )
        lots = self.make_lots(sand, ["L-1", "L-2"])
        for lot in lots:
            self.put_in_stock(sand, 10, lot)
        order = self.sell({sand: 6})
        order.action_confirm()
        move = order.picking_ids.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            Command.create(
                {
                    "product_id": sand.id,
                    "lot_id": lot.id,
                    "quantity": 3,
                    "location_id": self.stock.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": move.picking_id.id,
                }
            )
            for lot in lots
        ]
        self.ship(order)
        self.assertEqual(
            self.registrations(sand).mapped(lambda r: (r.lot_id.name, r.quantity)),
            [("L-1", 3.0), ("L-2", 3.0)],
        )

    def request(self, quantity=1, **values):
        return self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "line_ids": [
                    Command.create(
                        {"product_id": self.box.id, "quantity": quantity, **values}
                    )
                ],
            }
        )

    def test_verdict_of_the_latest_delivery(self):
        """R02: the customer's latest delivery is proposed; another one can be chosen."""
        with freeze_time("2024-01-10 10:00:00"):
            self.sell_boxes(1)
        with freeze_time("2026-01-10 10:00:00"):
            order = self.sell_boxes(1)
        with freeze_time("2026-05-01 10:00:00"):
            line = self.request().line_ids
            self.assertEqual(line.warranty_status, "in")
            self.assertEqual(line.origin_move_id, order.picking_ids.move_ids)
            line.registration_id = self.registrations()[0]
            self.assertEqual(line.warranty_status, "out")
            self.assertEqual(line.origin_move_id, self.registrations()[0].move_id)

    def test_no_delivery_known(self):
        line = self.request().line_ids
        self.assertEqual(line.warranty_status, "none")
        self.assertEqual(
            line.warranty_explanation, "No warranty is known for these goods."
        )

    def test_not_the_warranty_of_somebody_else(self):
        """R02: another customer's delivery cannot be chosen."""
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        order = self.sell({self.box: 1}, customer=other)
        order.action_confirm()
        self.ship(order)
        with self.assertRaises(UserError):
            self.request(registration_id=self.registrations().id)

    def test_suspended_only_when_all_are_here(self):
        """R02: one of five in repair gives the other four no more days."""
        with freeze_time("2026-01-10 10:00:00"):
            self.sell_boxes(5)
        registration = self.registrations()
        for quantity, days in ((1, 0), (5, 10)):
            with freeze_time("2026-02-01 10:00:00"):
                rma = self.walk(self.request(quantity), until="action_receive")
            with freeze_time("2026-02-11 10:00:00"):
                rma.action_return_as_is()
                rma.action_close()
            self.assertEqual(
                (registration.date_end - date(2027, 1, 10)).days, days, quantity
            )
