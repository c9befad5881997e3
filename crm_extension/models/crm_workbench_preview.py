from odoo import api, fields, models
from odoo.fields import Domain

LAST_CONTACTS = 3
OPEN_LIMIT = 5


class CrmWorkbench(models.AbstractModel):
    """The right side of the workbench: who the row is about, at a glance."""

    _inherit = "crm.workbench"

    @api.model
    @api.readonly
    def preview(self, res_model, res_id):
        """A customer or a lead in one screen.

        :return: dict with ``title``, ``partner``, ``level``, ``phone``, ``email``,
            ``upcoming`` (to-dos), ``open`` (documents), ``contacts`` (the last three)
        """
        self._workbench_user()
        document = self.env["crm.interaction"]._timeline_browse(res_model, res_id)
        partner = document._timeline_partner()
        customer = partner.commercial_partner_id
        return {
            "model": document._name,
            "id": document.id,
            "title": (customer or document).display_name,
            **self._workbench_preview_person(document, partner),
            "upcoming": self._workbench_preview_todos(document),
            "open": self._workbench_preview_open(customer),
            "contacts": self._workbench_preview_contacts(document),
        }

    @api.model
    def _workbench_preview_person(self, document, partner):
        rows = [{"partner": partner, "last": False}]
        [facts] = self._workbench_finish_rows(rows)
        own = "phone" in document._fields and document.read(["phone"])[0]["phone"]
        return {**facts, "phone": facts["phone"] or own}

    @api.model
    def _workbench_preview_todos(self, document):
        """The next to-dos on the customer's documents (of the lead without one)."""
        interactions = self.env["crm.interaction"]
        todos, _known = interactions._timeline_todos(document, limit=LAST_CONTACTS)
        return [
            {
                "id": todo.id,
                "icon": todo.icon or "fa-tasks",
                "what": todo.summary or todo.activity_type_id.name,
                "date_deadline": fields.Date.to_string(todo.date_deadline),
                "deadline_at": fields.Datetime.to_string(todo.deadline_at),
                "state": todo.state,
                "user": todo.user_id.sudo().name,
            }
            for todo in todos
        ]

    @api.model
    def _workbench_preview_open(self, customer):
        """Hook: open documents of a customer, the newest first.

        :return: list of ``{"model", "id", "name", "state", "amount", "icon"}``
        """
        orders = self.env["sale.order"]
        if not customer or not orders.has_access("read"):
            return []
        found = orders.search(
            Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("state", "in", ["draft", "sent"]),
            limit=OPEN_LIMIT,
        )
        states = dict(orders._fields["state"]._description_selection(self.env))
        return [
            {
                "model": order._name,
                "id": order.id,
                "name": order.name,
                "state": states[order.state],
                "amount": order.currency_id.format(order.amount_total),
                "icon": "fa-file-text-o",
            }
            for order in found
        ]

    @api.model
    def _workbench_preview_contacts(self, document):
        """The last real contacts, as compact rows."""
        rows = self.env["crm.interaction"].search(
            document._timeline_domain()
            & Domain("channel", "not in", ["document", "service"]),
            limit=LAST_CONTACTS,
        )
        return [
            {
                "id": row.id,
                "date": fields.Datetime.to_string(row.date),
                "channel": row.channel,
                "direction": row.direction,
                "outcome": row.outcome_id.name,
                "subject": row.headline or row.preview,
                "user": row.user_id.sudo().name,
            }
            for row in rows
        ]

    @api.model
    @api.readonly
    def reminders(self):
        """Timed to-dos of the current user for the next hours.

        :return: dict with ``todos`` (``id, at, what, name, phone``) and the quiet
            hours of the person
        """
        self._workbench_user()
        user = self.env.user
        settings = self._workbench_settings(user)
        if not settings["remind"]:
            return {"todos": [], **settings}
        todos = (
            self.env["mail.activity"]
            .sudo()
            .search(
                Domain("user_id", "=", user.id)
                & Domain("deadline_at", ">=", "now -10M")
                & Domain("deadline_at", "<=", "now +3H"),
                order="deadline_at, id",
                limit=50,
            )
        )
        return {
            "todos": [
                {
                    "id": todo.id,
                    "at": fields.Datetime.to_string(todo.deadline_at),
                    "what": todo.summary or todo.activity_type_id.name,
                    "name": todo.res_name or "",
                    "model": todo.res_model,
                    "res_id": todo.res_id,
                }
                for todo in todos
            ],
            **settings,
        }
