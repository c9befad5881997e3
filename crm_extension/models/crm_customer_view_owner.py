from odoo import api, fields, models
from odoo.tools import format_date

OWNER_LIMIT = 6


class CrmCustomerView(models.AbstractModel):
    """Who looked after the customer, from when to when."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        return {
            **super()._customer_360_sections(),
            "owners": {
                "title": self.env._("Salespeople over Time"),
                "icon": "fa-id-badge",
                "sequence": 65,
                "column": "side",
                "models": ["crm.customer.owner"],
                "method": "_section_owners",
                "card": "generic",
                "empty": self.env._("Nobody has looked after this customer yet."),
            },
        }

    @api.model
    def _section_owners(self, customer):
        domain = [("partner_id", "=", customer.id)]
        periods = self.env["crm.customer.owner"].search(domain, limit=OWNER_LIMIT)
        reasons = dict(periods._fields["reason"]._description_selection(self.env))
        return {
            "items": [self._owner_item(period, reasons) for period in periods],
            "count": self._count(periods._name, domain, periods, OWNER_LIMIT),
            "action": customer.action_open_owners(),
        }

    @api.model
    def _owner_item(self, period, reasons):
        since, until = map(self._owner_day, (period.date_from, period.date_to))
        _ = self.env._
        return {
            "id": period.id,
            "model": period._name,
            "title": period.user_id.sudo().name or period.user_name or _("Unknown"),
            "sub": _("%(since)s to %(until)s", since=since, until=until)
            if until
            else _("since %(since)s", since=since),
            "badge": reasons[period.reason],
            "tone": "light" if until else "success",
        }

    @api.model
    def _owner_day(self, moment):
        """The reader's day of a UTC moment."""
        local = moment and fields.Datetime.context_timestamp(self, moment)
        return local and format_date(self.env, local.date())
