from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# How long the last action can be taken back
UNDO_TIME = timedelta(minutes=15)
# A row that was dealt with without a word stays away for so long.
DISMISS_TIME = timedelta(days=30)
MAX_ROWS = 500
# What can be given to a colleague
OWNED_MODELS = ("mail.activity", "crm.lead", "res.partner", "sale.order")


class CrmWorkbench(models.AbstractModel):
    """What is done on the workbench: one call for each action, safe to repeat."""

    _inherit = "crm.workbench"

    @api.model
    def finish(self, row, values=None, next_step=None, token=None, reason=None):
        """Log what came of a row, finish its to-do and plan the next step.

        :param row: ``{"model", "res_id"}`` of a row; of a to-do, the to-do
        :param values: what was said, as in ``crm.interaction.quick_log``
        :param next_step: values of a ``mail.activity``, or None
        :param token: unique text of the dialog: a second request with it does nothing
        :param reason: why there is no next step; kept in the history
        :return: dict with ``undo`` (for :meth:`undo`) or ``repeated``
        """
        model, res_id = self._workbench_row_key(row)
        values, next_step = self._workbench_check_report(values, next_step)
        if token and not self.env["crm.request.token"]._claim(token):
            return {"repeated": True}
        todo = self._workbench_todo(res_id) if model == "mail.activity" else None
        document = self._workbench_target_document(model, res_id, todo)
        if todo is not None and not todo.active:
            raise UserError(self.env._("This to-do was finished already."))
        if reason and isinstance(reason, str):
            because = self.env._("No next step: %(reason)s", reason=reason.strip())
            values["text"] = f"{values.get('text') or ''}\n{because}".strip()
        undo = self._workbench_report(document, todo, values, next_step)
        if model not in ("mail.activity", "res.partner", "crm.lead"):
            undo["hidden"] = self._workbench_hide(model, [res_id], DISMISS_TIME).ids
        return {"undo": self._workbench_sign_undo(undo)}

    @api.model
    def _workbench_report(self, document, todo, values, next_step):
        """Write the row, finish the to-do and plan the next one."""
        interactions = self.env["crm.interaction"]
        undo = {"kind": "finish"}
        if document is not None and hasattr(document, "_timeline_domain"):
            if todo is not None:
                values["activity_id"] = todo.id
            if values.get("text") or values.get("outcome_id") or todo is not None:
                vals = interactions._prepare_quick_log(document, values)
                row = interactions.create(vals)
                undo["interaction"] = row.id
                row._finish_activity()
        elif todo is not None:
            todo.action_feedback(feedback=values.get("text"))
        if todo is not None:
            undo |= {"todo": todo.id, "messages": self._workbench_messages(todo).ids}
        if next_step:
            undo["next"] = self._workbench_plan(document, next_step).id
        return undo

    @api.model
    def _workbench_plan(self, document, next_step):
        """The next step: on the document, or a to-do of its own."""
        if document is not None:
            return self.env["crm.interaction"]._create_next_step(document, next_step)
        allowed = ("activity_type_id", "date_deadline", "deadline_at", "summary")
        vals = {name: next_step[name] for name in allowed if name in next_step}
        return self.env["mail.activity"].create({"user_id": self.env.uid, **vals})

    @api.model
    def done(self, rows, token=None):
        """Finish several rows without a word.

        To-dos are marked done; a quotation or a birthday leaves the list. Leads and
        customers do not leave that way: somebody must speak with them.
        """
        keys = self._workbench_row_keys(rows)
        if token and not self.env["crm.request.token"]._claim(token):
            return {"repeated": True}
        if any(model in ("crm.lead", "res.partner") for model, _id in keys):
            raise UserError(
                self.env._(
                    "A lead or a customer is done when somebody has spoken with them: "
                    "log what was said, or put it off."
                )
            )
        todos = self._workbench_todos(keys).filtered("active")
        if todos:
            todos.action_feedback()
        undo = {
            "kind": "done",
            "todos": todos.ids,
            "messages": self._workbench_messages(todos).ids,
            "hidden": self._workbench_hide_keys(keys, DISMISS_TIME),
        }
        return {"undo": self._workbench_sign_undo(undo)}

    @api.model
    def snooze(self, rows, date=None, at=None):
        """Put rows off: to-dos get a new date, all others come back on that day.

        :param date: ``YYYY-MM-DD``, the time of day of a to-do stays
        :param at: UTC datetime, instead of ``date``
        """
        keys = self._workbench_row_keys(rows)
        day, moment = self._workbench_moment(date, at)
        todos = self._workbench_todos(keys)
        before = [
            [
                todo.id,
                fields.Date.to_string(todo.date_deadline),
                fields.Datetime.to_string(todo.deadline_at),
            ]
            for todo in todos
        ]
        todos.write({"deadline_at": moment} if moment else {"date_deadline": day})
        until = moment or self._workbench_midnight(day)
        hidden = self._workbench_hide_keys(keys, until - fields.Datetime.now())
        undo = {"kind": "snooze", "todos": before, "hidden": hidden}
        return {"undo": self._workbench_sign_undo(undo)}

    @api.model
    def reassign(self, rows, user_id):
        """Give to-dos, leads, customers or quotations to a colleague.

        Done under the user's own rights: what they may not write they cannot give
        away, and nobody can be given what they could not see.
        """
        keys = self._workbench_row_keys(rows)
        receiver = self._workbench_receiver(user_id)
        before = []
        for model in OWNED_MODELS:
            ids = [res_id for name, res_id in keys if name == model]
            records = self.env[model].browse(ids).exists()
            records.check_access("write")
            before += [[model, r.id, r.sudo().user_id.id] for r in records]
            records.write({"user_id": receiver.id})
        if not before:
            raise UserError(self.env._("These rows cannot be given to a colleague."))
        receiver._workbench_changed()
        undo = {"kind": "reassign", "owners": before}
        return {"undo": self._workbench_sign_undo(undo)}

    @api.model
    def colleagues(self):
        """Who can be given something: people of the sales department."""
        group = self.env.ref("crm_extension.crm_extension_group_history")
        users = self.env["res.users"].search_fetch(
            [
                ("all_group_ids", "in", group.ids),
                ("share", "=", False),
                ("company_ids", "in", self.env.companies.ids),
            ],
            ["name"],
            order="name",
        )
        return [{"id": user.id, "name": user.name} for user in users]

    @api.model
    def _workbench_receiver(self, user_id):
        is_id = isinstance(user_id, int) and not isinstance(user_id, bool)
        if not is_id or user_id not in {user["id"] for user in self.colleagues()}:
            raise UserError(self.env._("Choose a colleague of the sales department."))
        return self.env["res.users"].browse(user_id)

    # What clients send

    @api.model
    def _workbench_row_key(self, row):
        """``(model, id)`` of a row that a client names, checked."""
        model = row.get("model") if isinstance(row, dict) else None
        res_id = row.get("res_id") if isinstance(row, dict) else None
        is_id = isinstance(res_id, int) and not isinstance(res_id, bool)
        if model not in self._workbench_models() or not is_id or res_id <= 0:
            raise UserError(self.env._("This row cannot be found on the workbench."))
        return model, res_id

    @api.model
    def _workbench_row_keys(self, rows):
        if not isinstance(rows, list) or not 0 < len(rows) <= MAX_ROWS:
            raise UserError(
                self.env._("Choose between 1 and %(count)s rows.", count=MAX_ROWS)
            )
        return [self._workbench_row_key(row) for row in rows]

    @api.model
    def _workbench_models(self):
        """Hook: models that rows of the workbench are about."""
        return {*OWNED_MODELS, "crm.important.date", "crm.urge"}

    @api.model
    def _workbench_todo(self, todo_id):
        todo = self.env["mail.activity"].browse(todo_id).exists()
        if not todo:
            raise UserError(self.env._("This to-do was deleted meanwhile."))
        todo.check_access("write")
        return todo

    @api.model
    def _workbench_todos(self, keys):
        """To-dos among the rows that the user may change."""
        ids = [res_id for model, res_id in keys if model == "mail.activity"]
        todos = self.env["mail.activity"].browse(ids).exists()
        todos.check_access("write")
        return todos

    @api.model
    def _workbench_target_document(self, model, res_id, todo=None):
        """Where the report of a row is logged: the document, or the customer's card."""
        if todo is not None:
            model, res_id = todo.res_model, todo.res_id
            if not model:
                return None
        document = self.env[model].browse(res_id).exists()
        if not document:
            raise UserError(self.env._("The document was deleted meanwhile."))
        document.check_access("read")
        return document.partner_id if model == "crm.important.date" else document

    @api.model
    def _workbench_check_report(self, values, next_step):
        for data in (values, next_step):
            if data is not None and not isinstance(data, dict):
                raise UserError(self.env._("What was typed cannot be read."))
        values, next_step = dict(values or {}), dict(next_step or {})
        values.pop("activity_id", None)  # the row says which to-do is finished
        if not isinstance(values.get("text") or "", str):
            raise UserError(self.env._("What was typed cannot be read."))
        if next_step and not (
            next_step.get("date_deadline") or next_step.get("deadline_at")
        ):
            raise UserError(self.env._("Say when the next step is due."))
        return values, next_step

    @api.model
    def _workbench_moment(self, date, at):
        """``(day, moment)``: one of them is None."""
        try:
            day = fields.Date.to_date(date) if date else None
            moment = fields.Datetime.to_datetime(at) if at else None
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("This is not a date.")) from error
        if bool(day) == bool(moment):
            raise UserError(self.env._("Say until when: a day, or a day and a time."))
        return day, moment

    # Put off

    @api.model
    def _workbench_hide(self, model, ids, duration):
        until = fields.Datetime.now() + duration
        return self.env["crm.workbench.hidden"]._hide(model, ids, until)

    @api.model
    def _workbench_hide_keys(self, keys, duration):
        """Put off all rows that are no to-dos; return the ids of the entries."""
        hidden = []
        for model in {model for model, _id in keys} - {"mail.activity"}:
            ids = [res_id for name, res_id in keys if name == model]
            self.env[model].browse(ids).check_access("read")
            hidden += self._workbench_hide(model, ids, duration).ids
        return hidden

    @api.model
    def _workbench_messages(self, todos):
        """The messages by which to-dos were reported done just now."""
        domain = Domain.OR(
            Domain("model", "=", todo.res_model) & Domain("res_id", "=", todo.res_id)
            for todo in todos
            if todo.res_model
        )
        return (
            self.env["mail.message"]
            .sudo()
            .search(
                domain
                & Domain("subtype_id", "=", self.env.ref("mail.mt_activities").id)
                & Domain("author_id", "=", self.env.user.partner_id.id)
                & Domain("create_date", ">=", self.env.cr.now()),
                limit=len(todos),
                order="id desc",
            )
        )
