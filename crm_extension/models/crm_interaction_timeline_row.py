from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html_sanitize


class CrmInteraction(models.Model):
    """What a person does with one row of the timeline."""

    _inherit = "crm.interaction"

    @api.readonly
    def timeline_details(self):
        """The whole of one row, read when somebody opens it.

        The body of a message is read through the message's own access: whoever may
        see the header of a mail may not always read the mail.

        :return: dict with ``body`` (sanitised HTML or False), ``hidden`` (True when
            there is a message that the user may not read), ``participants`` and
            ``attachments`` as lists of dicts
        """
        self.ensure_one()
        self.check_access("read")
        message = self._timeline_message()
        files = self.attachment_ids | message.attachment_ids
        people = self.participant_ids.sudo()
        return {
            "body": html_sanitize(message.body if message else self.body) or False,
            "hidden": bool(self._timeline_has_message() and not message),
            "participants": [{"id": who.id, "name": who.name} for who in people],
            "attachments": [
                {"id": file.id, "name": file.name, "mimetype": file.mimetype}
                for file in files.sudo()
            ],
            "reason": self.edit_reason,
        }

    def _timeline_has_message(self):
        """True when the row is the header of a message: an authored row has its own
        text, its note only repeats it."""
        return self.origin == "projected" and bool(self.mail_message_id)

    def _timeline_message(self):
        """The message the row is the header of, when the user may read it."""
        if not self._timeline_has_message():
            return self.env["mail.message"]
        return self.mail_message_id._filtered_access("read")

    def timeline_archive(self, reason):
        """Take rows out of the history and say why."""
        reason = self._timeline_reason(reason)
        if not reason:
            raise UserError(self.env._("Say why this row is taken out of the history."))
        self.write({"active": False, "edit_reason": reason})
        return True

    def timeline_move(self, date, reason=None):
        """It happened at another time: correct the date."""
        try:
            moment = fields.Datetime.to_datetime(date)
        except (TypeError, ValueError):
            moment = None
        if not moment:
            raise UserError(self.env._("Say when it happened."))
        vals = {"date": moment}
        if reason := self._timeline_reason(reason):
            vals["edit_reason"] = reason
        self.write(vals)
        return True

    @api.model
    def _timeline_reason(self, reason):
        return reason.strip() if isinstance(reason, str) else ""
