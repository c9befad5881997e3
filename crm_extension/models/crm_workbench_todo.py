from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.keyset import Keyset

# Sorts to-dos: timed ones by their minute, the others at the end of their day
MOMENT = "COALESCE(deadline_at, date_deadline + interval '23:59:59')"
DAY = timedelta(days=1)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # Odoo finds the to-dos of a person by an index on the person alone and sorts all
    # of them; with this one a page costs the page.
    _crm_workbench_idx = models.Index(f"(user_id, ({MOMENT}), id) WHERE active IS TRUE")


class CrmWorkbench(models.AbstractModel):
    """Buckets of to-dos: overdue, today, planned, callbacks at a time."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        _ = self.env._
        buckets["overdue"] = {
            "title": _("Overdue"),
            "icon": "fa-exclamation-circle",
            "sequence": 10,
            "tone": "danger",
            "empty": _("Nothing is overdue. Well kept!"),
            "query": "_workbench_overdue_query",
            "rows": "_workbench_todo_rows",
        }
        buckets["today"] = {
            "title": _("Today"),
            "icon": "fa-sun-o",
            "sequence": 20,
            "empty": _("Nothing more to do today."),
            "query": "_workbench_today_query",
            "rows": "_workbench_todo_rows",
        }
        buckets["planned"] = {
            "title": _("Planned"),
            "icon": "fa-calendar-o",
            "sequence": 30,
            "empty": _("Nothing is planned for the coming days."),
            "query": "_workbench_planned_query",
            "rows": "_workbench_todo_rows",
        }
        buckets["callbacks"] = {
            "title": _("Callbacks"),
            "icon": "fa-phone",
            "sequence": 40,
            "empty": _("Nobody waits for a call at a certain time."),
            "query": "_workbench_callbacks_query",
            "rows": "_workbench_todo_rows",
        }
        return buckets

    # Queries

    @api.model
    def _workbench_overdue_query(self, user, search):
        today, now = self._workbench_now()
        return self._workbench_todo_query(
            user,
            search,
            SQL("(date_deadline < %s OR deadline_at < %s)", today, now),
            SQL("%s < %s", SQL(MOMENT), max(now, self._at(today)) + DAY),
        )

    @api.model
    def _workbench_today_query(self, user, search):
        today, now = self._workbench_now()
        return self._workbench_todo_query(
            user,
            search,
            SQL("date_deadline = %s", today),
            SQL("(deadline_at IS NULL OR deadline_at >= %s)", now),
            SQL(
                "%s BETWEEN %s AND %s",
                SQL(MOMENT),
                self._at(today) - DAY,
                self._at(today) + 2 * DAY,
            ),
        )

    @api.model
    def _workbench_planned_query(self, user, search):
        today, _now = self._workbench_now()
        return self._workbench_todo_query(
            user,
            search,
            SQL("date_deadline > %s", today),
            SQL("%s > %s", SQL(MOMENT), self._at(today) - DAY),
        )

    @api.model
    def _workbench_callbacks_query(self, user, search):
        """Calls at a certain time that are due until tonight."""
        today, _now = self._workbench_now()
        kinds = self.env["mail.activity.type"]._search(
            [("category", "=", "phonecall")], active_test=False
        )
        return self._workbench_todo_query(
            user,
            search,
            SQL("deadline_at IS NOT NULL AND date_deadline <= %s", today),
            SQL("activity_type_id IN %s", kinds.subselect()),
            SQL("%s < %s", SQL(MOMENT), self._at(today) + 2 * DAY),
        )

    @api.model
    def _workbench_todo_query(self, user, search, *conditions):
        """Open to-dos of a person (sudo: everybody may read their own to-dos, and of
        another person's only those on documents of customers are found)."""
        domain = Domain("user_id", "=", user.id)
        if user != self.env.user:
            models_ = self.env["crm.interaction"]._timeline_todo_models()
            domain &= Domain("res_model", "in", list(models_))
        domain &= self._workbench_todo_text(search)
        query = self.env["mail.activity"].sudo()._search(domain)
        for condition in conditions:
            query.add_where(condition)
        return Keyset(query, SQL(MOMENT))

    @api.model
    def _workbench_counters(self, user):
        counters = super()._workbench_counters(user)
        today, _now = self._workbench_now()
        counters["late"] = self._workbench_overdue_query(user, None).count(100)
        counters["due"] = self._workbench_today_query(user, None).count(100)
        counters["done"] = SQL(
            """SELECT COUNT(*) FROM mail_activity WHERE user_id = %s
                  AND active IS NOT TRUE AND date_done = %s""",
            user.id,
            today,
        )
        return counters

    @api.model
    def _workbench_now(self):
        """The person's today, and this minute in UTC."""
        return fields.Date.context_today(self), fields.Datetime.now()

    @api.model
    def _at(self, day):
        return datetime.combine(day, time.min)

    @api.model
    def _workbench_midnight(self, day):
        """The beginning of the person's day, in UTC."""
        zone = pytz.timezone(self.env.context.get("tz") or "UTC")
        local = zone.localize(self._at(day))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # Rows

    @api.model
    def _workbench_todo_rows(self, ids, user):
        """Rows of to-dos; of documents that the viewer may not read, no word."""
        todos = self.env["mail.activity"].sudo().browse(ids)
        todos.fetch(["res_model", "res_id", "res_name", "summary", "deadline_at"])
        documents = self._workbench_documents(todos)
        rows = [
            self._workbench_todo_row(todo, documents.get((todo.res_model, todo.res_id)))
            for todo in todos
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_documents(self, todos):
        """Map ``(model, id)`` to the documents that the viewer may read."""
        found = {}
        for model, group in todos.grouped("res_model").items():
            if model and model in self.env and self.env[model].has_access("read"):
                records = self.env[model].browse(group.mapped("res_id")).exists()
                for record in records._filtered_access("read"):
                    found[model, record.id] = record
        return found

    @api.model
    def _workbench_todo_row(self, todo, document):
        is_own = todo.user_id == self.env.user
        may_read = document is not None or is_own
        partner = self.env["res.partner"]
        if document is not None and hasattr(document, "_timeline_partner"):
            partner = document._timeline_partner()
        kind = todo.activity_type_id.name or self.env._("To-do")
        return self._workbench_row(
            "mail.activity",
            todo.id,
            activity_id=todo.id,
            document=document is not None
            and {
                "model": todo.res_model,
                "id": todo.res_id,
                "name": todo.res_name,
                "has_timeline": hasattr(document, "_timeline_domain"),
            },
            partner=partner,
            date=fields.Date.to_string(todo.date_deadline),
            at=fields.Datetime.to_string(todo.deadline_at),
            what=(todo.summary or kind) if may_read else self.env._("A private to-do"),
            name=may_read and todo.res_name,
            icon=todo.icon or "fa-tasks",
            kind=kind,
            channel=todo._timeline_channel(),
        )
