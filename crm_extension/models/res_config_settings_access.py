from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_masking = fields.Selection(
        related="company_id.crm_masking", readonly=False, required=True
    )
