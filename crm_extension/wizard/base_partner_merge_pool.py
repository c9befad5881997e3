from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """A customer that somebody looks after leaves its pool: Odoo would copy the pool
        of a merged card beside the salesperson of the one that remains, and does not
        copy the salesperson."""
        partners = (dst_partner | src_partners).sudo()
        pooled = partners.filtered("pool_id")
        if pooled and (owner := partners.user_id[:1]):
            pooled.write({"pool_id": False, "pool_date": False})
            dst_partner.sudo().user_id = owner
        super()._update_values(src_partners, dst_partner)
