from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmExtensionCommon

NOW = datetime(2025, 6, 11, 10)  # a Wednesday, 10:00 UTC
TODAY = NOW.date()
DAY = timedelta(days=1)
TOKEN = "0123456789abcdef"


@tagged("post_install", "-at_install")
class WorkbenchCase(CrmExtensionCommon):
    """The seller's workbench on a Wednesday at ten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.bench = cls.env["crm.workbench"].with_user(cls.seller)
        cls.log(cls.customer, user=cls.seller, date=NOW - DAY)
        cls.env.flush_all()
        cls.env["res.partner"].search(
            [("user_id", "=", cls.seller.id)]
        ).user_assigned_date = NOW - 40 * DAY

    def count(self, name, user=None):
        bench = self.bench.with_user(user) if user else self.bench
        return {b["name"]: b["count"] for b in bench.counts()["buckets"]}[name]

    def rows(self, name, **kwargs):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.bench.bucket(name, **kwargs)["rows"]

    def key(self, model, record):
        return {"model": model, "res_id": record.id}

    def assertIn1(self, name, record, message=None):
        """The record is in the bucket, and the count says so."""
        found = [(row["model"], row["res_id"]) for row in self.rows(name)]
        self.assertIn((record._name, record.id), found, message)
        self.assertEqual(self.count(name), len(found))

    def assertGone(self, name, record, message=None):
        found = [(row["model"], row["res_id"]) for row in self.rows(name)]
        self.assertNotIn((record._name, record.id), found, message)
        self.assertEqual(self.count(name), len(found))

    def todo(self, document=None, user=None, **vals):
        document = self.customer if document is None else document
        return self.plan(document, user or self.seller, **vals)


class TestWorkbenchBuckets(WorkbenchCase):
    """A row appears in its bucket, and leaves when somebody has dealt with it (X04)."""

    def test_overdue(self):
        todo = self.todo(date_deadline=TODAY - DAY)
        timed = self.todo(deadline_at=NOW - timedelta(hours=1))
        self.assertIn1("overdue", todo)
        self.assertIn1("overdue", timed, "due an hour ago")
        self.assertGone("today", timed)
        row = self.rows("overdue")[0]
        self.assertEqual(row["customer"]["name"], "Ernst Handel")
        self.assertEqual(row["what"], "Call back")
        self.assertEqual(row["last"]["date"], "2025-06-10 10:00:00")
        self.assertEqual(row["last"]["channel"], "call")
        todo.with_user(self.seller).action_feedback()
        self.assertGone("overdue", todo)

    def test_today_sorted_by_the_minute(self):
        late = self.todo(date_deadline=TODAY)
        first = self.todo(deadline_at=NOW + timedelta(hours=4))
        self.assertIn1("today", late)
        self.assertEqual(
            [row["res_id"] for row in self.rows("today")], [first.id, late.id]
        )
        self.assertGone("overdue", late)

    def test_day_begins_where_the_person_works(self):
        """10:00 UTC on Wednesday is still Tuesday night in Honolulu."""
        todo = self.todo(date_deadline=TODAY)
        self.seller.tz = "Pacific/Honolulu"
        with freeze_time(datetime(2025, 6, 11, 9)):
            self.assertIn1("planned", todo)
        with freeze_time(datetime(2025, 6, 11, 11)):
            self.assertIn1("today", todo)

    def test_planned(self):
        todo = self.todo(date_deadline=TODAY + DAY)
        self.assertIn1("planned", todo)
        todo.date_deadline = TODAY
        self.assertGone("planned", todo)

    def test_callbacks_at_a_time(self):
        todo = self.todo(deadline_at=NOW + timedelta(hours=4))
        self.todo(date_deadline=TODAY)
        tomorrow = self.todo(deadline_at=NOW + DAY)
        self.assertIn1("callbacks", todo)
        self.assertGone("callbacks", tomorrow)
        todo.activity_type_id = self.env.ref("mail.mail_activity_data_todo")
        self.assertGone("callbacks", todo)

    def test_new_leads(self):
        lead = self.make_lead(user_id=self.seller.id)
        self.assertIn1("new_leads", lead)
        self.bench.finish(
            self.key("crm.lead", lead), {"channel": "call", "text": "Wants boxes"}
        )
        self.assertGone("new_leads", lead)

    def test_new_lead_of_a_customer_who_was_called(self):
        lead = self.make_lead(self.contact, user_id=self.seller.id)
        self.assertIn1("new_leads", lead)
        self.log(self.contact, user=self.seller)
        self.assertGone("new_leads", lead)

    def test_lead_given_to_a_colleague_is_new_again(self):
        lead = self.make_lead(user_id=self.colleague.id)
        self.bench.with_user(self.colleague).finish(
            self.key("crm.lead", lead), {"channel": "call", "text": "Hello"}
        )
        with freeze_time(NOW + DAY):
            lead.user_id = self.seller
            self.assertIn1("new_leads", lead)

    def test_closed_lead_is_not_new(self):
        lead = self.make_lead(user_id=self.seller.id)
        lead.action_set_won()
        self.assertGone("new_leads", lead)

    def test_new_customers(self):
        customer = self.make_customer("Frankenversand", user_id=self.seller.id)
        self.assertIn1("new_customers", customer)
        self.assertGone("new_customers", self.customer, "spoken with yesterday")
        self.log(customer, user=self.seller)
        self.assertGone("new_customers", customer)

    def test_new_customer_for_whom_something_is_planned(self):
        customer = self.make_customer("Frankenversand", user_id=self.seller.id)
        person = self.make_contact(customer, "Peter Franken")
        self.assertIn1("new_customers", customer)
        self.todo(person, date_deadline=TODAY + DAY)
        self.assertGone("new_customers", customer)

    def test_silent_customers(self):
        self.assertGone("silent", self.customer)
        with freeze_time(NOW + 30 * DAY):
            self.assertIn1("silent", self.customer)
            self.log(self.contact, user=self.colleague)
            self.assertGone("silent", self.customer, "a colleague spoke with them")

    def test_silence_by_the_rhythm_of_the_level(self):
        level = self.env["crm.customer.level"].create({"name": "X", "rhythm_days": 7})
        with freeze_time(NOW + 8 * DAY):
            self.assertGone("silent", self.customer)
            self.customer.customer_level_id = level
            self.assertIn1("silent", self.customer)
            self.assertEqual(self.rows("silent")[0]["level"], "X")
            level.rhythm_days = 0
            self.assertGone("silent", self.customer, "0: never")

    def test_silence_by_the_setting(self):
        params = self.env["ir.config_parameter"]
        with freeze_time(NOW + 10 * DAY):
            params.set_param("crm_extension.silent_days", "5")
            self.assertIn1("silent", self.customer)
            params.set_param("crm_extension.silent_days", "20")
            self.assertGone("silent", self.customer)

    def test_customer_never_spoken_with_becomes_silent(self):
        customer = self.make_customer("Frankenversand", user_id=self.seller.id)
        self.assertGone("silent", customer)
        with freeze_time(NOW + 31 * DAY):
            self.assertIn1("silent", customer)
            self.assertGone("new_customers", customer)

    def test_quotes_expiring(self):
        order = self.make_order(user_id=self.seller.id, validity_date=TODAY + 3 * DAY)
        self.assertIn1("expiring", order)
        self.assertEqual(self.rows("expiring")[0]["date"], "2025-06-14")
        later = self.make_order(user_id=self.seller.id, validity_date=TODAY + 9 * DAY)
        self.assertGone("expiring", later)
        order.action_confirm()
        self.assertGone("expiring", order)

    def test_quotes_viewed(self):
        order = self.make_order(user_id=self.seller.id)
        order.action_quotation_sent()
        self.assertGone("viewed", order)
        self.env["crm.interaction"]._project(
            [
                {
                    "partner_id": self.customer.id,
                    "res_model": "sale.order",
                    "res_id": order.id,
                    "source_key": f"sale.order,{order.id}:viewed:1",
                }
            ]
        )
        self.assertIn1("viewed", order)
        self.assertEqual(self.rows("viewed")[0]["date"], "2025-06-11")
        with freeze_time(NOW + timedelta(hours=1)):
            self.log(self.customer, user=self.seller)
            self.assertGone("viewed", order)

    def test_birthdays(self):
        dates = self.env["crm.important.date"].create(
            [
                {"partner_id": self.contact.id, "month": "06", "day": 13},
                {"partner_id": self.contact.id, "month": "08", "day": 1},
            ]
        )
        self.assertIn1("occasions", dates[0])
        self.assertGone("occasions", dates[1])
        self.assertEqual(self.rows("occasions")[0]["date"], "2025-06-13")
        self.bench.finish(
            self.key("crm.important.date", dates[0]),
            {"channel": "call", "text": "Congratulated"},
        )
        self.assertGone("occasions", dates[0])
        with freeze_time(NOW + 364 * DAY):
            self.assertIn1("occasions", dates[0], "next year again")

    def test_birthdays_around_new_year(self):
        self.env["crm.important.date"].create(
            [
                {"partner_id": self.contact.id, "month": "01", "day": 2},
                {"partner_id": self.contact.id, "month": "12", "day": 30},
            ]
        )
        with freeze_time("2025-12-29 10:00:00"):
            self.assertEqual(
                [row["date"] for row in self.rows("occasions")],
                ["2025-12-30", "2026-01-02"],
            )

    def test_others_rows_are_not_mine(self):
        self.todo(self.other_customer, user=self.colleague, date_deadline=TODAY)
        self.make_lead(user_id=self.colleague.id)
        counts = {b["name"]: b["count"] for b in self.bench.counts()["buckets"]}
        self.assertFalse(any(counts.values()), counts)


class TestWorkbenchReading(WorkbenchCase):
    """Counts, pages and search (X04)."""

    def test_counts_in_one_call(self):
        for number in range(3):
            self.todo(date_deadline=TODAY - number * DAY)
            self.make_lead(user_id=self.seller.id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.bench.counts()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            result = self.bench.counts()
        self.assertEqual(result["headline"]["overdue"], 2)
        self.assertEqual(result["headline"]["due"], 1)
        self.assertFalse(result["readonly"])

    def test_counts_are_capped(self):
        todos = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.customer.id,
                    "user_id": self.seller.id,
                    "date_deadline": TODAY,
                }
                for _number in range(101)
            ]
        )
        self.assertEqual(len(todos), 101)
        self.assertEqual(self.count("today"), 100)

    def test_pages_show_each_row_once(self):
        days = [TODAY + (1 + number % 3) * DAY for number in range(7)]
        todos = [self.todo(date_deadline=day).id for day in days]
        seen, cursor = [], None
        while cursor is not False:
            page = self.bench.bucket("planned", cursor=cursor, limit=2)
            seen += [row["res_id"] for row in page["rows"]]
            cursor = page["cursor"]
            if len(seen) == 2:  # somebody adds a row in front meanwhile
                self.todo(date_deadline=TODAY + DAY, summary="late comer")
        self.assertEqual(len(seen), len(set(seen)))
        self.assertLessEqual(set(todos), set(seen))

    def test_rows_of_a_page_in_constant_queries(self):
        def cost(number):
            for index in range(number):
                customer = self.make_customer(f"C{index}", user_id=self.seller.id)
                self.todo(customer, date_deadline=TODAY)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.bench.bucket("today")
            return self.env.cr.sql_log_count - before

        cost(1)
        few = cost(2)
        self.assertEqual(cost(20), few)

    def test_search(self):
        self.todo(date_deadline=TODAY, summary="Send samples")
        self.todo(date_deadline=TODAY, summary="Ask for the order")
        found = self.rows("today", search="sample")
        self.assertEqual([row["what"] for row in found], ["Send samples"])
        self.assertEqual(len(self.rows("today", search="Ernst")), 2)
        self.assertFalse(self.rows("today", search="100%_"))

    def test_done_of_the_day(self):
        todo = self.todo(date_deadline=TODAY)
        self.assertEqual(self.bench.counts()["headline"]["done"], 0)
        self.bench.done([self.key("mail.activity", todo)])
        self.assertEqual(self.bench.counts()["headline"]["done"], 1)

    def test_preview(self):
        self.todo(date_deadline=TODAY, summary="Call back")
        order = self.make_order(user=self.seller, user_id=self.seller.id)
        preview = self.bench.preview("res.partner", self.contact.id)
        self.assertEqual(preview["customer"]["name"], "Ernst Handel")
        self.assertEqual(preview["upcoming"][0]["what"], "Call back")
        self.assertEqual(preview["open"][0]["id"], order.id)
        self.assertEqual(preview["contacts"][0]["channel"], "call")

    def test_preview_of_a_lead_without_customer(self):
        lead = self.make_lead(user_id=self.seller.id, phone="+49 30 1234567")
        preview = self.bench.preview("crm.lead", lead.id)
        self.assertEqual(preview["phone"], "+49 30 1234567")
        self.assertEqual(preview["open"], [])

    def test_reminders(self):
        todo = self.todo(deadline_at=NOW + timedelta(minutes=30))
        self.todo(deadline_at=NOW + timedelta(hours=8))
        self.todo(user=self.mate, deadline_at=NOW + timedelta(minutes=30))
        found = self.bench.reminders()
        self.assertEqual([row["id"] for row in found["todos"]], [todo.id])
        self.bench.save_settings({"remind": False})
        self.assertFalse(self.bench.reminders()["todos"])


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


class TestWorkbenchAccess(WorkbenchCase):
    """Nobody sees or moves by RPC what is not theirs (X05, X26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.make_user("leader", "crm_extension.crm_extension_group_team")
        cls.team.user_id = cls.leader

    def test_whose_workbench(self):
        expected = {
            self.seller: {self.seller},
            self.mate: {self.mate},
            self.colleague: {self.colleague},
            self.leader: {self.leader, self.seller, self.mate},
            self.boss: {self.boss},
            self.manager: {self.manager, self.seller, self.mate, self.colleague},
        }
        for viewer, allowed in expected.items():
            bench = self.env["crm.workbench"].with_user(viewer)
            for person in expected:
                with self.subTest(viewer=viewer.login, person=person.login):
                    if person in allowed:
                        result = bench.counts(person.id)
                        self.assertEqual(result["readonly"], person != viewer)
                        bench.bucket("today", user_id=person.id)
                    else:
                        with self.assertRaises(AccessError):
                            bench.counts(person.id)
                        with self.assertRaises(AccessError):
                            bench.bucket("today", user_id=person.id)

    def test_leader_sees_the_seller_through_own_rights(self):
        todo = self.todo(date_deadline=TODAY)
        private = self.env["mail.activity"].create(
            {"user_id": self.seller.id, "date_deadline": TODAY, "summary": "Dentist"}
        )
        bench = self.env["crm.workbench"].with_user(self.leader)
        rows = bench.bucket("today", user_id=self.seller.id)["rows"]
        self.assertEqual([row["res_id"] for row in rows], [todo.id])
        self.assertTrue(private.active)

    def test_manager_of_another_company(self):
        other = self.env["res.company"].create({"name": "South Ltd"})
        stranger = self.make_user(
            "stranger",
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["crm.workbench"].with_user(stranger).counts(self.seller.id)

    def test_todo_of_a_colleague_cannot_be_moved(self):
        free = self.env["mail.activity"].create(
            {"user_id": self.colleague.id, "date_deadline": TODAY, "summary": "Mine"}
        )
        key = [self.key("mail.activity", free)]
        for call in (
            lambda: self.bench.done(key),
            lambda: self.bench.snooze(key, "2025-06-16"),
            lambda: self.bench.reassign(key, self.seller.id),
            lambda: self.bench.finish(key[0], {"text": "x", "channel": "note"}),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertTrue(free.active)

    def test_lead_of_a_colleague_cannot_be_taken(self):
        lead = self.make_lead(user_id=self.colleague.id, team_id=self.other_team.id)
        with self.assertRaises(AccessError):
            self.bench.reassign([self.key("crm.lead", lead)], self.seller.id)

    @mute_logger("odoo.models.unlink")
    def test_hostile_arguments(self):
        """A clear sentence, never a traceback of Python types."""
        bench = self.bench
        key = {"model": "mail.activity", "res_id": 1}
        calls = [
            lambda: bench.counts("1"),
            lambda: bench.counts([self.boss.id]),
            lambda: bench.counts(True),
            lambda: bench.counts(-1),
            lambda: bench.bucket("nothing"),
            lambda: bench.bucket(None),
            lambda: bench.bucket({"a": 1}),
            lambda: bench.bucket("today", cursor="x"),
            lambda: bench.bucket("today", cursor=["x", 1]),
            lambda: bench.bucket("today", cursor=[1, 2, 3]),
            lambda: bench.bucket("today", search=["x"]),
            lambda: bench.finish(None),
            lambda: bench.finish({"model": "res.users", "res_id": 1}),
            lambda: bench.finish({"model": "mail.activity", "res_id": "1"}),
            lambda: bench.finish({"model": "mail.activity", "res_id": 999999999}),
            lambda: bench.finish(key, "text"),
            lambda: bench.finish(key, {"text": ["x"]}),
            lambda: bench.done([]),
            lambda: bench.done("all"),
            lambda: bench.done([key] * 501),
            lambda: bench.snooze([key]),
            lambda: bench.snooze([key], "tomorrow"),
            lambda: bench.snooze([key], "2025-06-16", "2025-06-16 10:00:00"),
            lambda: bench.reassign([key], "admin"),
            lambda: bench.reassign([key], self.env.ref("base.public_user").id),
            lambda: bench.undo(None),
            lambda: bench.undo({"kind": "drop"}),
            lambda: bench.preview("res.users", 1),
            lambda: bench.save_settings([]),
            lambda: bench.save_settings({"order": "x"}),
            lambda: bench.save_settings({"hidden": ["nothing"]}),
            lambda: bench.save_settings({"channel": "pigeon"}),
            lambda: bench.save_settings({"quiet_from": 99}),
        ]
        for number, call in enumerate(calls):
            with self.subTest(number=number):
                with self.assertRaises(UserError):
                    call()

    def test_people_without_the_history_have_no_workbench(self):
        clerk = self.make_user("clerk", "base.group_user")
        bench = self.env["crm.workbench"].with_user(clerk)
        for call in (bench.counts, bench.settings, bench.reminders):
            with self.assertRaises(AccessError):
                call()


class TestWorkbenchSettings(WorkbenchCase):
    """Which buckets, in which order, first channel, quiet hours, start page (X25)."""

    def names(self):
        return [bucket["name"] for bucket in self.bench.counts()["buckets"]]

    def test_buckets_and_order(self):
        self.bench.save_settings(
            {"order": ["silent", "today"], "hidden": ["planned", "occasions"]}
        )
        names = self.names()
        self.assertEqual(names[:2], ["silent", "today"])
        self.assertNotIn("planned", names)
        dialog = self.bench.settings()["buckets"]
        self.assertEqual([b["name"] for b in dialog][:2], ["silent", "today"])
        self.assertIn(("planned", False), [(b["name"], b["shown"]) for b in dialog])
        self.assertIn(
            "planned",
            [b["name"] for b in self.bench.with_user(self.mate).counts()["buckets"]],
            "settings are personal",
        )

    def test_channel_of_the_quick_log(self):
        self.bench.save_settings({"channel": "visit"})
        self.assertEqual(self.bench.counts()["config"]["default_channel"], "visit")

    def test_start_page(self):
        action = self.env.ref("crm_extension.crm_workbench_action")
        self.bench.save_settings({"start_page": True})
        self.assertEqual(self.seller.action_id.id, action.id)
        self.assertTrue(self.bench.settings()["start_page"])
        self.bench.save_settings({"start_page": False})
        self.assertFalse(self.seller.action_id)

    def test_quiet_hours(self):
        self.bench.save_settings({"quiet_from": 20, "quiet_to": 8})
        found = self.bench.reminders()
        self.assertEqual((found["quiet_from"], found["quiet_to"]), (20, 8))


class TestWorkbenchLive(WorkbenchCase):
    """Open workbenches follow what happens (X04)."""

    def told(self, work):
        self.env.cr.precommit.run()
        last = self.env["bus.bus"].sudo().search([], order="id desc", limit=1).id
        self.env.cr.precommit.data.clear()
        work()
        self.env.flush_all()
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].sudo().search([("id", ">", last or 0)])
        return [row.channel for row in rows if "crm_workbench_changed" in row.message]

    def channel(self, user):
        return f'"res.partner",{user.partner_id.id}'

    def test_todo_is_planned_moved_and_done(self):
        todo = self.todo(user=self.mate, date_deadline=TODAY + 9 * DAY)
        for work in (
            lambda: self.todo(user=self.seller, date_deadline=TODAY + 9 * DAY),
            lambda: todo.write({"user_id": self.seller.id}),
            lambda: todo.write({"date_deadline": TODAY}),
            lambda: todo.action_feedback(),
        ):
            channels = self.told(work)
            self.assertEqual(sum(self.channel(self.seller) in c for c in channels), 1)

    def test_colleague_logs_on_my_customer(self):
        channels = self.told(lambda: self.log(self.contact, user=self.boss))
        self.assertTrue(any(self.channel(self.seller) in c for c in channels))

    def test_lead_is_given_to_me(self):
        lead = self.make_lead(user_id=self.colleague.id)
        channels = self.told(lambda: lead.write({"user_id": self.seller.id}))
        self.assertTrue(any(self.channel(self.seller) in c for c in channels))
