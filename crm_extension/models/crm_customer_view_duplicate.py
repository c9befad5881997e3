from odoo import api, models

COMPARED = (
    "name",
    "is_company",
    "phone",
    "email",
    "website",
    "vat",
    "company_registry",
)


class CrmCustomerView(models.AbstractModel):
    """The same customer may stand twice in the file."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_alerts(self, customer):
        return super()._customer_360_alerts(customer) + self._alert_duplicates(customer)

    @api.model
    def _alert_duplicates(self, customer):
        """The most likely one of those that the user may read."""
        if customer._crm_masked():
            return []
        duplicates = self.env["crm.duplicate"]
        values = {name: customer[name] for name in COMPARED}
        values |= {"id": customer.id, "country_id": customer.country_id.id}
        [answers] = duplicates._find([values], fuzzy=False)
        reasons = {
            answer["partner_id"]: answer["reasons"]
            for answer in answers
            if answer["partner_id"]
        }
        twin = self.env["res.partner"].browse(reasons)._filtered_access("read")[:1]
        if not twin:
            return []
        labels = duplicates._reason_labels()
        return [
            {
                "name": "duplicate",
                "tone": "info",
                "icon": "fa-clone",
                "text": self.env._(
                    "Possible duplicate: %(name)s (%(reason)s)",
                    name=twin.display_name,
                    reason=labels[reasons[twin.id][0]],
                ),
                "model": "res.partner",
                "id": twin.id,
            }
        ]
