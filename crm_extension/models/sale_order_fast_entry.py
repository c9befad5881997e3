from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_open_fast_entry(self):
        """The page on which many lines are entered at once."""
        self.ensure_one()
        self.env["crm.quote"]._quote_order(self.id)
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_extension.crm_quote_action"
        )
        return {**action, "params": {"order_id": self.id}}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def action_open_fast_entry(self):
        """The same from the list of lines, which says its quotation by the context."""
        order_id = self.env.context.get("order_id") or self[:1].order_id.id
        return self.env["crm.quote"]._quote_order(order_id).action_open_fast_entry()
