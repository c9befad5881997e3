from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class WarrantyRegistrationOffer(models.TransientModel):
    """Offer an extended warranty for some units: one quotation for each customer."""

    _name = "warranty.registration.offer"
    _description = "Offer an Extended Warranty"

    registration_ids = fields.Many2many(
        "warranty.registration",
        string="Warranties",
        required=True,
        default=lambda self: self._default_registrations(),
    )
    product_id = fields.Many2one(
        "product.product",
        string="Extended Warranty",
        required=True,
        domain="[('extension_term_id', '!=', False), ('sale_ok', '=', True)]",
        default=lambda self: self._default_product(),
    )
    unit_count = fields.Integer(compute="_compute_unit_count", string="Units")

    @api.model
    def _default_registrations(self):
        if self.env.context.get("active_model") != "warranty.registration":
            return False
        return self.env.context.get("active_ids", [])

    @api.model
    def _default_product(self):
        """The one that can be sold, when there is only one."""
        products = self.env["product.product"].search(
            [("extension_term_id", "!=", False), ("sale_ok", "=", True)], limit=2
        )
        return products if len(products) == 1 else products.browse()

    @api.depends("registration_ids")
    def _compute_unit_count(self):
        for offer in self:
            offer.unit_count = len(offer.registration_ids)

    def action_offer(self):
        """Make the quotations and open them."""
        self.ensure_one()
        registrations = self.registration_ids
        registrations.check_access("read")
        self._check_units(registrations)
        orders = self.env["sale.order"].create(
            [
                self._prepare_order(customer, units)
                for customer, units in registrations.grouped("partner_id").items()
            ]
        )
        return self._action_open(orders)

    def _check_units(self, registrations):
        nameless = registrations.filtered(lambda r: not r.lot_id or not r.partner_id)
        if nameless:
            raise UserError(
                self.env._(
                    "%s: an extended warranty is for a serial number of a customer. For "
                    "other goods it is sold on the order that delivers them.",
                    ", ".join(nameless.mapped("display_name")),
                )
            )
        ended = registrations.filtered("date_closed")
        if ended:
            raise UserError(
                self.env._(
                    "%s has ended and cannot be extended.",
                    ", ".join(ended.mapped("display_name")),
                )
            )

    def _prepare_order(self, customer, registrations):
        return {
            "partner_id": customer.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": self.product_id.id,
                        "product_uom_qty": len(registrations.lot_id),
                        "warranty_lot_ids": [Command.set(registrations.lot_id.ids)],
                    }
                )
            ],
        }

    def _action_open(self, orders):
        action = self.env["ir.actions.actions"]._for_xml_id("sale.action_quotations")
        if len(orders) == 1:
            return {**action, "views": [(False, "form")], "res_id": orders.id}
        return {**action, "domain": [("id", "in", orders.ids)], "context": {}}
