from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_greeting_weeks = fields.Integer(
        string="Weeks Planned ahead",
        config_parameter="crm_extension.greeting_weeks",
        default=4,
    )
    crm_leap_day = fields.Selection(
        [("02-28", "28 February"), ("03-01", "1 March")],
        string="29 February",
        config_parameter="crm_extension.leap_day",
        default="02-28",
    )
