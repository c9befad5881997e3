from odoo import models


class MergePartner(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merging a colleague's customer into an own one would take it."""
        partners = self.env["res.partner"].browse(partner_ids)
        (partners | (dst_partner or partners.browse()))._crm_check_open()
        return super()._merge(partner_ids, dst_partner, extra_checks)
