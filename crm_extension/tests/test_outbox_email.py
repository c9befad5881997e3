from markupsafe import Markup

from odoo.tests import tagged
from odoo.tools import mute_logger

from .outbox_common import OutboxCommon
from .servers import MailServer

MAIL_LOGGERS = (
    "odoo.addons.mail.models.mail_mail",
    "odoo.addons.base.models.ir_mail_server",
)


@tagged("post_install", "-at_install")
class TestOutboxEmail(OutboxCommon):
    """Letters to a real mail server on this machine."""

    def letter(self, key="test:1", **vals):
        values = {"subject": "Your new contact", "body": "I look after you now."}
        return self.enqueue(key, channel="email", **{**values, **vals})

    def test_letter_stands_in_the_chatter(self):
        message = self.letter()
        with MailServer() as server, self.mail_goes_out(server):
            self.work()
            [text] = server.letters
        self.assertIn("Subject: Your new contact", text)
        self.assertIn(f'To: "{self.contact.name}" <{self.contact.email}>', text)
        self.assertIn("I look after you now.", text)
        self.assertEqual(message.state, "sent")
        note = self.contact.message_ids[0]
        self.assertEqual(message.mail_message_id, note)
        self.assertEqual(note.author_id, self.seller.partner_id)
        self.assertEqual(note.notification_ids.res_partner_id, self.contact)
        self.assertEqual(note.notification_ids.notification_status, "sent")
        row = self.history(self.customer, channel="email")
        self.assertEqual(row.mail_message_id, note)
        self.assertFalse(row.is_followup)

    def test_one_row_in_the_timeline(self):
        """A back-fill of messages does not tell the letter a second time."""
        message = self.letter()
        with MailServer() as server, self.mail_goes_out(server):
            self.work()
        self.env["crm.interaction"]._project_messages(message.mail_message_id)
        self.assertEqual(len(self.history(self.customer, channel="email")), 1)

    def test_html_attachment_and_leaver(self):
        """In the name of somebody who left, the company writes."""
        self.company.email = "office@example.com"
        file = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"contents"})
        message = self.letter(
            body=False,
            body_html=Markup("<p>Dear <b>Roland</b></p>"),
            attachment_ids=file.ids,
        )
        self.depart(self.seller)
        with MailServer() as server, self.mail_goes_out(server):
            self.work()
            [text] = server.letters
        self.assertIn("office@example.com", text)
        self.assertIn("<b>Roland</b>", text)
        self.assertIn('filename="a.txt"', text)
        self.assertEqual(message.mail_message_id.attachment_ids, file)

    def test_template_in_the_contacts_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env["mail.template"].create(
            {
                "name": "Letter",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Hello {{ object.name }}",
                "body_html": '<p>Dear <t t-out="object.name"/></p>',
                "lang": "{{ object.lang }}",
            }
        )
        template.with_context(lang="zh_CN").subject = "您好 {{ object.name }}"
        self.contact.lang = "zh_CN"
        message = self.letter(subject=False, body=False, mail_template_id=template.id)
        with MailServer() as server, self.mail_goes_out(server):
            self.work()
        self.assertEqual(message.state, "sent", message.detail)
        self.assertEqual(message.subject, "您好 Roland Mendel")
        self.assertIn("Dear", message.body_html)

    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_template_that_cannot_be_filled_in(self):
        """Case 40: nothing half-filled leaves the house."""
        template = self.env["mail.template"].create(
            {
                "name": "Letter",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body_html": "<p><t t-out=\"1 // len(object.name.replace('Roland Mendel', ''))\"/></p>",
            }
        )
        message = self.letter(body=False, mail_template_id=template.id)
        with MailServer() as server, self.mail_goes_out(server):
            self.work()
            self.assertFalse(server.letters)
        self.assertEqual((message.state, message.reason), ("failed", "template"))

    @mute_logger(*MAIL_LOGGERS)
    def test_server_says_later_and_never(self):
        """RFC 5321: 4xx is tried again, 5xx is final."""
        message = self.letter()
        with MailServer() as server, self.mail_goes_out(server):
            server.answer = "451 later"
            self.work()
            self.assertEqual((message.state, message.reason), ("todo", "busy"))
            self.assertEqual(message.attempts, 1)
            self.env["crm.outbox.channel"]._of(self.company, "email").action_go_on()
            message.next_try = message.due
            server.answer = "554 no"
            self.work()
        self.assertEqual((message.state, message.reason), ("failed", "refused"))

    @mute_logger(*MAIL_LOGGERS, "odoo.addons.mail.models.mail_mail")
    def test_server_hangs_up_after_the_letter(self):
        """Nobody knows whether it was taken: a person decides."""
        message = self.letter()
        with MailServer() as server, self.mail_goes_out(server):
            server.answer = ""
            self.work()
        self.assertEqual((message.state, message.reason), ("uncertain", "no_answer"))
        self.assertFalse(
            self.env["mail.mail"].search([("subject", "=", message.subject)])
        )

    @mute_logger(*MAIL_LOGGERS)
    def test_no_server(self):
        """Case 31: retry with growing delay, then failed and visible; text messages
        go on."""
        letter, sms = self.letter(), self.enqueue("test:2")
        with MailServer() as server:
            pass  # nobody listens there any more
        with self.mail_goes_out(server):
            self.work()
            self.assertEqual((letter.state, letter.reason), ("todo", "unreachable"))
            self.assertEqual(sms.state, "sent")
            first = letter.next_try
            channel = self.env["crm.outbox.channel"]._of(self.company, "email")
            for attempt in range(2, 8):
                channel.action_go_on()
                letter.next_try = letter.due
                self.work()
                self.assertEqual(letter.attempts, attempt)
                if attempt == 2:
                    self.assertGreater(letter.next_try, first)
        self.assertEqual((letter.state, letter.reason), ("failed", "unreachable"))
        self.assertEqual(channel.failures, 1)

    def test_privacy(self):
        """An erased person gets nothing, and what was said to them is gone."""
        waiting, sent = self.letter(), self.enqueue("test:2")
        with MailServer() as server, self.mail_goes_out(server):
            self.env["crm.outbox.channel"]._of(self.company, "email").action_stop()
            self.work()
        self.contact._history_anonymise()
        self.assertEqual((waiting.state, sent.state), ("skipped", "sent"))
        for message in (waiting, sent):
            self.assertFalse(message.body or message.subject or message.address)
            self.assertTrue(message.key)

    def test_withdraw(self):
        """A document takes back what has not been sent yet."""
        self.provider.answer = {"state": "wrong_number_format"}
        waiting, failed = self.letter(), self.enqueue("test:2")
        self.env["crm.outbox.channel"]._of(self.company, "email").action_stop()
        self.work()
        (waiting | failed)._withdraw()
        self.assertEqual((waiting | failed).mapped("reason"), ["withdrawn"] * 2)
