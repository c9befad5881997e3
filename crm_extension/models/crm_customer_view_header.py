from odoo import api, fields, models

HEADER_FIELDS = [
    "name",
    "is_company",
    "phone",
    "email",
    "website",
    "city",
    "country_id",
    "user_id",
    "customer_level_id",
    "category_id",
    "active",
]
PHONE_LIMIT = 4
PHONE_READ = 40


class CrmCustomerView(models.AbstractModel):
    """Who is it, whose is it, when did we speak, what is next."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_header(self, customer):
        """Hook: name, level, owner, phones, last contact and next step."""
        customer.fetch(HEADER_FIELDS)
        owner = customer.user_id.sudo()
        masked = bool(customer._crm_masked())
        return {
            "masked": masked and customer._crm_owner_sentence(),
            "name": customer.name or customer.display_name,
            "is_company": customer.is_company,
            "active": customer.active,
            "place": self._place(customer),
            "email": not masked and customer.email,
            "website": customer.website,
            "tags": [
                {"id": tag.id, "name": tag.name, "color": tag.color}
                for tag in customer.category_id
            ],
            "owner": bool(owner) and {"id": owner.id, "name": owner.name},
            "level": self._level(customer.customer_level_id),
            "levels": self._levels(customer),
            "state": customer.customer_state,
            "phones": self._customer_360_phones(customer),
            "last_contact": self._last_contact(customer),
            "next_step": self._next_step(customer),
        }

    @api.model
    def _place(self, customer):
        return ", ".join(filter(None, (customer.city, customer.country_id.name)))

    @api.model
    def _level(self, level):
        return bool(level) and {
            "id": level.id,
            "name": level.name,
            "color": level.color,
            "rhythm_days": level.rhythm_days,
        }

    @api.model
    def _levels(self, customer):
        """The levels to choose from, for users who may change the customer."""
        if not customer.has_access("write"):
            return []
        levels = self.env["crm.customer.level"].search_fetch(
            [], ["name", "color", "rhythm_days"]
        )
        return [self._level(level) for level in levels]

    @api.model
    def _customer_360_phones(self, customer):
        """Numbers to tap, the customer's own first: list of ``number``, ``href`` and
        ``who`` (empty for the customer itself). The rules of the numbers hide those of
        masked contacts."""
        numbers = self.env["crm.phone.number"].search(
            [("partner_id.commercial_partner_id", "=", customer.id)],
            order="partner_id, sequence, id",
            limit=PHONE_READ,
        )
        numbers = numbers.sorted(lambda number: number.partner_id != customer)
        return [
            {
                "number": number.number,
                "href": number.tel or self._dial(number.raw),
                "who": number.partner_id.name if number.partner_id != customer else "",
            }
            for number in numbers[:PHONE_LIMIT]
        ]

    @api.model
    def _phone(self, number, who):
        return {"number": number, "href": self._dial(number), "who": who}

    @api.model
    def _dial(self, number):
        """``tel:`` address, which holds dialling characters only."""
        return "tel:" + "".join(s for s in number if s in "+*#0123456789")

    @api.model
    def _last_contact(self, customer):
        facts = self.env["crm.customer.stat"]._by_customer(customer)[customer.id]
        if not facts["last_contact_date"]:
            return False
        user = self.env["res.users"].browse(facts["last_contact_user_id"]).sudo()
        return {
            "date": fields.Datetime.to_string(facts["last_contact_date"]),
            "channel": facts["last_contact_channel"],
            "user": user.name,
            "count": facts["contact_count"],
        }

    @api.model
    def _next_step(self, customer):
        """The to-do that is due first, on the card, a person, a lead or a document."""
        todo, _known = self.env["crm.interaction"]._timeline_todos(customer, limit=1)
        return bool(todo) and {
            "id": todo.id,
            "summary": todo.summary or todo.activity_type_id.name,
            "icon": todo.icon or "fa-tasks",
            "state": todo.state,
            "user": todo.user_id.name,
            "date_deadline": fields.Date.to_string(todo.date_deadline),
            "deadline_at": fields.Datetime.to_string(todo.deadline_at),
        }
