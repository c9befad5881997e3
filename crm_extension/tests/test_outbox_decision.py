from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from .outbox_common import OutboxCommon


@tagged("post_install", "-at_install")
class TestOutboxDecision(OutboxCommon):
    """Doubtful and failed messages are settled by one click."""

    def doubtful(self, **vals):
        message = self.enqueue(**vals)
        message.state = "uncertain"
        return message

    def test_was_sent(self):
        message = self.doubtful()
        message.with_user(self.seller).action_mark_sent()
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(self.history(self.customer, channel="sms")), 1)
        self.work()
        self.assertFalse(self.provider.sent)

    def test_send_again_once(self):
        """A second click finds nothing to do."""
        message = self.doubtful()
        for _click in range(2):
            message.with_user(self.seller).action_send_again()
        self.work()
        self.assertEqual(message.state, "sent")
        message.with_user(self.seller).action_send_again()
        self.work()
        self.assertEqual(len(self.provider.sent), 1)

    def test_send_again_gives_new_time(self):
        message = self.enqueue(due=Datetime.now() - timedelta(days=9))
        self.work()
        self.assertEqual(message.reason, "too_late")
        message.with_user(self.manager).action_send_again()
        self.work()
        self.assertEqual(message.state, "sent")

    def test_skip(self):
        message = self.enqueue()
        message.with_user(self.seller).action_skip()
        self.work()
        self.assertEqual((message.state, message.reason), ("skipped", "by_hand"))
        self.assertFalse(self.provider.sent)

    def test_send_now(self):
        message = self.enqueue(due=Datetime.now() + timedelta(days=2))
        message.with_user(self.seller).action_send_now()
        self.work()
        self.assertEqual(message.state, "sent")

    def test_what_is_being_sent_is_left_alone(self):
        message = self.enqueue()
        message.state = "sending"
        for button in ("action_skip", "action_send_again", "action_mark_sent"):
            getattr(message.with_user(self.manager), button)()
        self.assertEqual(message.state, "sending")

    def test_only_the_sender_and_managers_decide(self):
        message = self.doubtful()
        with self.assertRaises(AccessError):
            message.with_user(self.colleague).action_skip()
        with self.assertRaises(AccessError):
            message.with_user(self.boss).action_skip()
        message.with_user(self.manager).action_skip()
        self.assertEqual(message.state, "skipped")

    def test_nobody_writes_rows(self):
        message = self.enqueue()
        for user in (self.seller, self.manager):
            with self.assertRaises(AccessError):
                message.with_user(user).write({"state": "sent"})
            with self.assertRaises(AccessError):
                self.outbox.with_user(user).create({"key": "x", "channel": "sms"})

    def test_open_document(self):
        order = self.make_order()
        message = self.enqueue(res_model="sale.order", res_id=order.id)
        action = message.action_open_document()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", order.id)
        )
        order.unlink()
        self.assertEqual(message.action_open_document()["res_id"], self.contact.id)

    def test_channel_counts(self):
        self.doubtful()
        self.enqueue("test:2")
        channel = self.env["crm.outbox.channel"]._of(self.company, "sms")
        channel = channel.with_user(self.manager)
        self.assertEqual((channel.uncertain_count, channel.waiting_count), (1, 1))
        action = channel.with_context(show="uncertain").action_open_messages()
        self.assertEqual(action["context"], {"search_default_uncertain": 1})
        self.assertEqual(self.outbox.search_count(action["domain"]), 2)

    def test_hours_of_the_company(self):
        with self.assertRaises(UserError):
            self.company.write({"crm_send_from": 21, "crm_send_to": 8})
