from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_pool_hour = fields.Selection(
        selection="_selection_crm_pool_hour",
        string="Hour of the Nightly Run",
        config_parameter="crm_extension.pool_hour",
        default="1",
        required=True,
    )

    @api.model
    def _selection_crm_pool_hour(self):
        return [(str(hour), f"{hour:02}:00") for hour in range(24)]
