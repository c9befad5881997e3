from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

# What the client may say of a row, and of what must be done next
ROW_VALUES = {
    "channel",
    "direction",
    "subject",
    "body",
    "outcome_id",
    "type_id",
    "duration",
    "date",
    "partner_id",
    "activity_id",
}
STEP_VALUES = {
    "activity_type_id",
    "date_deadline",
    "deadline_at",
    "summary",
    "note",
    "user_id",
}


class CrmInteraction(models.Model):
    """Log a contact and plan the next step in one call."""

    _inherit = "crm.interaction"

    @api.model
    def quick_log(self, res_model, res_id, values, next_step=None, token=None):
        """Log an interaction and plan the next step.

        :param values: values of the row (``channel``, ``text`` or ``subject`` and
            ``body``, ``outcome_id``, ``duration``, ``date``, ``partner_id``,
            ``participant_ids`` and ``attachment_ids`` as lists of ids, ``activity_id``
            of a to-do that this finishes); None to plan a next step only
        :param next_step: values of a ``mail.activity`` (``activity_type_id``,
            ``date_deadline`` or ``deadline_at``, ``summary``, ``user_id``)
        :param token: unique text of the draft: saving it twice (a double click, a
            request that was repeated after the line broke) logs once
        :return: dict with ``rows`` (the new one), ``upcoming`` and ``repeated``
        """
        document = self._timeline_browse(res_model, res_id)
        self._check_quick_log(values, next_step)
        if token and not self.env["crm.request.token"]._claim(token):
            return {"rows": [], "upcoming": [], "repeated": True}
        row = self.browse()
        if values:
            row = self.create(self._prepare_quick_log(document, values))
            row._finish_activity()
        if next_step:
            self._create_next_step(document, next_step, row)
            self._timeline_signal_document(document)
        data = row._timeline_data(self._timeline_upcoming(document))
        return {**data, "repeated": False}

    @api.model
    def _check_quick_log(self, values, next_step):
        """Say in words what is wrong with what the client sent."""
        for data in (values, next_step):
            if data is not None and not isinstance(data, dict):
                raise UserError(self.env._("What was typed cannot be read."))
        if not values and not next_step:
            raise UserError(self.env._("Write what was said, or plan what comes next."))
        if next_step and not (
            next_step.get("date_deadline") or next_step.get("deadline_at")
        ):
            raise UserError(self.env._("Say when the next step is due."))
        for name in ("participant_ids", "attachment_ids"):
            self._timeline_list(values or {}, name, int)

    @api.model
    def _prepare_quick_log(self, document, values):
        """Values of an authored row, with the context of its document."""
        shared = document._timeline_values()
        company = shared.pop("company_id") or self.env.company.id
        chosen = {name: value for name, value in values.items() if name in ROW_VALUES}
        chosen |= self._split_text(values.get("text"))
        for name in ("participant_ids", "attachment_ids"):
            ids = self._timeline_list(values, name, int)
            chosen[name] = [Command.link(record_id) for record_id in ids]
        return {**shared, "company_id": company, **chosen}

    @api.model
    def _split_text(self, text):
        """What was typed: the first line is the subject, the rest the details."""
        if text and not isinstance(text, str):
            raise UserError(self.env._("What was typed cannot be read."))
        subject, _newline, body = (text or "").strip().partition("\n")
        vals = {"subject": subject} if subject else {}
        if body.strip():
            vals["body"] = plaintext2html(body.strip())
        return vals

    def _finish_activity(self):
        """The row is the report of the to-do: mark it done, told once."""
        activity = self.activity_id
        if activity.active:
            activity.with_context(crm_interaction_skip=True).action_feedback(
                feedback=self.preview
            )

    @api.model
    def _create_next_step(self, document, next_step, row=None):
        """Plan the next step on the document as the user's own to-do."""
        vals = {name: next_step[name] for name in STEP_VALUES & next_step.keys()}
        vals.setdefault("user_id", self.env.uid)
        vals["res_model_id"] = self.env["ir.model"]._get_id(document._name)
        vals["res_id"] = document.id
        return self.env["mail.activity"].create(vals)
