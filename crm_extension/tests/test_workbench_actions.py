from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError

from .workbench_common import DAY, NOW, TODAY, TOKEN, WorkbenchCase


class TestWorkbenchActions(WorkbenchCase):
    """Finish + log + next step in one call, and back again (X04)."""

    def test_finish_logs_and_plans(self):
        todo = self.todo(date_deadline=TODAY)
        outcome = self.env.ref("crm_extension.crm_interaction_outcome_reached")
        before = self.history()
        self.bench.finish(
            self.key("mail.activity", todo),
            {
                "channel": "call",
                "text": "Wants an offer",
                "outcome_id": outcome.id,
                "duration": 6,
            },
            {"date_deadline": "2025-06-16", "summary": "Send the offer"},
            token=TOKEN,
        )
        self.assertFalse(todo.active)
        row = self.history() - before
        self.assertEqual(len(row), 1)
        self.assertEqual(row.activity_id, todo)
        self.assertEqual((row.subject, row.duration), ("Wants an offer", 6))
        step = self.rows("planned")
        self.assertEqual([r["what"] for r in step], ["Send the offer"])

    def test_second_click_does_nothing(self):
        todo = self.todo(date_deadline=TODAY)
        args = (
            self.key("mail.activity", todo),
            {"channel": "call", "text": "Reached"},
            {"date_deadline": "2025-06-16"},
        )
        self.bench.finish(*args, token=TOKEN)
        before = self.history()
        self.assertEqual(self.bench.finish(*args, token=TOKEN), {"repeated": True})
        self.assertEqual(self.history(), before)
        self.assertEqual(len(self.rows("planned")), 1)
        with self.assertRaises(UserError):
            self.bench.finish(*args, token="another-token")

    def test_no_next_step_with_a_reason(self):
        todo = self.todo(date_deadline=TODAY)
        self.bench.finish(
            self.key("mail.activity", todo),
            {"channel": "call", "text": "Does not buy any more"},
            reason="The company was closed",
        )
        row = self.history()[0]
        self.assertIn("The company was closed", row.body)

    def test_todo_of_its_own(self):
        """A to-do without a document is finished with its text as feedback."""
        todo = self.env["mail.activity"].create(
            {"user_id": self.seller.id, "date_deadline": TODAY, "summary": "Tidy up"}
        )
        self.bench.finish(
            self.key("mail.activity", todo),
            {"channel": "note", "text": "Tidy"},
            {"date_deadline": "2025-06-16", "summary": "Tidy again"},
        )
        self.assertFalse(todo.active)
        self.assertEqual(todo.feedback, "Tidy")
        self.assertEqual(self.rows("planned")[0]["what"], "Tidy again")

    def test_undo_of_finish(self):
        todo = self.todo(date_deadline=TODAY)
        messages = self.customer.message_ids
        before = self.history()
        undo = self.bench.finish(
            self.key("mail.activity", todo),
            {"channel": "call", "text": "Reached"},
            {"date_deadline": "2025-06-16"},
        )["undo"]
        self.assertGone("today", todo)
        self.bench.undo(undo)
        self.assertIn1("today", todo)
        self.assertEqual(self.history(), before)
        self.assertFalse(self.rows("planned"))
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.message_ids, messages)

    def test_bulk_done_and_undo(self):
        todos = self.todo(date_deadline=TODAY) + self.todo(date_deadline=TODAY)
        undo = self.bench.done([self.key("mail.activity", t) for t in todos])["undo"]
        self.assertFalse(self.rows("today"))
        self.flush_history()
        self.bench.undo(undo)
        self.assertEqual(len(self.rows("today")), 2)
        self.assertFalse(self.history(event="mail.activity:done"))

    def test_leads_are_not_done_without_a_word(self):
        lead = self.make_lead(user_id=self.seller.id)
        with self.assertRaises(UserError):
            self.bench.done([self.key("crm.lead", lead)])

    def test_snooze_keeps_the_time_of_day(self):
        todo = self.todo(deadline_at=NOW + timedelta(hours=2))
        undo = self.bench.snooze([self.key("mail.activity", todo)], "2025-06-16")
        self.assertEqual(todo.deadline_at, datetime(2025, 6, 16, 12))
        self.assertIn1("planned", todo)
        self.bench.undo(undo["undo"])
        self.assertEqual(todo.deadline_at, NOW + timedelta(hours=2))

    def test_snooze_to_a_minute(self):
        todo = self.todo(date_deadline=TODAY)
        self.bench.snooze([self.key("mail.activity", todo)], at="2025-06-12 08:30:00")
        self.assertEqual(todo.deadline_at, datetime(2025, 6, 12, 8, 30))
        self.assertEqual(todo.date_deadline, date(2025, 6, 12))

    def test_snooze_of_a_customer(self):
        with freeze_time(NOW + 40 * DAY):
            self.assertIn1("silent", self.customer)
            undo = self.bench.snooze(
                [self.key("res.partner", self.customer)], "2025-07-28"
            )["undo"]
            self.assertGone("silent", self.customer)
            self.bench.undo(undo)
            self.assertIn1("silent", self.customer)
            self.bench.snooze([self.key("res.partner", self.customer)], "2025-07-28")
        with freeze_time(datetime(2025, 7, 28, 0, 1)):
            self.assertIn1("silent", self.customer, "it comes back on that day")

    def test_reassign_and_undo(self):
        todo = self.todo(date_deadline=TODAY)
        undo = self.bench.reassign([self.key("mail.activity", todo)], self.mate.id)
        self.assertEqual(todo.user_id, self.mate)
        self.assertGone("today", todo)
        self.assertEqual(self.count("today", self.mate), 1)
        self.bench.undo(undo["undo"])
        self.assertEqual(todo.user_id, self.seller)

    def test_reassign_a_lead_and_a_customer(self):
        lead = self.make_lead(user_id=self.seller.id)
        self.bench.reassign(
            [self.key("crm.lead", lead), self.key("res.partner", self.customer)],
            self.mate.id,
        )
        self.assertEqual(lead.user_id, self.mate)
        self.assertEqual(self.customer.user_id, self.mate)
        self.assertEqual(self.customer.user_assigned_date, NOW)

    def test_undo_believes_nothing(self):
        """Only what the server signed for this user is taken back."""
        todo = self.todo(user=self.mate, date_deadline=TODAY)
        bench = self.bench.with_user(self.mate)
        undo = bench.snooze([self.key("mail.activity", todo)], "2025-06-16")["undo"]
        forged = {**undo, "text": undo["text"].replace("2025-06-11", "2025-07-11")}
        for attempt in (forged, {"text": undo["text"], "signature": ""}, {"kind": 1}):
            with self.assertRaises(UserError):
                bench.undo(attempt)
        with self.assertRaises(UserError):
            self.bench.undo(undo)
        self.assertEqual(todo.date_deadline, date(2025, 6, 16))
        bench.undo(undo)
        self.assertEqual(todo.date_deadline, TODAY)

    def test_undo_only_for_a_quarter_of_an_hour(self):
        todo = self.todo(date_deadline=TODAY)
        undo = self.bench.done([self.key("mail.activity", todo)])["undo"]
        with freeze_time(NOW + timedelta(minutes=16)), self.assertRaises(UserError):
            self.bench.undo(undo)
        self.assertFalse(todo.active)

    def test_todo_of_another_cannot_ride_along(self):
        other = self.todo(self.other_customer, user=self.colleague)
        self.bench.finish(
            self.key("res.partner", self.customer),
            {"channel": "call", "text": "Spoke", "activity_id": other.id},
        )
        self.assertTrue(other.active)
