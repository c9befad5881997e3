from odoo import api, fields, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    rma_count = fields.Integer(
        compute="_compute_rma_count",
        string="RMAs",
        groups="crm_rma.crm_rma_group_user,sales_team.group_sale_salesman",
    )

    warranty_count = fields.Integer(compute="_compute_warranty_count")

    has_extension = fields.Boolean(compute="_compute_has_extension")

    @api.depends("order_line.is_extension")
    def _compute_has_extension(self):
        """Whether a line must say which units it is for."""
        for order in self:
            order.has_extension = any(order.order_line.mapped("is_extension"))

    @api.depends_context("uid")
    def _compute_warranty_count(self):
        """Warranties of what was delivered, and of what this order extended."""
        for order in self:
            order.warranty_count = (
                len(order._warranties()) if order.state == "sale" else 0
            )

    def _warranties(self):
        """The warranties of this order that the user may see."""
        registrations = self.env["warranty.registration"]
        if not registrations.has_access("read"):
            return registrations
        return registrations.search(
            Domain("move_id.sale_line_id.order_id", "in", self.ids)
            | Domain("extension_ids.sale_line_id.order_id", "in", self.ids)
        )

    def action_view_warranties(self):
        """The warranties that this order started or extended."""
        return self.env["warranty.registration"]._action_list(
            [("id", "in", self._warranties().ids)]
        )

    def _action_confirm(self):
        """Extended warranties start with the sale, or with the delivery."""
        result = super()._action_confirm()
        self.order_line._warranty_extend()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        self.order_line._warranty_cancel()
        return result

    @api.depends_context("uid")
    def _compute_rma_count(self):
        groups = self.env["crm.rma.line"]._read_group(
            [("sale_line_id.order_id", "in", self.ids)],
            ["sale_line_id"],
            ["rma_id:array_agg"],
        )
        rmas = {}
        for line, rma_ids in groups:
            rmas.setdefault(line.order_id.id, set()).update(rma_ids)
        for order in self:
            order.rma_count = len(rmas.get(order.id, ()))

    def action_view_rmas(self):
        """The RMAs of units that this order delivered."""
        lines = self.env["crm.rma.line"].search(
            [("sale_line_id.order_id", "in", self.ids)]
        )
        return lines.rma_id._action_open()

    def action_new_rma(self):
        """A new RMA for the buyer; the serials of this order are offered."""
        self.ensure_one()
        free = self._rma_free_serials()
        lines = [(0, 0, {"lot_id": lot.id}) for lot in free] if len(free) == 1 else []
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.rma",
            "view_mode": "form",
            "name": self.env._("New RMA"),
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_line_ids": lines,
            },
        }

    def _rma_free_serials(self):
        """Serials this order delivered that have no open RMA."""
        delivered = self.sudo().order_line.move_ids.filtered(
            lambda m: m.state == "done" and m.location_dest_id.usage == "customer"
        )
        lots = delivered.move_line_ids.lot_id.filtered(
            lambda lot: lot.product_id.tracking == "serial"
        )
        taken = self.env["crm.rma.line"].sudo()._open_by_lot(lots)
        return lots.filtered(lambda lot: lot.id not in taken)
