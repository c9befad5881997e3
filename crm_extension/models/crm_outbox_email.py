import smtplib

import psycopg2

from odoo import api, models
from odoo.fields import Command
from odoo.tools import formataddr, is_html_empty, plaintext2html

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ..tools.outcome import Outcome
from ..tools.request_error import causes


class CrmOutbox(models.Model):
    """Letters go out through Odoo's ``mail.mail``, one for each message.

    The mail is made and sent in one transaction, so that Odoo's own queue never sees
    it; what remains is the message in the chatter of the document.
    """

    _inherit = "crm.outbox"

    def _send_email(self):
        """Send this message; the outcome, with the message that stands in the chatter."""
        try:
            mail = self._make_mail()
        except psycopg2.OperationalError:
            raise
        # a template of a user may fail in any way; nothing has left the house
        except Exception as error:  # noqa: BLE001
            self.env.cr.rollback()
            return Outcome("failed", "template", self._error_text(error))
        if is_html_empty(mail.body_html):
            self.env.cr.rollback()
            return Outcome("failed", "no_text")
        try:
            mail.send(raise_exception=True)
        except psycopg2.Error:
            raise
        # smtplib, ssl, sockets and Odoo raise what they like
        except Exception as error:  # noqa: BLE001
            self.env.cr.rollback()
            return self._email_error(error)
        if mail.state != "sent":
            outcome = Outcome("failed", "refused", mail.failure_reason or "")
            if self.env["ir.mail_server"]._disable_send():
                outcome = Outcome("retry", "unreachable", "Tests send nothing")
            self.env.cr.rollback()
            return outcome
        message, reference = mail.mail_message_id, mail.message_id
        if self.mail_template_id:
            self.write({"subject": mail.subject, "body_html": mail.body_html})
        mail.unlink()
        return Outcome("sent", reference=reference, message_id=message.id)

    def _email_error(self, error):
        """What a failed attempt means: certain only before the server had the text."""
        text = self._error_text(error)
        cause = error.args[-1] if error.args else None
        if isinstance(error, MailDeliveryException) and isinstance(cause, Exception):
            # Odoo's way to say that it could not even log in
            if isinstance(cause, smtplib.SMTPAuthenticationError):
                return Outcome("blocked", "account", text)
            return Outcome("retry", "unreachable", text)
        for cause in causes(error):
            if isinstance(cause, smtplib.SMTPRecipientsRefused):
                return self._email_refusal(
                    next(iter(cause.recipients.values()))[0], text
                )
            if isinstance(cause, smtplib.SMTPResponseException):
                return self._email_refusal(cause.smtp_code, text)
            if isinstance(cause, AssertionError | UnicodeError):
                return Outcome("failed", "refused", text)
        return Outcome("uncertain", "no_answer", text)

    @api.model
    def _email_refusal(self, code, text):
        """RFC 5321: 4xx is for now, 5xx for good."""
        if 400 <= code < 500:
            return Outcome("retry", "busy", text)
        return Outcome("failed", "refused", text)

    # The letter

    def _make_mail(self):
        """The ``mail.mail`` of this message, rendered in the contact's language."""
        lang = self.partner_id.lang or self.company_id.partner_id.lang
        message = self.with_context(lang=lang).with_company(self.company_id)
        if message.mail_template_id:
            mail = message._make_mail_of_template()
        else:
            mail = message.env["mail.mail"].create(message._prepare_mail())
        if message.attachment_ids:
            mail.attachment_ids = [
                Command.link(file.id) for file in message.attachment_ids
            ]
        message._note_recipient(mail)
        return mail

    def _prepare_mail_envelope(self):
        """From, to, and where it stands: what every letter has."""
        document = self._document()
        sender = self._sender()
        name = self.partner_id.name or ""
        return {
            "email_to": formataddr((name, self.address)),
            "email_cc": False,
            "recipient_ids": [],
            "email_from": sender.email_formatted or False,
            "author_id": sender.id,
            "model": document._name if document else False,
            "res_id": document.id,
            "message_type": "email_outgoing",
            "subtype_id": self.env.ref("mail.mt_note").id,
            "is_notification": True,
            "auto_delete": False,
            "scheduled_date": False,
        }

    def _prepare_mail(self):
        body = self.body_html or plaintext2html(self.body or "")
        if self.email_layout_xmlid:
            body = self._in_layout(body)
        return {
            **self._prepare_mail_envelope(),
            "subject": self.subject,
            "body": body,
            "body_html": body,
        }

    def _in_layout(self, body):
        document = self._document()
        return self.env["mail.render.mixin"]._render_encapsulate(
            self.email_layout_xmlid,
            body,
            add_context={
                "company": self.company_id,
                "model_description": self.env["ir.model"]
                ._get(document._name)
                .display_name,
            },
            context_record=document,
        )

    def _make_mail_of_template(self):
        template = self.mail_template_id
        values = self._prepare_mail_envelope()
        if template.email_from:
            del values["email_from"]
        if self.subject:
            values["subject"] = self.subject
        return template.send_mail_batch(
            [self._document().id],
            email_values=values,
            email_layout_xmlid=self.email_layout_xmlid,
        )

    def _sender(self):
        """The contact in whose name it is written: the person, when they are still
        here and have an address, else the company."""
        user = self.user_id
        if user.active and user.partner_id.email_normalized:
            return user.partner_id
        return self.company_id.partner_id

    def _note_recipient(self, mail):
        """The envelope in the chatter names the contact."""
        if self.partner_id:
            self.env["mail.notification"].create(
                {
                    "author_id": mail.author_id.id,
                    "mail_mail_id": mail.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "res_partner_id": self.partner_id.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                }
            )
