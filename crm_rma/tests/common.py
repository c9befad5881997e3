"""Builders for the scenarios of the service loop.

Every scenario starts from the same small company: one serial-tracked appliance with a
warranty of twelve months, one spare part, one customer. The builders are the public
interface: ``deliver()``, ``rma()``, ``walk()``, ``add_part()``, ``make_term()``,
``give_back()``, ``block()``.
"""

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

STEPS = (
    "action_approve",
    "action_receive",
    "action_start_repair",
    "action_finish_repair",
    "action_ship",
    "action_close",
)


class CrmRmaCommon(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        # Asking first has its own tests; here what is not covered is repaired at once.
        cls.company.rma_quote_first = False
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.term = cls.env["warranty.term"].create(
            {"name": "12 months", "duration": 12, "duration_unit": "month"}
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Frankenversand", "is_company": True}
        )
        cls.product = cls.make_product("Oven", warranty_term_id=cls.term.id)
        cls.part = cls.make_product("Valve", tracking="none", standard_price=7.0)
        cls.user = new_test_user(
            cls.env, "desk", groups="crm_rma.crm_rma_group_user", name="Desk"
        )
        cls.manager = new_test_user(
            cls.env, "desk_manager", groups="crm_rma.crm_rma_group_manager"
        )

    # -------------------------------------------------------------------------
    # Builders
    # -------------------------------------------------------------------------

    @classmethod
    def make_product(cls, name, **values):
        """A storable product, serial-tracked unless told otherwise."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "tracking": "serial",
                "standard_price": 60.0,
                "list_price": 200.0,
                "taxes_id": False,
                "invoice_policy": "delivery",
                **values,
            }
        )

    @classmethod
    def make_lots(cls, product, names):
        return cls.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in names]
        )

    @classmethod
    def put_in_stock(cls, product, quantity=1.0, lot=None):
        """Goods on hand without a valued move (for flows that ask no money)."""
        cls.env["stock.quant"]._update_available_quantity(
            product, cls.stock, quantity, lot_id=lot
        )

    @classmethod
    def deliver(cls, lots, customer=None):
        """Sell and deliver serials in one order; returns the order."""
        for lot in lots:
            if not lot.quant_ids:
                cls.put_in_stock(lot.product_id, 1.0, lot)
        order = cls.sell({p: len(ls) for p, ls in lots.grouped("product_id").items()})
        if customer:
            order.partner_id = customer
        order.action_confirm()
        for move in order.picking_ids.move_ids:
            move.lot_ids = lots.filtered(
                lambda lot, m=move: lot.product_id == m.product_id
            )
            move.picked = True
        order.picking_ids.with_context(skip_sms=True).button_validate()
        return order

    @classmethod
    def sell(cls, quantities, customer=None):
        """A draft order for ``{product: quantity}``."""
        return cls.env["sale.order"].create(
            {
                "partner_id": (customer or cls.customer).id,
                "warehouse_id": cls.warehouse.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": qty})
                    for product, qty in quantities.items()
                ],
            }
        )

    @classmethod
    def rma(cls, lots, customer=None, **values):
        """One RMA with a line per serial."""
        return cls.env["crm.rma"].create(
            {
                "partner_id": (customer or cls.customer).id,
                "warehouse_id": cls.warehouse.id,
                "line_ids": [
                    Command.create({"lot_id": lot.id, "fault": "No heat"})
                    for lot in lots
                ],
                **values,
            }
        )

    @classmethod
    def walk(cls, rmas, until="action_close"):
        """Take the steps of the loop up to and including ``until``."""
        for step in STEPS:
            getattr(rmas, step)()
            if step == until:
                return rmas
        return rmas

    @classmethod
    def add_part(cls, repair, product=None, quantity=2.0):
        """Use a part in a repair, as the technician's line does."""
        return cls.env["stock.move"].create(
            {
                "repair_id": repair.id,
                "product_id": (product or cls.part).id,
                "product_uom_qty": quantity,
                "repair_line_type": "add",
                "location_id": repair.location_id.id,
                "location_dest_id": repair.location_dest_id.id,
            }
        )

    @classmethod
    def make_term(cls, name, duration=12, classes=None, **values):
        """A term in months; ``classes`` are other durations: ``{"transport": 6}``."""
        return cls.env["warranty.term"].create(
            {
                "name": name,
                "duration": duration,
                "statutory_ids": False,
                "line_ids": [
                    Command.create({"coverage": coverage, "duration": number})
                    for coverage, number in (classes or {}).items()
                ],
                **values,
            }
        )

    @classmethod
    def warranties(cls, lots):
        """The warranties of some serials, the oldest first."""
        return cls.env["warranty.registration"].search(
            [("lot_id", "in", lots.ids)], order="id"
        )

    @classmethod
    def ship(cls, order):
        """Deliver everything that is left of a confirmed order; the done pickings."""
        pickings = order.picking_ids.filtered(lambda p: p.state != "done")
        pickings.move_ids.picked = True
        pickings.with_context(skip_sms=True).button_validate()
        return pickings

    @classmethod
    def give_back(cls, picking, quantity=None):
        """Return a delivery with Odoo's wizard, everything or ``quantity``."""
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity or line.move_quantity
        back = wizard._create_return()
        back.move_ids.picked = True
        back.with_context(skip_sms=True).button_validate()
        return back

    @classmethod
    def block(cls, registration, day, kind="void", **values):
        """A warranty is void or on hold from ``day``, because of a broken seal."""
        reason = cls.env["warranty.reason"].create(
            {"name": "Seal broken", "kind": kind}
        )
        return cls.env["warranty.block"].create(
            {
                "registration_id": registration.id,
                "reason_id": reason.id,
                "date_from": day,
                **values,
            }
        )

    # -------------------------------------------------------------------------
    # Questions
    # -------------------------------------------------------------------------

    def assertLies(self, lot, location):
        """The serial lies in ``location`` and, with positive quantity, nowhere else."""
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("quantity", ">", 0)]
        )
        self.assertEqual(quants.location_id, location)
        self.assertEqual(quants.quantity, 1.0)
