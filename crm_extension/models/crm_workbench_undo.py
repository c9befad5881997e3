import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import consteq, hmac

from .crm_workbench_action import OWNED_MODELS, UNDO_TIME


class CrmWorkbench(models.AbstractModel):
    """Taking back the last action.

    An action returns what it did, signed for this user and a quarter of an hour; the
    client sends it back as it is. Nobody can make one up, and each record is still
    changed only if this user changed it last.
    """

    _inherit = "crm.workbench"

    @api.model
    def undo(self, action):
        """Take back what ``finish``, ``done``, ``snooze``, ``reassign`` or
        ``answer_urge`` did.

        :param action: the ``undo`` that the action returned
        """
        done = self._workbench_read_undo(action)
        getattr(self, f"_workbench_undo_{done['kind']}")(done)
        self._workbench_fresh(
            "crm.workbench.hidden", done.get("hidden"), sudo=True
        ).unlink()
        return True

    @api.model
    def _workbench_sign_undo(self, done):
        """What the client keeps: a text and its signature."""
        until = fields.Datetime.now() + UNDO_TIME
        text = json.dumps({**done, "until": fields.Datetime.to_string(until)})
        return {"text": text, "signature": self._workbench_signature(text)}

    @api.model
    def _workbench_signature(self, text):
        return hmac(self.env(su=True), "crm_workbench_undo", (self.env.uid, text))

    @api.model
    def _workbench_read_undo(self, action):
        """What was signed for this user and is fresh enough."""
        text = action.get("text") if isinstance(action, dict) else None
        signature = action.get("signature") if isinstance(action, dict) else None
        is_text = isinstance(text, str) and isinstance(signature, str)
        if not is_text or not consteq(self._workbench_signature(text), signature):
            raise UserError(self.env._("There is nothing to take back."))
        done = json.loads(text)
        if fields.Datetime.to_datetime(done["until"]) < fields.Datetime.now():
            raise UserError(self.env._("It is too late to take this back."))
        return done

    @api.model
    def _workbench_undo_finish(self, action):
        row = self._workbench_fresh("crm.interaction", action.get("interaction"))
        message = row.sudo().mail_message_id
        if row:
            reason = self.env._("Taken back on the workbench")
            row.write({"active": False, "edit_reason": reason})
        message.unlink()
        self._workbench_fresh("mail.activity", action.get("next")).unlink()
        self._workbench_undo_done({**action, "todos": action.get("todo")})

    @api.model
    def _workbench_undo_done(self, action):
        """Open the to-dos again and take back the messages that said they are done."""
        todos = self.env["mail.activity"].with_context(active_test=False)
        todos = todos.browse(self._workbench_ids(action.get("todos"))).exists()
        todos.check_access("write")
        limit = fields.Datetime.now() - UNDO_TIME
        todos = todos.filtered(
            lambda todo: (
                not todo.active
                and todo.write_uid == self.env.user
                and todo.write_date >= limit
            )
        )
        if not todos:
            return
        todos.write({"active": True, "feedback": False})
        rows = self.env["crm.interaction"].sudo()
        rows.search(
            [
                ("source_key", "in", [f"mail.activity,{t.id}:done:1" for t in todos]),
            ]
        ).unlink()
        messages = self._workbench_fresh(
            "mail.message", action.get("messages"), sudo=True
        )
        documents = {(todo.res_model, todo.res_id) for todo in todos}
        messages.filtered(
            lambda message: (
                (message.model, message.res_id) in documents
                and message.subtype_id == self.env.ref("mail.mt_activities")
            )
        ).unlink()

    @api.model
    def _workbench_undo_snooze(self, action):
        before = action.get("todos") or []
        todos = self.env["mail.activity"].browse(
            self._workbench_ids([item[0] for item in before])
        )
        todos.exists().check_access("write")
        for todo_id, date, at in before:
            todo = todos.browse(todo_id).exists()
            day, moment = fields.Date.to_date(date), fields.Datetime.to_datetime(at)
            todo.write({"deadline_at": moment} if moment else {"date_deadline": day})

    @api.model
    def _workbench_undo_reassign(self, action):
        """Only what is with somebody else now goes back, and only to the user."""
        for model in OWNED_MODELS:
            ids = self._workbench_ids(
                [item[1] for item in action.get("owners", ()) if item[0] == model]
            )
            records = self.env[model].sudo().browse(ids).exists()
            limit = fields.Datetime.now() - UNDO_TIME
            owners = {item[1]: item[2] for item in action["owners"] if item[0] == model}
            for record in records:
                fresh = record.write_uid == self.env.user and record.write_date >= limit
                if fresh and owners[record.id] == self.env.uid:
                    record.user_id = self.env.user
                elif fresh and owners[record.id]:
                    record.with_user(self.env.user).user_id = owners[record.id]

    @api.model
    def _workbench_undo_urge(self, action):
        urges = self.env["crm.urge"].browse(self._workbench_ids(action.get("urge")))
        limit = fields.Datetime.now() - UNDO_TIME
        for urge in urges.exists().filtered("answer_date"):
            if urge.user_id == self.env.user and urge.answer_date >= limit:
                urge.sudo().write(
                    {"state": "open", "answer": False, "answer_date": False}
                )

    @api.model
    def _workbench_fresh(self, model, ids, sudo=False):
        """Records that the user made within the time to take back."""
        records = self.env[model].browse(self._workbench_ids(ids)).exists()
        if sudo:
            records = records.sudo()
        limit = fields.Datetime.now() - UNDO_TIME
        return records.filtered(
            lambda record: (
                record.create_uid == self.env.user and record.create_date >= limit
            )
        )

    @api.model
    def _workbench_ids(self, ids):
        """A list of ids, whatever the client sent."""
        ids = ids if isinstance(ids, list) else [ids]
        return [
            i for i in ids if isinstance(i, int) and not isinstance(i, bool) and i > 0
        ]
