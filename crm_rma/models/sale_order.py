from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    rma_count = fields.Integer(
        compute="_compute_rma_count",
        string="RMAs",
        groups="crm_rma.crm_rma_group_user,sales_team.group_sale_salesman",
    )

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
