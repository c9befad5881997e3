from odoo import api, models
from odoo.fields import Domain


class CrmInteraction(models.Model):
    """What lies ahead with a masked customer: only the user's own part of it."""

    _inherit = "crm.interaction"

    @api.model
    def _timeline_activity_domain(self, document, scope="customer"):
        domain = super()._timeline_activity_domain(document, scope)
        if document._timeline_partner()._crm_masked():
            domain &= Domain("user_id", "=", self.env.uid)
        return domain

    @api.model
    def _timeline_meeting_domain(self, document, scope):
        domain = super()._timeline_meeting_domain(document, scope)
        if document._timeline_partner()._crm_masked():
            domain &= Domain("partner_ids", "in", self.env.user.partner_id.ids)
        return domain
