from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_contract_notice_days = fields.Integer(
        string="Days before the Notice Date",
        config_parameter="crm_extension.contract_notice_days",
        default=30,
        help="So many days before the last day for notice, the person responsible gets "
        "a to-do. 0: never.",
    )
    crm_contract_end_days = fields.Integer(
        string="Days before the End",
        config_parameter="crm_extension.contract_end_days",
        default=60,
        help="So many days before a contract ends, the person responsible gets a to-do. "
        "0: never.",
    )

    def set_values(self):
        """0 is kept: no parameter means the default."""
        result = super().set_values()
        params = self.env["ir.config_parameter"].sudo()
        for kind in ("notice", "end"):
            days = max(self[f"crm_contract_{kind}_days"], 0)
            params.set_param(f"crm_extension.contract_{kind}_days", str(days))
        return result
