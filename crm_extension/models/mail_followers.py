from odoo import api, models


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["crm.mask.mixin", "mail.followers"]

    @api.model
    def _mask_fields(self, mode):
        return frozenset({"email"})
