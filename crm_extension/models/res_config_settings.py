from odoo import fields, models

from .crm_interaction import CHANNELS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_interaction_edit_hours = fields.Integer(
        string="Hours to Correct an Interaction",
        config_parameter="crm_extension.interaction_edit_hours",
        default=24,
    )
    crm_project_messages = fields.Boolean(
        string="Messages in the Timeline",
        config_parameter="crm_extension.project_messages",
    )
    crm_default_channel = fields.Selection(
        CHANNELS,
        string="First Channel of the Quick Log",
        config_parameter="crm_extension.default_channel",
        default="call",
    )
