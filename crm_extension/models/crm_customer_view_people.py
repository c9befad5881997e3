from odoo import api, models

PEOPLE_LIMIT = 30
PERSON_FIELDS = [
    "name",
    "function",
    "department",
    "phone",
    "email",
    "reports_to_id",
    "decision_role",
    "attitude",
    "influence",
]


class CrmCustomerView(models.AbstractModel):
    """Who works there, who decides, and how they think about us."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        return {
            **super()._customer_360_sections(),
            "people": {
                "title": self.env._("People"),
                "icon": "fa-sitemap",
                "sequence": 40,
                "column": "side",
                "method": "_section_people",
                "personal": True,
                "empty": self.env._("Nobody is known there yet."),
            },
        }

    @api.model
    def _section_people(self, customer):
        domain = [
            ("commercial_partner_id", "=", customer.id),
            ("id", "!=", customer.id),
            ("type", "=", "contact"),
        ]
        people = self.env["res.partner"].search_fetch(
            domain, PERSON_FIELDS, order="name, id", limit=PEOPLE_LIMIT
        )
        people -= people._crm_masked()
        return {
            "items": [
                self._person_item(person, depth)
                for person, depth in self._walk_chart(people)
            ],
            "count": self._count("res.partner", domain, people, PEOPLE_LIMIT),
            "action": customer._action_people(),
            "new": customer._action_new_contact(),
        }

    @api.model
    def _walk_chart(self, people):
        """People from the top of the chart down, each with the depth."""
        reports = people.grouped("reports_to_id")
        tops = people.filtered(lambda person: person.reports_to_id not in people)
        stack = [(person, 0) for person in reversed(tops)]
        walked = []
        while stack:
            person, depth = stack.pop()
            walked.append((person, depth))
            below = reports.get(person, people.browse())
            stack += [(report, depth + 1) for report in reversed(below)]
        return walked

    @api.model
    def _person_item(self, person, depth):
        labels = {
            name: dict(person._fields[name]._description_selection(self.env))
            for name in ("decision_role", "attitude", "influence")
        }
        return {
            "id": person.id,
            "model": "res.partner",
            "depth": depth,
            "title": person.name or person.display_name,
            "sub": " · ".join(filter(None, (person.function, person.department))),
            "role": person.decision_role,
            "role_label": labels["decision_role"].get(person.decision_role, ""),
            "attitude": person.attitude,
            "attitude_label": labels["attitude"].get(person.attitude, ""),
            "influence": person.influence,
            "influence_label": labels["influence"].get(person.influence, ""),
            "phone": bool(person.phone) and self._phone(person.phone, person.name),
            "email": person.email,
        }
