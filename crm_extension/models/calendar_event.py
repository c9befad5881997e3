from odoo import models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _sync_activities(self, fields):
        """The to-do of a meeting is due when the meeting starts."""
        result = super()._sync_activities(fields)
        if "start" in fields and not self.env.context.get(
            "mail_activity_meeting_update"
        ):
            for event in self.filtered(lambda event: not event.allday):
                event.activity_ids.with_context(
                    calendar_event_meeting_update=True
                ).deadline_at = event.start
        return result
