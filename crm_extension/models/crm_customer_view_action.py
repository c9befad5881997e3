from odoo import api, models


class CrmCustomerView(models.AbstractModel):
    """What one starts from the page of a customer."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_actions(self, customer):
        actions = [
            self._start(
                "sale.order", customer, self.env._("Quotation"), "fa-file-text-o"
            ),
            self._start("crm.lead", customer, self.env._("Opportunity"), "fa-star-o"),
            self._start(
                "calendar.event", customer, self.env._("Meeting"), "fa-calendar"
            ),
        ]
        return super()._customer_360_actions(customer) + [a for a in actions if a]

    @api.model
    def _start(self, model, customer, label, icon):
        """A new document of a model for the customer, when the user may make one."""
        if not self.env[model].has_access("create"):
            return False
        context = {"default_partner_id": customer.id}
        if model == "calendar.event":
            context = {
                "default_partner_ids": [self.env.user.partner_id.id, customer.id]
            }
        elif model == "crm.lead":
            context["default_type"] = "opportunity"
        return {
            "name": model,
            "label": label,
            "icon": icon,
            "action": {
                "type": "ir.actions.act_window",
                "name": label,
                "res_model": model,
                "views": [[False, "form"]],
                "context": context,
            },
        }
