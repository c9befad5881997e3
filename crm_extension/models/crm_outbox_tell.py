from odoo import fields, models
from odoo.fields import Command
from odoo.tools import html2plaintext, plaintext2html

# States of a message at the network, from the first to the last word
DELIVERY_RANK = {False: 0, "accepted": 1, "undelivered": 2, "delivered": 3}


class CrmOutbox(models.Model):
    """What was sent stands in the chatter of the document and in the timeline.

    Told in a transaction after the one that keeps the answer of the gateway: a chatter
    that fails must not make a sent message look unsent.
    """

    _inherit = "crm.outbox"

    def _tell(self):
        """Tell what was sent, once (sudo)."""
        self.ensure_one()
        if self.is_told or self.state != "sent":
            return
        message = self.mail_message_id or self._post_in_chatter()
        self.write({"is_told": True, "mail_message_id": message.id})
        self.env["crm.interaction"]._project([self._prepare_interaction()])

    def _post_in_chatter(self):
        """A note that carries the text and the state of its delivery."""
        document = self._document()
        if not hasattr(document, "_message_log") or not document:
            return self.env["mail.message"]
        message = document._message_log(
            body=self._told_html(),
            subject=self.subject or False,
            author_id=self._sender().id,
            message_type="sms" if self.channel == "sms" else "email_outgoing",
            partner_ids=self.partner_id.ids,
        )
        self.env["mail.notification"].create(self._prepare_notification(message))
        return message

    def _told_html(self):
        if self.channel == "sms":
            return self._sms_html()
        return self.body_html or plaintext2html(self.body or "")

    def _prepare_notification(self, message):
        vals = {
            "author_id": message.author_id.id,
            "mail_message_id": message.id,
            "res_partner_id": self.partner_id.id,
            "notification_type": self.channel,
            "is_read": True,
            "notification_status": "sent" if self.channel == "email" else "pending",
        }
        if self.channel == "sms":
            tracker = self.env["sms.tracker"].search([("sms_uuid", "=", self.uuid)])
            vals["sms_number"] = self.address
            vals["sms_tracker_ids"] = [Command.link(tracker.id)] if tracker else []
            vals["notification_status"] = {
                "delivered": "sent",
                "undelivered": "exception",
            }.get(self.delivery, "pending")
        return vals

    def _prepare_interaction(self):
        """The row of the timeline: automatic, so it counts as no contact."""
        document = self._document()
        text = self.body or html2plaintext(self.body_html or "")
        return {
            "source_key": f"crm.outbox,{self.id}:{self.origin}:1",
            # not empty: the sentence is told in the reader's language
            "event_args": {"channel": self.channel},
            "partner_id": self.partner_id.id,
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
            "channel": self.channel,
            "direction": "out",
            "is_followup": False,
            "date": self.sent_date,
            "res_model": document._name if document else False,
            "res_id": document.id,
            "preview": " · ".join(filter(None, [self.subject, text])),
            "mail_message_id": self.mail_message_id.id,
        }

    # Reports of the network

    def _report_delivery(self, status, detail=False, moment=False):
        """Note what the network reports: later words win, whatever their order.

        A report proves that the message went out, also where the answer of the gateway
        was lost.

        :param status: ``accepted``, ``delivered`` or ``undelivered``
        :return: the messages that changed
        """
        rank = DELIVERY_RANK[status]
        news = self.filtered(lambda m: DELIVERY_RANK[m.delivery] < rank)
        if news:
            news.write(
                {
                    "delivery": status,
                    "delivery_date": moment or fields.Datetime.now(),
                    "reason": status == "undelivered" and "undelivered",
                    "detail": detail,
                }
            )
        lost = self.filtered(lambda m: m.state in ("sending", "uncertain"))
        now = fields.Datetime.now()
        lost.write({"state": "sent", "sent_date": now, "lease_until": False})
        lost.filtered(lambda m: not m.delivery).write({"delivery": "accepted"})
        (news | lost)._after_settle()
        return news


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    def _event_sentences(self):
        return {
            **super()._event_sentences(),
            "crm.outbox:greeting": self.env._("Greeting sent"),
            "crm.outbox:handover": self.env._("Handover letter sent"),
            "crm.outbox:sale": self.env._("Sales message sent"),
            "crm.outbox:service": self.env._("Service message sent"),
            "crm.outbox:other": self.env._("Message sent"),
        }


class SmsTracker(models.Model):
    """Reports that Odoo's own providers bring reach the outbox as well."""

    _inherit = "sms.tracker"

    DELIVERIES = {
        "pending": "accepted",
        "sent": "delivered",
        "exception": "undelivered",
        "bounce": "undelivered",
    }

    def _update_sms_notifications(
        self, notification_status, failure_type=False, failure_reason=False
    ):
        super()._update_sms_notifications(
            notification_status, failure_type, failure_reason
        )
        status = self.DELIVERIES.get(notification_status)
        if status and not self.env.context.get("crm_outbox_reported"):
            messages = self.env["crm.outbox"].sudo()
            messages = messages.search([("uuid", "in", self.mapped("sms_uuid"))])
            messages._report_delivery(status, failure_reason or failure_type)
