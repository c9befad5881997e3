from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestTimeline(CrmExtensionCommon):
    """X01, X03: one timeline per customer and per contact."""

    def _fetch(self, document=None, user=None, **options):
        document = document or self.customer
        rows = self.env["crm.interaction"].with_user(user or self.seller)
        return rows.timeline_fetch(document._name, document.id, **options)

    def _fill(self, number):
        start = Datetime.now() - timedelta(days=number)
        return self.env["crm.interaction"]._project(
            [
                {
                    "source_key": f"fill,{index}:done:1",
                    "partner_id": self.contact.id,
                    "channel": "email" if index % 2 else "call",
                    # pairs share their second: the id decides
                    "date": start + timedelta(days=index // 2),
                }
                for index in range(number)
            ]
        )

    def test_x01_row_tells_everything_the_screen_shows(self):
        outcome = self.env.ref("crm_extension.crm_interaction_outcome_reached")
        row = self.log(user=self.seller, outcome_id=outcome.id, duration=6)
        data = self._fetch()["rows"][0]
        self.assertEqual(data["id"], row.id)
        self.assertEqual(data["outcome"], {"name": "Reached", "tone": "good"})
        self.assertEqual(data["partner"]["name"], "Roland Mendel")
        self.assertEqual(data["user"]["id"], self.seller.id)
        self.assertEqual((data["channel"], data["direction"]), ("call", "out"))
        self.assertTrue(data["editable"])
        self.assertFalse(data["document"])

    def test_pages_by_key_show_every_row_once(self):
        rows = self._fill(75)
        seen, cursor = [], None
        while cursor is not False:
            page = self._fetch(cursor=cursor)
            seen += [row["id"] for row in page["rows"]]
            cursor = page["cursor"]
        expected = rows.sorted(lambda row: (row.date, row.id), reverse=True)
        self.assertEqual(seen, expected.ids)

    def test_later_pages_bring_rows_only(self):
        self._fill(40)
        first = self._fetch()
        self.assertEqual(
            set(first), {"rows", "cursor", "partial", "upcoming", "config"}
        )
        second = self._fetch(cursor=first["cursor"])
        self.assertEqual(set(second), {"rows", "cursor", "partial"})

    def test_channels_filter(self):
        self._fill(10)
        page = self._fetch(filters={"channels": ["email"]})
        self.assertEqual({row["channel"] for row in page["rows"]}, {"email"})
        self.assertEqual(len(page["rows"]), 5)

    def test_contact_and_company_view(self):
        colleague = self.make_contact(self.customer, "Anna Huber")
        self.log()
        self.log(colleague)
        self.assertEqual(len(self._fetch(self.contact)["rows"]), 2)
        own = self._fetch(self.contact, scope="document")["rows"]
        self.assertEqual([row["partner"]["name"] for row in own], ["Roland Mendel"])

    def test_lead_without_customer_shows_its_own_rows(self):
        lead = self.make_lead(user_id=self.seller.id)
        self.log(self.env["res.partner"], lead_id=lead.id)
        self.log()
        self.assertEqual(len(self._fetch(lead)["rows"]), 1)

    def test_order_shows_its_chip(self):
        order = self.make_order(user=self.seller)
        order.action_confirm()
        row = self._fetch(order, scope="document")["rows"][0]
        self.assertEqual(row["document"]["name"], order.name)

    def test_deleted_document_leaves_its_row_without_chip(self):
        order = self.make_order(user=self.seller)
        order.action_quotation_sent()
        order._action_cancel()
        order.with_user(self.env.ref("base.user_admin")).unlink()
        rows = self._fetch()["rows"]
        self.assertTrue(rows)
        self.assertFalse(any(row["document"] for row in rows))

    def test_x04_upcoming_by_time(self):
        lead = self.make_lead(self.contact, user_id=self.seller.id)
        late = self.plan(lead, self.seller, date_deadline="2030-01-02")
        timed = self.plan(self.contact, self.seller, deadline_at="2030-01-01 14:30:00")
        early = self.plan(self.customer, self.seller, deadline_at="2030-01-01 09:00:00")
        self.plan(self.other_customer, self.seller)
        upcoming = self._fetch()["upcoming"]
        self.assertEqual(
            [todo["id"] for todo in upcoming], [early.id, timed.id, late.id]
        )
        self.assertEqual(upcoming[1]["deadline_at"], "2030-01-01 14:30:00")
        self.assertEqual(upcoming[2]["document"]["model"], "crm.lead")

    def test_rules_hold_in_the_timeline(self):
        self.log(user=self.seller)
        self.assertFalse(self._fetch(user=self.colleague)["rows"])

    def test_document_must_be_readable(self):
        lead = self.make_lead(user_id=self.seller.id)
        with self.assertRaises(AccessError):
            self._fetch(lead, user=self.colleague)

    def test_models_without_timeline_are_refused(self):
        with self.assertRaisesRegex(UserError, "no timeline"):
            self._fetch(self.products[0])

    def test_x03_first_page_costs_the_page(self):
        """The same queries for thirty rows of any history."""
        self._fill(100)
        self.plan(self.contact, self.seller)
        self._fetch()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            self._fetch()

    def test_counter_stops_at_a_hundred(self):
        self._fill(130)
        self.assertEqual(self.customer.with_user(self.seller).interaction_count, 100)


@tagged("post_install", "-at_install")
class TestQuickLog(CrmExtensionCommon):
    """X01, X04: log and plan in one line."""

    def _quick_log(self, document, values, next_step=None, user=None):
        rows = self.env["crm.interaction"].with_user(user or self.seller)
        return rows.quick_log(document._name, document.id, values, next_step)

    def test_x01_log_returns_the_new_first_page(self):
        page = self._quick_log(
            self.contact, {"channel": "call", "text": "Wants samples\nForty boxes"}
        )
        row = self.history()
        self.assertEqual(page["rows"][0]["id"], row.id)
        self.assertRecordValues(
            row,
            [
                {
                    "subject": "Wants samples",
                    "preview": "Forty boxes",
                    "user_id": self.seller.id,
                }
            ],
        )

    def test_x04_next_step_with_time(self):
        call = self.env.ref("mail.mail_activity_data_call")
        page = self._quick_log(
            self.contact,
            {"channel": "call", "text": "Not there"},
            {"activity_type_id": call.id, "deadline_at": "2030-01-01 14:30:00"},
        )
        todo = self.contact.activity_ids
        self.assertRecordValues(
            todo,
            [{"user_id": self.seller.id, "deadline_at": datetime(2030, 1, 1, 14, 30)}],
        )
        self.assertEqual(page["upcoming"][0]["id"], todo.id)

    def test_next_step_alone(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._quick_log(
            self.contact,
            None,
            {"activity_type_id": todo.id, "date_deadline": "2030-01-01"},
        )
        self.assertFalse(self.history())
        self.assertEqual(len(self.contact.activity_ids), 1)

    def test_x04_finish_a_todo_is_told_once(self):
        todo = self.plan(self.contact, self.seller)
        self._quick_log(
            self.contact,
            {"channel": "call", "text": "Ordered", "activity_id": todo.id},
        )
        self.flush_history()
        self.assertFalse(todo.active)
        self.assertEqual(todo.feedback, "Ordered")
        self.assertRecordValues(
            self.history(), [{"origin": "authored", "activity_id": todo.id}]
        )

    def test_log_on_lead_and_order_keeps_the_context(self):
        lead = self.make_lead(self.contact, user_id=self.seller.id)
        self._quick_log(lead, {"channel": "visit", "text": "Saw the shop"})
        order = self.make_order(user=self.seller, opportunity_id=lead.id)
        self._quick_log(order, {"channel": "call", "text": "About the offer"})
        rows = self.history()
        self.assertEqual(rows.lead_id, lead)
        self.assertEqual(set(rows.mapped("res_model")), {"crm.lead", "sale.order"})

    def test_foreign_values_are_not_written(self):
        self._quick_log(
            self.contact,
            {"channel": "call", "text": "x", "origin": "projected", "user_id": 1},
        )
        self.assertRecordValues(
            self.history(), [{"origin": "authored", "user_id": self.seller.id}]
        )

    def test_finished_todo_of_another_document_needs_access(self):
        lead = self.make_lead(user_id=self.colleague.id)
        todo = self.plan(lead, self.colleague)
        with self.assertRaises(AccessError):
            self._quick_log(
                self.contact, {"channel": "call", "text": "x", "activity_id": todo.id}
            )


@tagged("post_install", "-at_install")
class TestTimelineTour(HttpCase):
    def test_x01_tour_log_a_call_with_a_next_step(self):
        """X01, X04: a salesperson does it in the browser."""
        partner = self.env["res.partner"].create(
            {"name": "Tour Customer", "is_company": True}
        )
        self.start_tour(
            f"/odoo/crm-customers/{partner.id}",
            "crm_extension_log_call",
            login="admin",
            timeout=300,
        )
        row = self.env["crm.interaction"].search([("partner_id", "=", partner.id)])
        self.assertRecordValues(
            row, [{"channel": "call", "subject": "Wants forty boxes"}]
        )
        self.assertTrue(row.outcome_id)
        self.assertTrue(partner.activity_ids.deadline_at)
