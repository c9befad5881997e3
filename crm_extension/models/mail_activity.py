import pytz

from odoo import api, fields, models

from ..tools.guard import guarded

# What finishing a to-do means for the history, by the category of its type
CATEGORY_CHANNEL = {"phonecall": "call", "meeting": "meeting"}


class MailActivity(models.Model):
    _inherit = "mail.activity"

    deadline_at = fields.Datetime(
        string="Due at",
        index="btree_not_null",
        help="Time of day at which the to-do is due. The due date follows it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """The due date is the day of the due time, where the assignee lives."""
        for vals in vals_list:
            if vals.get("deadline_at"):
                user = self.env["res.users"].browse(vals.get("user_id"))
                at = fields.Datetime.to_datetime(vals["deadline_at"])
                vals["date_deadline"] = self._local(at, user).date()
        return super().create(vals_list)

    def write(self, vals):
        """Keep date and time together, whichever of them is written."""
        result = super().write(vals)
        if "deadline_at" in vals:
            self._align_date()
        elif "date_deadline" in vals:
            self._align_time()
        elif "user_id" in vals:
            self._align_date()
        return result

    @api.onchange("deadline_at")
    def _onchange_deadline_at(self):
        if self.deadline_at:
            self.date_deadline = self._local(self.deadline_at, self.user_id).date()

    @api.onchange("date_deadline")
    def _onchange_date_deadline(self):
        if self.deadline_at and self.date_deadline:
            self.deadline_at = self._moved_time()

    @api.model
    def _zone(self, user):
        """Time zone of the assignee; of the current user when nobody is assigned."""
        return pytz.timezone(user.sudo().tz or self.env.user.tz or "UTC")

    @api.model
    def _local(self, moment, user):
        """Naive UTC moment -> aware local moment of the user."""
        return pytz.utc.localize(moment).astimezone(self._zone(user))

    def _moved_time(self):
        """The due time moved to the due date, at the same local time of day."""
        self.ensure_one()
        zone = self._zone(self.user_id)
        local = self._local(self.deadline_at, self.user_id)
        moved = local.replace(
            year=self.date_deadline.year,
            month=self.date_deadline.month,
            day=self.date_deadline.day,
            tzinfo=None,
        )
        return zone.localize(moved).astimezone(pytz.utc).replace(tzinfo=None)

    # both go past our own write(), which calls them
    # pylint: disable=super-method-mismatch

    def _align_date(self):
        for activity in self.filtered("deadline_at"):
            day = activity._local(activity.deadline_at, activity.user_id).date()
            if activity.date_deadline != day:
                super(MailActivity, activity).write({"date_deadline": day})

    def _align_time(self):
        for activity in self.filtered("deadline_at"):
            moved = activity._moved_time()
            if activity.deadline_at != moved:
                super(MailActivity, activity).write({"deadline_at": moved})

    def _to_store_defaults(self, target):
        return super()._to_store_defaults(target) + ["deadline_at"]

    def _action_done(self, feedback=False, attachment_ids=None):
        """A to-do of a customer that is done becomes a row of the history."""
        todo = self.filtered("active")
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if not self.env.context.get("crm_interaction_skip"):
            with guarded(self.env, "projection of to-dos"):
                todo.exists()._timeline_project_done(feedback)
        return result

    def _timeline_project_done(self, feedback):
        """Project finished to-dos of documents that belong to a customer."""
        documents = self.sudo()._timeline_documents()
        told = self.sudo().calendar_event_id._timeline_told()
        return self.env["crm.interaction"]._project(
            [
                todo._prepare_timeline_done(document, feedback, told)
                for todo, document in documents.items()
            ]
        )

    def _timeline_documents(self):
        """Map each of these to-dos to its document, where that is part of a customer's
        timeline: one query for each model."""
        documents = {}
        for model, todos in self.grouped("res_model").items():
            if not hasattr(
                self.env.get(model or "", self.env["base"]), "_timeline_values"
            ):
                continue
            records = self.env[model].sudo().browse(set(todos.mapped("res_id")))
            shown = records.exists().filtered(lambda r: r._timeline_is_shown())
            by_id = {record.id: record for record in shown}
            documents |= {t: by_id[t.res_id] for t in todos if t.res_id in by_id}
        return documents

    def _timeline_channel(self):
        """Channel of the row: calls and meetings are contacts, the rest is work."""
        self.ensure_one()
        return CATEGORY_CHANNEL.get(self.activity_category, "note")

    def _prepare_timeline_done(self, document, feedback, told_meetings):
        """Values of the row; the report of a meeting that is told is a note."""
        self.ensure_one()
        channel = self._timeline_channel()
        if self.calendar_event_id & told_meetings:
            channel = "note"
        return {
            **document._timeline_values(),
            "channel": channel,
            "direction": "internal" if channel == "note" else "out",
            "event_args": {"name": self._timeline_event_name()},
            "preview": feedback or self.note,
            "activity_id": self.id,
            "source_key": f"mail.activity,{self.id}:done:1",
        }

    def _timeline_event_name(self):
        """What was to be done: its summary, else its kind in the reader's words."""
        self.ensure_one()
        kind = self.activity_type_id
        return self.summary or ["record", kind._name, kind.id, kind.name]
