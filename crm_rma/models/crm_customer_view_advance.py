from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import format_date


class CrmCustomerView(models.AbstractModel):
    """Sales see on the customer's page what is to come back."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_alerts(self, customer):
        return super()._customer_360_alerts(customer) + self._alert_advances(customer)

    @api.model
    def _alert_advances(self, customer):
        advances = self.env["crm.rma.advance"]
        if not advances.has_access("read"):
            return []
        domain = (
            Domain("partner_id", "=", customer.commercial_partner_id.id)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("state", "=", "out")
        )
        [(count, due)] = advances._read_group(domain, [], ["__count", "date_due:min"])
        if not count:
            return []
        return [
            {
                "name": "advance",
                "tone": "warning",
                "icon": "fa-share",
                "text": self.env._(
                    "Sent in advance: %(count)s, the first faulty unit is due on "
                    "%(date)s",
                    count=count,
                    date=due and format_date(self.env, due) or "?",
                ),
                "action": self._list_action(
                    self.env._("Advance Replacements"), advances._name, domain
                ),
            }
        ]
