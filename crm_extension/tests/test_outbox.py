from datetime import datetime, timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Datetime
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import insert_once
from .outbox_common import NUMBER, OutboxCommon


@tagged("post_install", "-at_install")
class TestEnqueue(OutboxCommon):
    """Nothing is sent by a request; what is told twice is one row."""

    def test_nothing_is_sent_by_the_request(self):
        message = self.enqueue()
        self.assertEqual(message.state, "todo")
        self.assertEqual(message.user_id, self.seller)
        self.assertEqual(message.company_id, self.company)
        self.assertFalse(self.provider.sent)

    def test_same_key_is_one_message(self):
        """X07, case 28: once per key, also within one batch."""
        first = self.enqueue()
        self.assertFalse(self.enqueue(body="Again"))
        rows = self.outbox._enqueue(
            [
                {"key": key, "channel": "sms", "address": NUMBER, "body": "Hello"}
                for key in ("test:1", "test:2", "test:2")
            ]
        )
        self.assertEqual(rows.mapped("key"), ["test:2"])
        self.work()
        self.assertEqual(first.state, "sent")
        self.assertEqual(len(self.provider.sent), 2)

    def test_two_transactions_enqueue_the_same(self):
        """The slower one neither fails nor writes a second row."""
        insert, calls = insert_once._insert, []

        def conflict_first(model, values):
            calls.append(len(values))
            if len(calls) == 1:
                raise psycopg2.errors.SerializationFailure("concurrent update")
            return insert(model, values)

        with patch.object(insert_once, "_insert", conflict_first):
            self.assertEqual(len(self.enqueue()), 1)
        self.assertEqual(calls, [1, 1])

    def test_batch_costs_the_same_as_one(self):
        def batch(name, size):
            return [
                {
                    "key": f"{name}:{number}",
                    "channel": "email",
                    "partner_id": self.contact.id,
                    "subject": "Hello",
                    "body": "Hello",
                }
                for number in range(size)
            ]

        self.outbox._enqueue(batch("warm", 1))
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self.outbox._enqueue(batch("many", 200))

    def test_mistakes_are_told_at_once(self):
        for wrong in (
            {"key": False},
            {"channel": "pigeon"},
            {"partner_id": False},
            {"body": False},
            {"origin": "nowhere"},
            {"colour": "red"},
        ):
            with self.subTest(**wrong), self.assertRaises(ValueError):
                self.enqueue(**wrong)

    def test_worker_is_there_when_it_is_due(self):
        due = Datetime.now().replace(second=0, microsecond=0) + timedelta(hours=3)
        cron = self.env.ref("crm_extension.ir_cron_outbox")
        self.enqueue(due=due)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(due, triggers.mapped("call_at"))


@tagged("post_install", "-at_install")
class TestWorker(OutboxCommon):
    """Claim, commit, one call, commit."""

    def test_sent_stands_in_chatter_and_timeline(self):
        """X07: the result is told where people look, and counts as no contact."""
        message = self.enqueue(subject="Birthday", origin="greeting")
        self.work()
        self.assertEqual(self.provider.sent, [(NUMBER, "Hello")])
        self.assertEqual(message.state, "sent")
        self.assertEqual(message.delivery, "accepted")
        self.assertTrue(message.is_told)
        note = self.contact.message_ids[0]
        self.assertEqual(note, message.mail_message_id)
        self.assertEqual(note.message_type, "sms")
        self.assertIn("Hello", note.body)
        self.assertEqual(note.notification_ids.sms_number, NUMBER)
        row = self.history(self.customer, channel="sms")
        self.assertEqual(row.headline, "Greeting sent")
        self.assertTrue(row.event_args, "told in the language of the day only")
        self.assertEqual(row.preview, "Birthday · Hello")
        self.assertEqual(row.mail_message_id, note)
        self.assertFalse(row.is_followup)
        self.assertFalse(self.contact.last_contact_date)

    def test_second_run_does_nothing(self):
        self.enqueue()
        self.work()
        self.work()
        self.assertEqual(len(self.provider.sent), 1)
        self.assertEqual(len(self.history(self.customer, channel="sms")), 1)

    def test_not_before_it_is_due(self):
        message = self.enqueue(due=Datetime.now() + timedelta(days=1))
        self.work()
        self.assertEqual(message.state, "todo")
        with freeze_time(Datetime.now() + timedelta(days=1, hours=1)):
            self.work()
        self.assertEqual(message.state, "sent")

    def test_downtime(self):
        """Case 29: caught up within the grace, listed as skipped after it."""
        due = Datetime.now() - timedelta(days=3)
        late = self.enqueue("test:late", due=due, grace=71)
        early = self.enqueue("test:early", due=due, grace=73)
        forever = self.enqueue("test:ever", due=due, grace=0)
        self.work()
        self.assertEqual((late.state, late.reason), ("skipped", "too_late"))
        self.assertEqual((early | forever).mapped("state"), ["sent", "sent"])

    def test_hours_of_the_contact(self):
        """Cases 21, 29: never at night, by the clocks of the contact's place."""
        self.company.write({"crm_send_from": 8, "crm_send_to": 21})
        self.contact.tz = "Asia/Shanghai"
        message = self.enqueue(due=datetime(2027, 5, 3, 8))
        with freeze_time("2027-05-03 19:00:00"):  # three in the morning over there
            self.work()
            self.assertEqual(message.state, "todo")
            self.assertEqual(message.next_try, datetime(2027, 5, 4, 0))
        with freeze_time("2027-05-04 00:00:00"):
            self.work()
        self.assertEqual(message.state, "sent")

    def test_own_hours_and_any_hour(self):
        """A message may have hours of its own; urgent ones and letters about the
        customer's own business come at any hour."""
        self.company.write({"crm_send_from": 8, "crm_send_to": 21})
        with freeze_time("2027-05-03 03:00:00"):
            own = self.enqueue("test:own", window_from=2, window_to=4)
            urgent = self.enqueue("test:urgent", priority="2")
            usual = self.enqueue("test:usual", priority="1")
            self.work()
        self.assertEqual((own | urgent).mapped("state"), ["sent", "sent"])
        self.assertEqual(usual.state, "todo")

    def test_important_ones_first(self):
        self.enqueue("test:1", body="second")
        self.enqueue("test:2", body="first", priority="1")
        self.work()
        self.assertEqual(
            [text for _number, text in self.provider.sent], ["first", "second"]
        )

    @mute_logger("odoo.addons.crm_extension.models.crm_outbox_worker")
    def test_crash_in_the_call_is_in_doubt(self):
        """Case 30: nobody knows, so nothing is sent again by itself."""
        message = self.enqueue()
        other = self.enqueue("test:2", address="+8613900139000")
        with patch.object(
            type(self.outbox), "_sms_outcome", side_effect=MemoryError("gone")
        ):
            self.work()
        self.assertEqual((message | other).mapped("state"), ["uncertain"] * 2)
        self.assertIn("gone", message.detail)
        self.work()
        self.assertEqual(len(self.provider.sent), 2)

    def test_lost_worker(self):
        """Case 30: what a dead worker left is shown after the lease, not sent again."""
        message = self.enqueue()
        message.write(
            {"state": "sending", "lease_until": Datetime.now() + timedelta(minutes=1)}
        )
        self.work()
        self.assertEqual(message.state, "sending")
        with freeze_time(Datetime.now() + timedelta(minutes=2)):
            self.work()
        self.assertEqual((message.state, message.reason), ("uncertain", "crash"))
        self.assertFalse(self.provider.sent)

    @mute_logger("odoo.addons.crm_extension.models.crm_outbox_worker")
    def test_one_bad_message_does_not_stop_the_rest(self):
        bad = self.enqueue("test:bad")
        good = self.enqueue("test:good")
        refusal = type(self.outbox)._refusal

        def fail(message, address):
            if message == bad:
                raise RuntimeError("broken")
            return refusal(message, address)

        with patch.object(type(self.outbox), "_refusal", fail):
            self.work()
        self.assertEqual((bad.state, good.state), ("failed", "sent"))
        self.assertIn("broken", bad.detail)

    def test_told_later_when_the_server_stopped_in_between(self):
        message = self.enqueue()
        with patch.object(type(self.outbox), "_tell_now", lambda message: None):
            self.work()
        self.assertTrue(message.is_told)
        self.assertEqual(len(self.history(self.customer, channel="sms")), 1)

    @mute_logger("odoo.addons.crm_extension.tools.guard")
    def test_a_failing_chatter_does_not_make_it_unsent(self):
        message = self.enqueue()
        with patch.object(
            type(self.outbox), "_post_in_chatter", side_effect=ValueError("chatter")
        ):
            self.work()
        self.assertEqual((message.state, message.is_told), ("sent", False))
        self.work()
        self.assertTrue(message.is_told)
        self.assertEqual(len(self.provider.sent), 1)

    def test_document_of_the_message(self):
        order = self.make_order()
        self.enqueue(res_model="sale.order", res_id=order.id, origin="sale")
        self.work()
        self.assertIn("Hello", order.message_ids[0].body)
        row = self.history(self.customer, channel="sms")
        self.assertEqual((row.res_model, row.res_id), ("sale.order", order.id))

    def test_text_of_a_template_in_the_contacts_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env["sms.template"].create(
            {
                "name": "Hello",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body": "Hello {{ object.name }}",
            }
        )
        template.with_context(lang="zh_CN").body = "您好 {{ object.name }}"
        self.contact.lang = "zh_CN"
        message = self.enqueue(body=False, sms_template_id=template.id)
        self.work()
        self.assertEqual(self.provider.sent[0][1], "您好 Roland Mendel")
        self.assertEqual(message.body, "您好 Roland Mendel")


@tagged("post_install", "-at_install")
class TestConsent(OutboxCommon):
    """Asked when it is sent, not when it was written."""

    def refused(self, **vals):
        message = self.enqueue(**vals)
        self.work()
        self.assertFalse(self.provider.sent)
        self.assertEqual(message.state, "skipped")
        return message.reason

    def test_opt_out_after_queueing(self):
        """X07, case 37."""
        message = self.enqueue()
        self.contact.greeting_opt_out = True
        self.work()
        self.assertEqual((message.state, message.reason), ("skipped", "opt_out"))

    def test_opt_out_of_the_company(self):
        self.customer.greeting_opt_out = True
        self.assertEqual(self.refused(), "opt_out")

    def test_blacklist(self):
        """X07, case 37: of numbers and of addresses."""
        self.env["phone.blacklist"].create({"number": NUMBER})
        self.assertEqual(self.refused(), "blacklist")
        self.env["mail.blacklist"].create({"email": self.contact.email})
        self.assertEqual(self.refused(key="test:2", channel="email"), "blacklist")

    def test_own_business_is_told_all_the_same(self):
        self.env["phone.blacklist"].create({"number": NUMBER})
        self.contact.greeting_opt_out = True
        message = self.enqueue(purpose="service")
        self.work()
        self.assertEqual(message.state, "sent")

    def test_archived_and_deceased(self):
        """Case 38: whatever the purpose."""
        self.contact.active = False
        self.assertEqual(self.refused(purpose="service"), "archived")
        self.contact.write({"active": True, "is_deceased": True})
        self.assertEqual(self.refused(key="test:2", purpose="service"), "deceased")

    def test_no_number_and_landlines(self):
        """Case 7: a landline and a short number take no text message."""
        self.contact.phone = False
        self.assertEqual(self.refused(), "no_address")
        self.contact.phone = "+86 10 8888 8888"
        self.assertEqual(self.refused(key="test:2"), "no_address")
        self.assertEqual(self.refused(key="test:3", address="95588"), "bad_address")

    def test_second_number_is_the_mobile_one(self):
        self.contact.phone = "+86 10 8888 8888"
        self.env["crm.phone.number"].create(
            {"partner_id": self.contact.id, "raw": "+86 139 0013 9000"}
        )
        self.enqueue()
        self.work()
        self.assertEqual(self.provider.sent[0][0], "+8613900139000")

    def test_two_contacts_share_one_phone(self):
        """X07, case 39: one message for a number in a group, the other is skipped."""
        wife = self.make_contact(self.customer, "Renate Mendel", phone=NUMBER)
        group = {"address_group": "wedding:2027-05-04"}
        first = self.enqueue(**group)
        second = self.enqueue("test:2", partner_id=wife.id, **group)
        other = self.enqueue("test:3", partner_id=wife.id, address_group="other")
        self.work()
        self.assertEqual((first.state, other.state), ("sent", "sent"))
        self.assertEqual((second.state, second.reason), ("skipped", "same_address"))


@tagged("post_install", "-at_install")
class TestGatewayAnswers(OutboxCommon):
    """What the provider says decides what happens next."""

    def test_refused(self):
        self.provider.answer = {"state": "wrong_number_format"}
        message = self.enqueue()
        self.work()
        self.assertEqual((message.state, message.reason), ("failed", "bad_address"))

    def test_lost_answer_is_in_doubt(self):
        """Case 32: the classes of Odoo cannot tell a lost answer from a failure."""
        self.provider.answer = {"state": "server_error"}
        message = self.enqueue()
        self.work()
        self.assertEqual((message.state, message.reason), ("uncertain", "no_answer"))

    def test_credit_is_used_up(self):
        """Case 42: stops cleanly, the rest stays queued, other channels go on."""
        self.provider.answer = {"state": "insufficient_credit"}
        messages = self.enqueue("test:1") | self.enqueue("test:2")
        self.work()
        self.assertEqual(len(self.provider.sent), 1)
        self.assertEqual(messages.mapped("state"), ["todo", "todo"])
        self.assertEqual(messages.mapped("attempts"), [0, 0])
        channel = self.env["crm.outbox.channel"]._of(self.company, "sms")
        self.assertEqual((channel.reason, channel.health), ("account", "paused"))
        self.provider.answer = {"state": "success"}
        self.work()
        self.assertEqual(messages.mapped("state"), ["todo", "todo"])
        channel.with_user(self.manager).action_go_on()
        self.work()
        self.assertEqual(messages.mapped("state"), ["sent", "sent"])
        self.assertFalse(channel.failures)

    def test_stopped_by_hand(self):
        channel = self.env["crm.outbox.channel"]._of(self.company, "sms")
        channel.with_user(self.manager).action_stop()
        message = self.enqueue()
        self.work()
        self.assertEqual(message.state, "todo")
        with self.assertRaises(AccessError):
            channel.with_user(self.seller).action_go_on()


@tagged("post_install", "-at_install")
class TestDelivery(OutboxCommon):
    """Case 34: reports twice, out of order, before the answer."""

    def test_never_back_from_delivered(self):
        message = self.enqueue()
        self.work()
        message._report_delivery("delivered")
        message._report_delivery("undelivered", "late word")
        message._report_delivery("accepted")
        self.assertEqual((message.delivery, message.reason), ("delivered", False))

    def test_delivered_after_all(self):
        message = self.enqueue()
        self.work()
        message._report_delivery("undelivered", "switched off")
        self.assertEqual(message.reason, "undelivered")
        message._report_delivery("delivered")
        self.assertEqual((message.delivery, message.reason), ("delivered", False))

    def test_report_before_the_answer(self):
        message = self.enqueue()
        send = self.provider._send_sms_batch

        def report_first(api, messages, delivery_reports_url=False):
            message._report_delivery("delivered")
            message.flush_recordset()
            return send(api, messages)

        with patch.object(self.provider, "_send_sms_batch", report_first):
            self.work()
        self.assertEqual((message.state, message.delivery), ("sent", "delivered"))
        notification = message.mail_message_id.notification_ids
        self.assertEqual(notification.notification_status, "sent")

    def test_report_settles_a_doubt(self):
        message = self.enqueue()
        message.state = "uncertain"
        message._report_delivery("delivered")
        self.assertEqual(message.state, "sent")
        self.work()
        self.assertTrue(message.is_told)

    def test_report_by_odoos_own_route(self):
        message = self.enqueue()
        self.work()
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", message.uuid)])
        tracker._action_update_from_sms_state("sent")
        self.assertEqual(message.delivery, "delivered")
        notification = message.mail_message_id.notification_ids
        self.assertEqual(notification.notification_status, "sent")
