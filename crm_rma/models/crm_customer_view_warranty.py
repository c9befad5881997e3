from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

# Wider than the workbench's reminder: the page is where one plans.
ENDING_DAYS = 60
SHOWN = 5


class CrmCustomerView(models.AbstractModel):
    """The card of warranties: what runs, what ends soon."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        return {
            **super()._customer_360_sections(),
            "warranties": {
                "title": self.env._("Warranties"),
                "icon": "fa-shield",
                "sequence": 45,
                "column": "side",
                "method": "_section_warranties",
                "models": ["warranty.registration"],
                "empty": self.env._("No warranty of this customer runs."),
            },
        }

    @api.model
    def _warranty_domain(self, customer):
        return Domain("partner_id", "=", customer.id) & Domain(
            "company_id", "in", self.env.companies.ids
        )

    @api.model
    def _ending_domain(self, customer):
        today = fields.Date.context_today(self)
        return (
            self._warranty_domain(customer)
            & self.env["warranty.registration"]._running_domain()
            & Domain("date_end", ">=", today)
            & Domain("date_end", "<=", today + timedelta(days=ENDING_DAYS))
        )

    @api.model
    def _section_warranties(self, customer):
        """The ones that end next, and a line that opens all that run."""
        registrations = self.env["warranty.registration"]
        running = self._warranty_domain(customer) & registrations._running_domain()
        found = registrations.search(running, order="date_end, id", limit=SHOWN + 1)
        items = [
            {"model": found._name, "id": r.id, **self._warranty_item(r)}
            for r in found[:SHOWN]
        ]
        if len(found) > SHOWN:
            count = self._count(found._name, running, found, SHOWN + 1)
            items.append(
                {
                    "title": self.env._("All running warranties"),
                    "value": str(count),
                    "action": self._list_action(
                        self.env._("Running warranties"), found._name, running
                    ),
                }
            )
        return {"items": items}

    @api.model
    def _warranty_item(self, registration):
        """Unit, last covered day, and a mark when it ends soon or stands still."""
        today = fields.Date.context_today(self)
        end = registration.date_end
        soon = end and end <= today + timedelta(days=ENDING_DAYS)
        badge, tone = False, "light"
        if registration.state == "suspended":
            badge, tone = self.env._("With us"), "info"
        elif soon:
            badge = self.env._("%s days", (end - today).days)
            tone = "warning"
        product = registration.product_id.display_name
        return {
            "title": registration.lot_id.name or product,
            "sub": registration.lot_id and product or "",
            "value": end and format_date(self.env, end),
            "badge": badge,
            "tone": tone,
        }

    @api.model
    def _customer_360_alerts(self, customer):
        return super()._customer_360_alerts(customer) + self._alert_warranties(customer)

    @api.model
    def _alert_warranties(self, customer):
        """Warranties that end soon: something to offer."""
        registrations = self.env["warranty.registration"]
        if not registrations.has_access("read"):
            return []
        domain = self._ending_domain(customer)
        [(count, first)] = registrations._read_group(
            domain, [], ["__count", "date_end:min"]
        )
        if not count:
            return []
        return [
            {
                "name": "warranty",
                "tone": "info",
                "icon": "fa-shield",
                "text": self.env._(
                    "Warranties ending: %(count)s, the first on %(date)s",
                    count=count,
                    date=format_date(self.env, first),
                ),
                "action": self._list_action(
                    self.env._("Warranties ending"), registrations._name, domain
                ),
            }
        ]
