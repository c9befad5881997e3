from odoo import fields, models
from odoo.exceptions import AccessError, LockError, UserError

# From which states each button leads where
SETTLED_BY_HAND = {
    "send_again": ("failed", "uncertain", "skipped"),
    "mark_sent": ("uncertain",),
    "skip": ("todo", "failed", "uncertain"),
    "send_now": ("todo",),
}


class CrmOutbox(models.Model):
    """Buttons: what a person decides about messages that the worker cannot.

    Rows are written by the system; whoever may decide is asked here.
    """

    _inherit = "crm.outbox"

    def action_send_again(self):
        """Try failed, doubtful or skipped messages once more, from now on."""
        now = fields.Datetime.now()
        messages = self._decide("send_again")
        for message in messages:
            grace = message.expires and message.expires - message.due
            message.write(
                {
                    "state": "todo",
                    "reason": False,
                    "detail": False,
                    "attempts": 0,
                    "next_try": now,
                    "expires": grace and max(message.expires, now + grace),
                }
            )
        messages._after_settle()
        messages._wake_now()

    def action_mark_sent(self):
        """Doubtful messages that did go out, as the gateway's own list shows."""
        messages = self._decide("mark_sent")
        messages.write(
            {"state": "sent", "sent_date": fields.Datetime.now(), "reason": False}
        )
        messages._after_settle()
        for message in messages:
            message._tell()

    def action_skip(self):
        """Give messages up."""
        messages = self._decide("skip")
        messages.write({"state": "skipped", "reason": "by_hand"})
        messages._after_settle()

    def action_send_now(self):
        """Do not wait for the date or the next attempt; the hours still hold."""
        messages = self._decide("send_now")
        messages.write({"next_try": fields.Datetime.now()})
        messages._wake_now()

    def _wake_now(self):
        if self:
            self.env.ref("crm_extension.ir_cron_outbox").sudo()._trigger()

    def _decide(self, what):
        """Those of the messages on which the button still means something, locked
        (sudo). A second click finds none.

        :raise AccessError: a message of somebody else
        :raise UserError: one is being worked on at this moment
        """
        self.check_access("read")
        if not self.env.su and not self._is_outbox_manager():
            if any(message.user_id != self.env.user for message in self):
                raise AccessError(
                    self.env._(
                        "Only a manager decides about messages in the name of others."
                    )
                )
        messages = self.sudo()
        try:
            messages.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._("One of the messages is being sent at this moment.")
            ) from None
        messages.invalidate_recordset()
        return messages.filtered(lambda m: m.state in SETTLED_BY_HAND[what])

    def _is_outbox_manager(self):
        """Hook: whether the user decides about messages of all people."""
        return self.env.user.has_group("sales_team.group_sale_manager")

    def action_open_document(self):
        """Open what the message is about."""
        self.ensure_one()
        document = self._document()
        if not document:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }
