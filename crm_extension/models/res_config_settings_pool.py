from odoo import fields, models

HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_pool_hour = fields.Selection(
        HOURS,
        string="Hour of the Nightly Run",
        config_parameter="crm_extension.pool_hour",
        default="1",
        required=True,
    )
