from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.guard import guarded

BATCH = 500
TOLD_UNTIL = "crm_extension.meetings_told_until"


class CalendarEvent(models.Model):
    """Meetings that were held become rows of the history of whom they were held with.

    Nobody reports that a meeting took place, so a scheduled job takes the ones that are
    over: not the cancelled ones (archived), not the private ones, not those that the
    organiser or all customers declined.
    """

    _inherit = "calendar.event"

    @api.model
    def _cron_project_meetings(self):
        """Project meetings that ended, or were entered late, since the last time."""
        now = fields.Datetime.now()
        params = self.env["ir.config_parameter"].sudo()
        since = fields.Datetime.to_datetime(params.get_param(TOLD_UNTIL))
        since = since or now - timedelta(days=1)
        domain = Domain("stop", "<=", now) & (
            Domain("stop", ">", since) | Domain("write_date", ">", since)
        )
        events = self.search(domain, order="id")
        for start in range(0, len(events), BATCH):
            batch = events[start : start + BATCH]
            with guarded(self.env, "projection of meetings"):
                batch._timeline_project_held()
            remaining = len(events) - start - len(batch)
            if not self.env["ir.cron"]._commit_progress(
                len(batch), remaining=remaining
            ):
                return
        params.set_param(TOLD_UNTIL, now)

    def _timeline_project_held(self):
        """Project these past meetings: one row for each customer who was there."""
        events = self.sudo() - self._timeline_told()
        held = events.filtered(lambda event: event._timeline_was_held())
        reported = held._timeline_reported()
        return self.env["crm.interaction"]._project(
            [
                vals
                for event in held - reported
                for vals in event._prepare_timeline_held()
            ]
        )

    def _timeline_told(self):
        """Those of these meetings that the history tells already."""
        events = {f"{self._name},{event.id}:held:1": event.id for event in self}
        rows = self.env["crm.interaction"].sudo().with_context(active_test=False)
        rows = rows.search_fetch([("source_key", "in", list(events))], ["source_key"])
        return self.sudo().browse(events[row.source_key] for row in rows)

    def _timeline_was_held(self):
        self.ensure_one()
        if not self.active or self.effective_privacy == "private":
            return False
        if self.stop > fields.Datetime.now():
            return False
        declined = self._timeline_declined()
        invited = self._timeline_customers(self.partner_ids)
        if self.user_id.partner_id & declined:
            return False
        return not invited or bool(invited - declined)

    def _timeline_declined(self):
        return self.attendee_ids.filtered(lambda a: a.state == "declined").partner_id

    def _timeline_customers(self, partners):
        """People of customers among the partners: no colleagues, not ourselves."""
        return partners.filtered(
            lambda p: p.partner_share and not p.commercial_partner_id.ref_company_ids
        )

    def _timeline_reported(self):
        """Meetings whose to-do has been finished: its report tells them."""
        todos = self.with_context(active_test=False).activity_ids
        rows = self.env["crm.interaction"].sudo().with_context(active_test=False)
        told = rows.search([("activity_id", "in", todos.ids)]).activity_id
        return told.calendar_event_id

    def _timeline_document(self):
        """The lead or other document that the meeting is about, if any."""
        self.ensure_one()
        document = self.opportunity_id
        if not document and self.res_id and self.res_model in self.env:
            document = self.env[self.res_model].browse(self.res_id).exists()
        is_shown = hasattr(document, "_timeline_values") and document
        return document if is_shown and document._timeline_is_shown() else None

    def _prepare_timeline_held(self):
        """Values of the rows: the document's customer first, then the other ones."""
        self.ensure_one()
        document = self._timeline_document()
        shared = document._timeline_values() if document else {}
        guests = self._timeline_customers(self.partner_ids) - self._timeline_declined()
        contact = self.env["res.partner"].browse(shared.get("partner_id"))
        groups = guests.grouped("commercial_partner_id")
        own = groups.pop(contact.commercial_partner_id, guests.browse())
        rows = [(shared, own or contact)] if document else []
        rows += [
            ({}, groups[company]) for company in sorted(groups, key=lambda c: c.id)
        ]
        return [
            {
                **self._prepare_timeline_meeting(),
                **extra,
                **self._timeline_people(people),
            }
            | {"source_key": f"calendar.event,{self.id}:held:{number}"}
            for number, (extra, people) in enumerate(rows, 1)
        ]

    @api.model
    def _timeline_people(self, people):
        """The first person is the contact, the others took part."""
        people = people.sorted("id")
        return {"partner_id": people[:1].id, "participant_ids": people[1:].ids}

    def _prepare_timeline_meeting(self):
        self.ensure_one()
        return {
            "channel": "meeting",
            "direction": "out",
            "date": self.start,
            "duration": round((self.stop - self.start).total_seconds() / 60),
            "subject": self.name,
            "preview": self.description,
            "user_id": self.user_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }
