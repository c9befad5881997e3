from datetime import datetime, timedelta

from freezegun import freeze_time

from .workbench_common import DAY, NOW, TODAY, WorkbenchCase


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
