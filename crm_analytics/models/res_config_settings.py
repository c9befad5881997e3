from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    analytics_comparison = fields.Selection(
        related="company_id.analytics_comparison", readonly=False, required=True
    )
    target_measure = fields.Selection(
        related="company_id.target_measure", readonly=False, required=True
    )
    analytics_alignment = fields.Selection(
        related="company_id.analytics_alignment", readonly=False, required=True
    )
