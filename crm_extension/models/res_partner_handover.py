from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_hand_over(self):
        """Plan a handover of these customers, whoever looks after them.

        :return: action that opens the plan
        """
        customers = self.commercial_partner_id
        if not customers:
            raise UserError(self.env._("Choose the customers to hand over."))
        customers.check_access("read")
        owners = customers.sudo().user_id
        handover = self.env["crm.handover"].create(
            {
                "kind": "transfer",
                "from_user_id": owners.id if len(owners) == 1 else False,
                "partner_domain": repr([("id", "in", customers.ids)]),
            }
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_extension.crm_handover_action_new"
            ),
            "res_id": handover.id,
        }
