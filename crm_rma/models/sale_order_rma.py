from odoo import models


class SaleOrder(models.Model):
    """The quotation for a repair: sent, accepted, refused."""

    _inherit = "sale.order"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "sent":
            lines = self.sudo()._rma_asked_lines()
            if lines:
                self.env["warranty.suspension"]._wait(lines)
        return result

    def _rma_asked_lines(self):
        """Units with us whose planned repair these quotations are for."""
        repairs = self.repair_order_ids.filtered(
            lambda repair: repair.rma_line_id and repair.state == "draft"
        )
        return repairs.rma_line_id

    def _action_confirm(self):
        """Accepted: the technician may start, and it is our time again."""
        lines = self.sudo()._rma_asked_lines()
        result = super()._action_confirm()
        if lines:
            self.env["warranty.suspension"]._go_on(lines)
            lines.rma_id._mark_changed()
            lines._project_events([(line, "accepted", line.id) for line in lines])
        return result

    def _action_cancel(self):
        """Refused: the planned repair is given up; looking at it may cost a fee."""
        lines = self.sudo()._rma_asked_lines()
        result = super()._action_cancel()
        if lines:
            repairs = self.sudo().repair_order_ids.filtered(
                lambda repair: repair.rma_line_id and repair.state == "draft"
            )
            repairs.action_repair_cancel()
            self.env["warranty.suspension"]._go_on(lines)
            lines.rma_id._mark_changed()
            lines._charge_evaluation()
            lines._project_events([(line, "declined", line.id) for line in lines])
        return result
