from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_silent_days = fields.Integer(
        string="Days until a Customer is Silent",
        config_parameter="crm_extension.silent_days",
        default=30,
    )
    crm_escalation_active = fields.Boolean(
        string="Escalate Untouched Leads",
        config_parameter="crm_extension.escalation_active",
        default=True,
    )
    crm_escalation_days_1 = fields.Integer(
        string="Days until the Salesperson is Urged",
        config_parameter="crm_extension.escalation_days_1",
        default=3,
    )
    crm_escalation_days_2 = fields.Integer(
        string="Days until the Team Leader is Told",
        config_parameter="crm_extension.escalation_days_2",
        default=5,
    )
    crm_escalation_days_3 = fields.Integer(
        string="Days until the Last Step",
        config_parameter="crm_extension.escalation_days_3",
        default=7,
    )
    crm_escalation_action = fields.Selection(
        [("alert", "Urge both once more"), ("reassign", "Give it to the team leader")],
        string="Last Step",
        config_parameter="crm_extension.escalation_action",
        default="alert",
    )

    def set_values(self):
        """An unticked box is kept as "False": no parameter means the default, on."""
        result = super().set_values()
        self.env["ir.config_parameter"].sudo().set_param(
            "crm_extension.escalation_active", str(self.crm_escalation_active)
        )
        return result
