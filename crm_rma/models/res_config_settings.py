from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    warranty_term_id = fields.Many2one(
        related="company_id.warranty_term_id", readonly=False
    )
    warranty_repair_duration = fields.Integer(
        related="company_id.warranty_repair_duration", readonly=False
    )
    warranty_repair_unit = fields.Selection(
        related="company_id.warranty_repair_unit", readonly=False
    )
    warranty_notice_days = fields.Integer(
        related="company_id.warranty_notice_days", readonly=False
    )
