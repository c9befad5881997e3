from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Facts are one row per customer: those of the merged customers are dropped
        before Odoo moves the references, then counted from the joined history."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        customers = partners | partners.commercial_partner_id
        self.env["crm.customer.stat"].sudo().search(
            [("partner_id", "in", customers.ids)]
        ).unlink()
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        self.env.flush_all()
        remaining = customers.exists().commercial_partner_id
        self.env["crm.customer.stat"].sudo()._refresh(remaining.ids)
        return result
