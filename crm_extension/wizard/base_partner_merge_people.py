from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Two cards of one person leave one chart and one birthday."""
        people = self.env["res.partner"].browse(partner_ids).exists()
        people.sudo()._leave_own_chain()
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        self.env.invalidate_all()
        remaining = people.exists()
        remaining._leave_superiors()
        remaining._drop_double_dates()
        return result
