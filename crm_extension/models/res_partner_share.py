from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_ask_to_share(self):
        """Ask the salesperson of a masked customer to share it, once.

        :return: client action that tells who was asked
        """
        self.ensure_one()
        self.check_access("read")
        requests = self.env["crm.share.request"]
        customer = self.commercial_partner_id
        request = requests._open_request(customer)
        if not request and self._crm_masked():
            owner = requests._ask_whom(customer.sudo())
            request = requests._create_request(customer, owner, customer.name, "")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if request else "info",
                "message": self.env._(
                    "%(owner)s was asked.", owner=request.owner_id.name
                )
                if request
                else self.env._("You see this customer already."),
            },
        }
