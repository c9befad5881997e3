from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    warranty_term_id = fields.Many2one(
        related="company_id.warranty_term_id", readonly=False
    )
