from odoo import api, fields, models
from odoo.fields import Domain

LIMIT = 20
FEEL_LIMIT = 5
FILE_LIMIT = 6
# Documents whose files belong to a customer, with the path to it. At most five: above
# that Odoo checks attachments one by one.
FILE_MODELS = {
    "res.partner": "commercial_partner_id",
    "crm.lead": "partner_id.commercial_partner_id",
    "sale.order": "partner_id.commercial_partner_id",
}


class CrmCustomerView(models.AbstractModel):
    """How they feel, what they like, which days matter, which files lie there."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        return {
            **super()._customer_360_sections(),
            "feels": {
                "title": self.env._("Feels"),
                "icon": "fa-smile-o",
                "sequence": 50,
                "column": "side",
                "models": ["crm.interaction"],
                "method": "_section_feels",
                "personal": True,
                "empty": self.env._("No outcome and no rating yet."),
            },
            "profile": {
                "title": self.env._("Preferences and Dates"),
                "icon": "fa-heart-o",
                "sequence": 60,
                "column": "side",
                "models": ["crm.preference", "crm.important.date", "crm.im.id"],
                "method": "_section_profile",
                "personal": True,
                "empty": self.env._("What do they like? Which days matter to them?"),
            },
            "files": {
                "title": self.env._("Files"),
                "icon": "fa-paperclip",
                "sequence": 70,
                "column": "side",
                "method": "_section_files",
                "personal": True,
                "empty": self.env._("No file yet."),
            },
        }

    # Feels

    @api.model
    def _section_feels(self, customer):
        items = sorted(
            self._customer_360_feels(customer),
            key=lambda item: item["date"],
            reverse=True,
        )
        return {"items": items[:FEEL_LIMIT]}

    @api.model
    def _customer_360_feels(self, customer):
        """Hook: the last signs of how they feel: list of ``title``, ``sub``, ``date``
        (UTC text), ``tone`` (``good``, ``neutral``, ``bad``), ``model`` and ``id``."""
        rows = self.env["crm.interaction"].search(
            [("commercial_partner_id", "=", customer.id), ("outcome_id", "!=", False)],
            order="date desc, id desc",
            limit=FEEL_LIMIT,
        )
        channels = dict(rows._fields["channel"]._description_selection(self.env))
        return [
            {
                "id": row.id,
                "model": "crm.interaction",
                "title": row.outcome_id.sudo().name,
                "sub": row.subject or channels.get(row.channel, ""),
                "date": fields.Datetime.to_string(row.date),
                "tone": row.outcome_id.sudo().tone,
            }
            for row in rows
        ]

    # Preferences and dates

    @api.model
    def _section_profile(self, customer):
        domain = [("commercial_partner_id", "=", customer.id)]
        return {
            "items": [
                *self._preference_items(customer, domain),
                *self._date_items(customer, domain),
                *self._messenger_items(customer, domain),
            ],
            "edit": {"model": "res.partner", "id": customer.id},
        }

    @api.model
    def _preference_items(self, customer, domain):
        facts = self.env["crm.preference"].search(domain, limit=LIMIT)
        return [
            {
                "key": f"preference_{fact.id}",
                "icon": fact.topic_id.icon,
                "label": fact.topic_id.name,
                "title": fact.value,
                "who": self._who(fact, customer),
                "model": "res.partner",
                "id": fact.partner_id.id,
            }
            for fact in facts
        ]

    @api.model
    def _date_items(self, customer, domain):
        """The next ones first."""
        dates = self.env["crm.important.date"]._upcoming(366, domain, limit=LIMIT)
        today = fields.Date.context_today(self)
        return [
            {
                "key": f"date_{moment.id}",
                "icon": "fa-birthday-cake"
                if moment.kind == "birthday"
                else "fa-calendar",
                "label": moment.name or moment._kind_name(),
                "title": moment._format_day(),
                "who": self._who(moment, customer),
                "days": (moment._next_date(today) - today).days,
                "model": "res.partner",
                "id": moment.partner_id.id,
            }
            for moment in dates
        ]

    @api.model
    def _messenger_items(self, customer, domain):
        accounts = self.env["crm.im.id"].search(domain, limit=LIMIT)
        kinds = dict(accounts._fields["kind"]._description_selection(self.env))
        return [
            {
                "key": f"im_{account.id}",
                "icon": "fa-weixin" if account.kind == "wechat" else "fa-comments-o",
                "label": kinds[account.kind],
                "title": account.value,
                "who": self._who(account, customer),
                "url": account.url,
                "model": "res.partner",
                "id": account.partner_id.id,
            }
            for account in accounts
        ]

    @api.model
    def _who(self, record, customer):
        """The person a fact is about, empty for the customer itself."""
        person = record.partner_id
        return person.name if person != customer else ""

    # Files

    @api.model
    def _section_files(self, customer):
        domain = self._file_domain(customer)
        files = self.env["ir.attachment"].search(
            domain, order="create_date desc, id desc", limit=FILE_LIMIT
        )
        return {
            "items": [
                {
                    "id": file.id,
                    "model": "ir.attachment",
                    "title": file.name,
                    "mimetype": file.mimetype,
                    "url": f"/web/content/{file.id}?download=true",
                    "date": fields.Datetime.to_string(file.create_date),
                }
                for file in files
            ],
        }

    @api.model
    def _file_domain(self, customer):
        """Files of the customer's card, its people and its documents."""
        return Domain.OR(
            Domain("res_model", "=", model)
            & Domain(
                "res_id", "in", self.env[model]._search([(path, "=", customer.id)])
            )
            for model, path in self._customer_360_file_models().items()
            if self.env[model].has_access("read")
        )

    @api.model
    def _customer_360_file_models(self):
        """Hook: documents whose files belong to a customer, with the path to it."""
        return dict(FILE_MODELS)
