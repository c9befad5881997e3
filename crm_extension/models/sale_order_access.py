from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        """In strict mode a quotation for a colleague's customer is the colleague's."""
        orders = super().create(vals_list)
        if not self.env.su and self.env.user._crm_mask_mode() == "strict":
            orders.partner_id._crm_check_open()
        return orders
