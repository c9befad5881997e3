from odoo import Command, fields

from .common import CustomerReportCommon


class CustomerServiceCommon(CustomerReportCommon):
    """A washer with a serial number, and a part that costs 7."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.rma_quote_first = False
        cls.env.user.group_ids += cls.env.ref("crm_rma.crm_rma_group_manager")
        cls.env.user.group_ids += cls.env.ref("stock.group_stock_manager")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        storable = {
            "type": "consu",
            "is_storable": True,
            "taxes_id": [Command.clear()],
            "categ_id": cls.chai.categ_id.id,
        }
        cls.washer, cls.heater = cls.env["product.product"].create(
            [
                {"name": "Washer", "tracking": "serial", **storable},
                {"name": "Heater", "list_price": 20, "standard_price": 7.0, **storable},
            ]
        )
        cls.washer.standard_price = 300.0
        cls.serial = cls.env["stock.lot"].create(
            {"name": "W-0001", "product_id": cls.washer.id}
        )
        Quant = cls.env["stock.quant"]
        stock = cls.warehouse.lot_stock_id
        Quant._update_available_quantity(cls.washer, stock, 1, lot_id=cls.serial)
        Quant._update_available_quantity(cls.heater, stock, 100)

    @classmethod
    def _sell_washer(cls, partner, user=None, team=None):
        """Sell and deliver the washer; return the order."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": (user or cls.nancy).id,
                "team_id": (team or cls.team).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.washer.id,
                            "product_uom_qty": 1,
                            "price_unit": 500.0,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.lot_ids = cls.serial
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True).button_validate()
        return order

    @classmethod
    def _repair_unit(cls, partner, *parts, product=None, lot=None, done=True):
        """Receive a unit and repair it; a part is ``(type, product, quantity)``."""
        product = product or (lot or cls.serial).product_id
        lot = lot if lot is not None else cls.serial
        rma = cls.env["crm.rma"].create(
            {
                "partner_id": partner.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "lot_id": lot.id,
                            "origin_reason": "Known to us",
                        }
                    )
                ],
            }
        )
        rma.action_approve()
        rma.action_receive()
        rma.action_start_repair()
        repair = rma.line_ids.repair_ids
        repair.move_ids = [
            Command.create(
                {
                    "repair_line_type": kind,
                    "product_id": part.id,
                    "product_uom_qty": quantity,
                    "product_uom": part.uom_id.id,
                }
            )
            for kind, part, quantity in parts
        ]
        for move in repair.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        if done:
            rma.action_finish_repair()
        return repair

    @classmethod
    def _set_done_at(cls, repair, moment):
        """Move the part moves of a done repair to another moment."""
        repair.move_ids.write({"date": fields.Datetime.to_datetime(moment)})
