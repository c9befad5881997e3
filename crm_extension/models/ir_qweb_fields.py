from odoo import api, models

from .crm_mask_mixin import UNMASKED


class IrQwebFieldContact(models.AbstractModel):
    _inherit = "ir.qweb.field.contact"

    @api.model
    def value_to_html(self, value, options):
        """A document shows the real address."""
        unmasked = value and value.with_context(crm_unmasked=UNMASKED)
        return super().value_to_html(unmasked, options)
