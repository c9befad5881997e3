from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Two cards of one customer leave the periods of both and one salesperson."""
        customers = self.env["res.partner"].browse(partner_ids).exists()
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        self.env.flush_all()
        self.env["crm.customer.owner"].sudo()._fold(customers.exists())
        return result
