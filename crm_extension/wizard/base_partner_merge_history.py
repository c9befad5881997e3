from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        """Rows that were logged on a merged card belong to the card that remains."""
        super()._update_reference_fields(src_partners, dst_partner)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_interaction SET res_id = %s
                    WHERE res_model = 'res.partner' AND res_id = ANY(%s)""",
                dst_partner.id,
                src_partners.ids,
            )
        )
        self.env["crm.interaction"].invalidate_model(["res_id"])

    @api.model
    def _update_values(self, src_partners, dst_partner):
        """The earliest first touch and the latest last one remain, each as a whole.

        Odoo has moved the rows to the card that remains: when that is a contact of a
        company, they are the company's history.
        """
        partners = (src_partners | dst_partner).sudo()
        touches = partners[:1]._prepare_touch_fold(partners)
        partners.with_context(tracking_disable=True).write(touches)
        super()._update_values(src_partners, dst_partner)
        company = dst_partner.commercial_partner_id
        if company != dst_partner:
            dst_partner._history_join(company)
