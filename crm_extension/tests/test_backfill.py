from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Datetime
from odoo.tests import tagged

from .common import CrmExtensionCommon


class BackfillCommon(CrmExtensionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Backfill = cls.env["crm.interaction.backfill"]

    def run_source(self, source, **vals):
        """Run one source from its start to its end, as the scheduled job does."""
        backfill = self.Backfill.search([("source", "=", source)])
        backfill.write(vals)
        backfill.action_again()
        with self.enter_registry_test_mode():
            self.env.ref("crm_extension.ir_cron_backfill").method_direct_trigger()
        self.env.invalidate_all()
        return backfill

    def forget(self, rows=None):
        """The history of before the addon: nothing. Returns what was there."""
        rows = rows or self.history()
        told = {row.source_key: self.facts(row) for row in rows}
        rows.sudo().unlink()
        return told

    FACTS = (
        "partner_id",
        "commercial_partner_id",
        "participant_ids",
        "user_id",
        "team_id",
        "company_id",
        "lead_id",
        "res_model",
        "res_id",
        "channel",
        "direction",
        "is_followup",
        "date",
        "subject",
        "preview",
        "event",
        "event_args",
        "mail_message_id",
        "source_id",
    )

    def facts(self, row):
        return {
            name: row[name].ids if hasattr(row[name], "ids") else row[name]
            for name in self.FACTS
        }

    def assertTold(self, told, without=()):
        """The history is what it was."""
        again = {row.source_key: self.facts(row) for row in self.history()}
        for facts in (*told.values(), *again.values()):
            for name in without:
                facts.pop(name)
        self.assertEqual(again.keys(), told.keys())
        for key, facts in told.items():
            self.assertEqual(again[key], facts, key)


@tagged("post_install", "-at_install")
class TestBackfill(BackfillCommon):
    """X01, X02: a database that was used before gets its history."""

    def _post(self, number=1):
        for _number in range(number):
            self.contact.message_post(body="Hello", message_type="comment")
        self.flush_history()
        return self.history().mail_message_id

    def test_messages_are_told_as_if_they_had_just_been_posted(self):
        """One statement tells the same as the projection of a message."""
        anna = self.make_contact(self.customer, "Anna Huber")
        source = self.env["utm.source"].create({"name": "Fair"})
        lead = self.make_lead(self.contact, source_id=source.id)
        order = self.make_order(user=self.seller)
        mine = self.contact.with_user(self.seller)
        long = "<p>%s</p><ul><li>a &amp; b&nbsp;&lt;c&gt;</li></ul>" % ("word " * 80)
        mine.message_post(
            body="Hello",
            subject="Prices",
            partner_ids=(anna | self.contact).ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        mine.message_post(body=long, message_type="comment")
        mine.message_post(body="x <b>y</b>, z<br/>w", message_type="comment")
        lead.message_post(body="Hi", message_type="email", author_id=anna.id)
        lead.message_post(
            body="Hi",
            message_type="comment",
            author_id=anna.id,
            subtype_xmlid="mail.mt_comment",
        )
        order.message_post(body="To", message_type="comment", subject=order.name)
        order.message_post(
            body="",
            message_type="comment",
            subject="Only a subject",
            partner_ids=self.other_customer.ids,
        )
        self.contact.phone = "+41 44 123 45 67"
        self.contact._message_sms("Ready")
        self.flush_history()
        told = self.forget()
        self.assertEqual(len(told), 8)
        self.run_source("message")
        self.assertTold(told)

    def test_nothing_is_told_twice(self):
        self._post(3)
        self.log(user=self.seller)
        before = self.history()
        backfill = self.run_source("message")
        self.assertEqual(self.history(), before, "known rows, and the note of a log")
        self.assertEqual(backfill.state, "done")
        self.assertFalse(backfill.created)

    def test_sending_a_quotation_stays_one_row(self):
        order = self.make_order(user=self.seller)
        self.flush_history()
        order.with_context(mark_so_as_sent=True).message_post(
            body="Our offer", message_type="comment", partner_ids=self.contact.ids
        )
        self.flush_history()
        before = self.history()
        self.run_source("message")
        self.run_source("order")
        self.assertEqual(self.history(), before)

    def test_setting_that_keeps_messages_out_holds(self):
        self._post()
        self.forget()
        self.env["ir.config_parameter"].set_param(
            "crm_extension.project_messages", False
        )
        self.run_source("message")
        self.assertFalse(self.history())

    def test_newest_first_and_resumable(self):
        messages = self._post(5)
        self.forget()
        source = self.Backfill._backfill_sources()["message"]
        with patch.dict(source, batch=2):
            patched = {"message": source}
            with patch.object(
                type(self.Backfill), "_backfill_sources", lambda model: patched
            ):
                backfill = self.Backfill.search([("source", "=", "message")])
                backfill.write({"state": "running", "cursor": max(messages.ids) + 1})
                backfill._work(backfill._next_ids())
                self.assertEqual(
                    set(self.history().mail_message_id.ids),
                    set(messages.ids[:2])
                    if messages.ids[0] > messages.ids[-1]
                    else set(messages.ids[-2:]),
                )
                self.assertEqual(backfill.done, 2)
                backfill.action_stop()
                self.assertFalse(backfill._lock_running())
                backfill.state = "running"
                with self.enter_registry_test_mode():
                    self.env.ref(
                        "crm_extension.ir_cron_backfill"
                    ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.history().mail_message_id, messages)
        self.assertEqual(backfill.state, "done")

    def test_one_bad_record_stops_nobody_and_is_shown(self):
        messages = self._post(5)
        self.forget()
        bad = messages[2]
        original = type(self.Backfill)._backfill_message

        def broken(model, records):
            if bad in records:
                raise ValueError("This one is broken")
            return original(model, records)

        with patch.object(type(self.Backfill), "_backfill_message", broken):
            backfill = self.run_source("message")
        self.assertEqual(self.history().mail_message_id, messages - bad)
        self.assertRecordValues(
            backfill.error_ids,
            [
                {
                    "res_model": "mail.message",
                    "res_id": bad.id,
                    "message": "This one is broken",
                }
            ],
        )
        self.assertEqual((backfill.error_count, backfill.state), (1, "done"))
        backfill = self.run_source("message")
        self.assertEqual(self.history().mail_message_id, messages)
        self.assertFalse(backfill.error_count, "again starts with a clean sheet")

    def test_progress_is_shown(self):
        backfill = self.Backfill.search([("source", "=", "message")])
        backfill.write({"state": "running", "total": 200, "done": 50})
        self.assertEqual((backfill.remaining, backfill.progress), (150, 25))
        self.assertTrue(backfill.name)

    def test_managers_only(self):
        self.assertFalse(self.Backfill.with_user(self.boss).has_access("read"))
        backfill = self.Backfill.with_user(self.manager).search([])
        backfill.action_start_all()
        self.assertEqual(set(backfill.mapped("state")), {"running"})
        backfill.action_stop()
        self.assertEqual(set(backfill.mapped("state")), {"stopped"})


@tagged("post_install", "-at_install")
class TestBackfillDocuments(BackfillCommon):
    """X02: what was done before the addon came, told as it would have been."""

    def test_orders(self):
        order = self.make_order(user=self.seller, user_id=self.seller.id)
        self.flush_history()
        order.action_quotation_sent()
        self.flush_history()
        order.message_post(
            body="Seen",
            message_type="notification",
            subtype_xmlid="sale.mt_order_viewed",
        )
        order.write({"signed_by": "Mendel", "signed_on": Datetime.now()})
        order.action_confirm()
        self.env.flush_all()
        self.env.cr.flush()
        told = self.forget()
        self.assertEqual(len(told), 4)
        self.run_source("order")
        self.assertTold(told, without=["date"])

    def test_orders_again_adds_nothing(self):
        order = self.make_order(user=self.seller)
        self.flush_history()
        order.action_quotation_sent()
        self.flush_history()
        order.action_confirm()
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.env.flush_all()
        self.env.cr.flush()
        before = self.history()
        self.run_source("order")
        self.run_source("order")
        self.assertEqual(self.history(), before)

    def test_todos(self):
        todo = self.plan(self.contact, user=self.seller)
        todo.with_user(self.seller).action_feedback(feedback="Will order")
        self.flush_history()
        reported = self.plan(self.contact, user=self.seller)
        self.env["crm.interaction"].with_user(self.seller).quick_log(
            "res.partner",
            self.contact.id,
            {"channel": "call", "text": "Ordered", "activity_id": reported.id},
        )
        projected = self.history(origin="projected")
        told = {row.source_key: self.facts(row) for row in projected}
        projected.sudo().unlink()
        self.run_source("todo")
        again = {r.source_key: self.facts(r) for r in self.history(origin="projected")}
        for facts in (*told.values(), *again.values()):
            facts.pop("date")
        self.assertEqual(again, told)
        self.assertEqual(len(again), 1)

    def test_meetings(self):
        start = Datetime.now() - timedelta(days=400)
        self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": self.contact.ids,
            }
        )
        self.run_source("meeting")
        self.assertEqual(self.history().date, start.replace(microsecond=0))

    def test_visit_sources(self):
        source, later = self.env["utm.source"].create(
            [{"name": "Fair"}, {"name": "Web"}]
        )
        first = self.make_lead(self.customer, source_id=source.id)
        self.make_lead(self.contact, source_id=later.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2024-01-05' WHERE id = %s", [first.id]
        )
        self.customer.write(
            dict.fromkeys(
                (
                    "first_source_id",
                    "first_touch_date",
                    "last_source_id",
                    "last_touch_date",
                ),
                False,
            )
        )
        self.env.invalidate_all()
        self.run_source("visit")
        self.assertRecordValues(
            self.customer,
            [
                {
                    "first_source_id": source.id,
                    "first_touch_date": Datetime.to_datetime("2024-01-05"),
                    "last_source_id": later.id,
                }
            ],
        )
