from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_duplicate_on_entry = fields.Selection(
        [
            ("off", "Say nothing"),
            ("warn", "Warn while typing"),
            ("block", "Warn, and save only with a manager's reason"),
        ],
        string="Known Customers",
        config_parameter="crm_extension.duplicate_on_entry",
        default="warn",
    )
    crm_duplicate_checks_per_hour = fields.Integer(
        string="Checks per Hour",
        config_parameter="crm_extension.duplicate_checks_per_hour",
        default=30,
    )
    crm_merge_undo_days = fields.Integer(
        string="Days to Undo a Merge",
        config_parameter="crm_extension.merge_undo_days",
        default=30,
    )
