from odoo import api, models

from .res_partner_mask import MASKED_FIELDS


class ResUsers(models.Model):
    """Portal users of a customer: their login is their email."""

    _name = "res.users"
    _inherit = ["crm.mask.mixin", "res.users"]

    @api.model
    def _mask_fields(self, mode):
        return MASKED_FIELDS | {"login"}
