from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

UPCOMING_LIMIT = 20
# To-dos that are looked at in one go to find those the user may read
CANDIDATES = 100
# A meeting that began earlier today may still be going on.
LONGEST_MEETING = timedelta(hours=12)
# Documents whose open to-dos belong to a customer: model -> path to the customer
TODO_MODELS = {
    "res.partner": "commercial_partner_id",
    "crm.lead": "partner_id.commercial_partner_id",
    "sale.order": "partner_id.commercial_partner_id",
}


class CrmInteraction(models.Model):
    """What comes next with a customer: open to-dos and planned meetings."""

    _inherit = "crm.interaction"

    @api.model
    def _timeline_upcoming(self, document, scope="customer"):
        """To-dos and meetings, not formatted yet, and the documents they are on."""
        activities, known = self._timeline_todos(document, scope)
        meetings = self._timeline_meetings(document, scope)
        meetings -= activities.calendar_event_id.with_env(meetings.env)
        document_ids = {}
        for todo in activities.filtered("res_model"):
            document_ids.setdefault(todo.res_model, set()).add(todo.res_id)
        for meeting in meetings.filtered("opportunity_id"):
            document_ids.setdefault("crm.lead", set()).add(meeting.opportunity_id.id)
        partner_ids = document_ids.pop("res.partner", ())
        return {
            "activities": activities,
            "meetings": meetings,
            "document_ids": document_ids,
            "known": known,
            "partners": self.env["res.partner"].browse(partner_ids),
            "users": activities.user_id | meetings.user_id,
        }

    @api.model
    def _timeline_todos(self, document, scope="customer", limit=UPCOMING_LIMIT):
        """Open to-dos by the time they are due, on documents that the user may read.

        The rules of six kinds of documents in one query cost more than the page: the
        to-dos are found first, then the rules are asked for the few documents.

        :return: to-dos (sudo) and their documents, a dict of model and records
        """
        todos = self.env["mail.activity"].sudo()
        domain = self._timeline_activity_domain(document, scope)
        known, found, offset = {}, todos.browse(), 0
        while len(found) < limit:
            batch = todos.search_fetch(
                domain,
                order="date_deadline, deadline_at nulls last, id",
                offset=offset,
                limit=CANDIDATES,
            )
            found |= self._timeline_readable_todos(batch, known)
            offset += CANDIDATES
            if len(batch) < CANDIDATES:
                break
        return found[:limit], known

    @api.model
    def _timeline_readable_todos(self, todos, known):
        """Those on documents that the user may read, which are added to ``known``: one
        query for each kind of document."""
        for model, some in todos.grouped("res_model").items():
            records = self.env.get(model)
            if records is not None and records.has_access("read"):
                read = self._timeline_readable(model, set(some.mapped("res_id")))
                known[model] = known.get(model, records) | read
        return todos.filtered(
            lambda todo: todo.res_id in known.get(todo.res_model, todo.browse()).ids
        )

    @api.model
    def _timeline_activity_domain(self, document, scope="customer"):
        """Open to-dos of the customer's card, people, leads and orders, whoever may
        read them.

        Each kind of document is a query of its own by its own index. Addons with
        further documents override :meth:`_timeline_todo_models`.
        """
        customer = document._timeline_partner().commercial_partner_id
        if scope == "document" or not customer:
            return Domain("res_model", "=", document._name) & Domain(
                "res_id", "=", document.id
            )
        queries = [
            self._timeline_todo_query(model, path, customer)
            for model, path in self._timeline_todo_models().items()
            if self.env[model].has_access("read")
        ]
        return Domain("id", "in", SQL("((%s))", SQL(") UNION ALL (").join(queries)))

    @api.model
    def _timeline_todo_query(self, model, path, customer):
        documents = self.env[model].sudo()._search([(path, "=", customer.id)])
        todos = self.env["mail.activity"].sudo()
        return todos._search(
            Domain("res_model", "=", model) & Domain("res_id", "in", documents)
        ).select()

    @api.model
    def _timeline_todo_models(self):
        """Hook: models whose to-dos belong to a customer, with the path to it."""
        return dict(TODO_MODELS)

    @api.model
    def _timeline_meetings(self, document, scope):
        """Meetings to come with people of the customer (sudo, after the rules and
        without what others keep private)."""
        events = self.env["calendar.event"]
        if not events.has_access("read"):
            return events
        now = fields.Datetime.now()
        readable = events._search(
            Domain("start", ">=", now - LONGEST_MEETING)
            & Domain("stop", ">=", now)
            & self._timeline_meeting_domain(document, scope)
            & Domain(events._get_default_privacy_domain())
        )
        return events.sudo().search_fetch(
            [("id", "in", readable)],
            ["name", "start", "stop", "allday", "location", "user_id"]
            + ["opportunity_id", "videocall_location"],
            order="start, id",
            limit=UPCOMING_LIMIT,
        )

    @api.model
    def _timeline_meeting_domain(self, document, scope):
        own = Domain("res_model", "=", document._name) & Domain(
            "res_id", "=", document.id
        )
        if document._name == "crm.lead":
            own |= Domain("opportunity_id", "=", document.id)
        partner = document._timeline_partner()
        if scope != "document":
            path = "partner_ids.commercial_partner_id"
            return own | Domain(path, "in", partner.commercial_partner_id.ids)
        if document == partner:
            return own | Domain("partner_ids", "in", partner.ids)
        return own

    # Plain data

    @api.model
    def _timeline_format_upcoming(self, upcoming, chips):
        """To-dos and meetings as plain dicts, in the order of their time."""
        activities, meetings = upcoming["activities"], upcoming["meetings"]
        writable = self._timeline_writable(activities)
        items = [
            self._timeline_format_activity(todo, chips, todo in writable)
            for todo in activities
        ]
        items += [self._timeline_format_meeting(event, chips) for event in meetings]
        items.sort(key=lambda item: item["at"])
        return items[:UPCOMING_LIMIT]

    @api.model
    def _timeline_writable(self, activities):
        """To-dos the user may finish: one's own always."""
        activities = activities.sudo()
        own = activities.filtered(lambda todo: todo.user_id.id == self.env.uid)
        others = (activities - own).with_env(self.env)
        return own | others._filtered_access("write").sudo()

    @api.model
    def _timeline_format_activity(self, activity, chips=None, can_write=None):
        """One to-do as plain data; on its own it finds its document by itself."""
        if chips is None:
            chips = self._timeline_chips({activity.res_model: {activity.res_id}})
        if can_write is None:
            can_write = bool(self._timeline_writable(activity))
        at = activity.deadline_at
        day = fields.Date.to_string(activity.date_deadline)
        is_partner = activity.res_model == "res.partner"
        contact = self.env["res.partner"].browse(activity.res_id if is_partner else [])
        return {
            "id": activity.id,
            "kind": "todo",
            "at": fields.Datetime.to_string(at) if at else f"{day} 23:59:59",
            "type": activity.activity_type_id.name,
            "icon": activity.icon or "fa-tasks",
            "channel": activity._timeline_channel(),
            "summary": activity.summary,
            "date_deadline": day,
            "deadline_at": at and fields.Datetime.to_string(at),
            "state": activity.state,
            "user": self._timeline_name(activity.user_id),
            "contact": is_partner and self._timeline_name(contact)["name"],
            "document": chips.get((activity.res_model, activity.res_id), False),
            "can_write": can_write,
        }

    @api.model
    def _timeline_format_meeting(self, event, chips):
        lead_id = event.opportunity_id.id
        return {
            "id": event.id,
            "kind": "meeting",
            "at": fields.Datetime.to_string(event.start),
            "type": self.env._("Meeting"),
            "icon": "fa-users",
            "channel": "meeting",
            "summary": event.name,
            "date_deadline": fields.Date.to_string(event.start.date()),
            "deadline_at": not event.allday and fields.Datetime.to_string(event.start),
            "state": "planned",
            "user": self._timeline_name(event.user_id),
            "contact": event.location,
            "document": chips.get(("crm.lead", lead_id), False),
            "can_write": False,
        }
