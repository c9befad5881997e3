from odoo import api, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _crm_hidden_domain(self):
        """In strict mode: no unassigned quotations of colleagues' customers."""
        partners = self.env["res.partner"]._unmasked_domain()
        return Domain("user_id", "=", self.env.uid) | Domain(
            "partner_id", "any!", partners
        )

    @api.model_create_multi
    def create(self, vals_list):
        """In strict mode a quotation for a colleague's customer is the colleague's."""
        orders = super().create(vals_list)
        if not self.env.su and self.env.user._crm_mask_mode() == "strict":
            orders.partner_id._crm_check_open()
        return orders


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model
    def _crm_hidden_domain(self):
        partners = self.env["res.partner"]._unmasked_domain()
        return Domain("salesman_id", "=", self.env.uid) | Domain(
            "order_partner_id", "any!", partners
        )
