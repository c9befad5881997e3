from odoo import api, models


class CrmWorkbench(models.AbstractModel):
    """The month against the target, in the headline and beside each person of a team."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_targets(self, users):
        """The month by the measure that the company's settings choose.

        Read past the record rules: the workbench has asked already whose page it is.
        People without a target of the month are left out. Three queries for all.
        """
        targets = super()._workbench_targets(users)
        measure = self.env.company.target_measure
        if measure == "margin" and not self.env.user.has_group(
            "crm_extension.crm_extension_group_margin"
        ):
            return targets
        Performance = self.env["crm.performance"].sudo()._in_company(self.env.company)
        choice = Performance._read_options({"period": "month", "measure": measure})
        choice["months"] = 1
        for row in Performance._get_rows([measure], choice, "user", users.ids):
            if row["target"]:
                targets[row["id"]] = {
                    "percent": row["attainment"],
                    "label": "month",
                    "pace": row["pace"],
                    "action": self._workbench_target_action(row),
                }
        return targets

    @api.model
    def _workbench_target_action(self, row):
        """The performance page of the person."""
        is_me = row["id"] == self.env.uid
        return {
            "type": "ir.actions.client",
            "tag": "crm_analytics.performance_person",
            "name": self.env._("My Performance") if is_me else row["name"],
            "params": {"user_id": row["id"]},
        }
