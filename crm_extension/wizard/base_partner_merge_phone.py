from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Odoo moves the numbers of the merged contacts by SQL: those of the contact
        that remains stay in front, equal ones become one."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if dst_partner:
            dst_partner = dst_partner.with_context(crm_phone_keep=True)
            own = dst_partner._phone_rows()
            lowest = min(partners._phone_rows().mapped("sequence"), default=0)
            for step, row in enumerate(own):
                row.sequence = lowest - len(own) + step
        wizard = self.with_context(crm_phone_keep=True)
        result = super(BasePartnerMergeAutomaticWizard, wizard)._merge(
            partner_ids, dst_partner, extra_checks
        )
        self.env.flush_all()
        self.env.invalidate_all()
        partners.exists()._phone_fold()
        return result
