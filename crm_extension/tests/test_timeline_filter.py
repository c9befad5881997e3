from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Datetime
from odoo.tests import tagged

from ..models import crm_interaction_timeline
from .common import CrmExtensionCommon


class TimelineCase(CrmExtensionCommon):
    """Reads the timeline as the customer's own salesperson, who has the least rights."""

    def fetch(self, document=None, user=None, **options):
        """A page of the timeline of the customer, or of another document."""
        document = document or self.customer
        rows = self.env["crm.interaction"].with_user(user or self.seller)
        return rows.timeline_fetch(document._name, document.id, **options)

    def subjects(self, *args, **kwargs):
        """Subjects of the rows of a page, newest first."""
        return [row["subject"] for row in self.fetch(*args, **kwargs)["rows"]]

    def find(self, **filters):
        """Subjects of the rows that pass some filters."""
        return self.subjects(filters=filters)


@tagged("post_install", "-at_install")
class TestTimelineFilter(TimelineCase):
    """X01: one timeline, narrowed by person, document and words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.make_contact(cls.customer, "Anna Huber")
        cls.log(user=cls.seller, subject="Samples of tea", body="<p>R&amp;D asks</p>")
        cls.log(
            cls.anna,
            user=cls.colleague,
            subject="Late delivery",
            channel="visit",
            participant_ids=[Command.link(cls.contact.id)],
        )
        cls.log(user=cls.mate, subject="Discount 50% off_season", channel="note")

    def test_x01_by_channel(self):
        self.assertEqual(self.find(channels=["visit", "meeting"]), ["Late delivery"])

    def test_x01_by_colleague(self):
        self.assertEqual(self.find(users=[self.colleague.id]), ["Late delivery"])

    def test_x01_by_contact_who_was_spoken_to_or_took_part(self):
        self.assertEqual(self.find(contacts=[self.anna.id]), ["Late delivery"])
        self.assertEqual(len(self.find(contacts=[self.contact.id])), 3)

    def test_x01_by_kind_of_document(self):
        order = self.make_order(user=self.seller)
        order.action_confirm()
        self.assertEqual(len(self.find(models=["sale.order"])), 1)
        self.assertEqual(self.find(models=["crm.lead"]), [])

    def test_x01_facts_of_stock_and_workshop_can_be_hidden(self):
        self.env["crm.interaction"]._project(
            [
                {
                    "source_key": "fact,1:done:1",
                    "partner_id": self.contact.id,
                    "channel": "service",
                    "subject": "Delivered",
                }
            ]
        )
        self.assertIn("Delivered", self.find(facts=True))
        self.assertNotIn("Delivered", self.find(facts=False))

    def test_x01_words_in_subject_and_body_in_any_order(self):
        self.assertEqual(self.find(search="TEA samples"), ["Samples of tea"])
        self.assertEqual(self.find(search="R&D"), ["Samples of tea"])
        self.assertEqual(self.find(search="tea delivery"), [])

    def test_wildcards_are_letters(self):
        self.assertEqual(self.find(search="50%"), ["Discount 50% off_season"])
        self.assertEqual(self.find(search="f_s"), ["Discount 50% off_season"])
        self.assertEqual(self.find(search="t_a"), [])

    def test_chinese_words_of_two_characters(self):
        self.log(user=self.seller, subject="客户询价,要四十箱")
        self.assertEqual(self.find(search="询价"), ["客户询价,要四十箱"])

    def test_filters_hold_under_the_rules(self):
        """A search finds nothing that the reader may not see."""
        stranger = self.make_user("stranger", "sales_team.group_sale_salesman")
        page = self.fetch(user=stranger, filters={"search": "tea"})
        self.assertFalse(page["rows"])

    def test_contact_and_participant_each_row_once(self):
        rows = self.subjects(self.contact, scope="document")
        self.assertEqual(len(rows), 3)
        self.assertEqual(len(set(rows)), 3)

    def test_pages_of_a_lead_show_its_rows_and_the_customers_once(self):
        lead = self.make_lead(self.contact, user_id=self.seller.id)
        self.log(user=self.seller, subject="About the lead", lead_id=lead.id)
        other = self.log(self.other_customer, user=self.seller, subject="Elsewhere")
        other.sudo().lead_id = lead
        seen, cursor = [], None
        while cursor is not False:
            page = self.fetch(lead, cursor=cursor, limit=1)
            seen += [row["subject"] for row in page["rows"]]
            cursor = page["cursor"]
        self.assertEqual(len(seen), 5)
        self.assertEqual(len(set(seen)), 5)
        self.assertIn("Elsewhere", seen)

    def test_choices_come_from_the_history(self):
        self.make_order(user=self.seller).action_confirm()
        rows = self.env["crm.interaction"].with_user(self.seller)
        choices = rows.timeline_choices("res.partner", self.customer.id)
        names = [user["name"] for user in choices["users"]]
        self.assertIn(self.colleague.name, names)
        self.assertNotIn(self.boss.name, names)
        self.assertEqual(
            [who["name"] for who in choices["contacts"]],
            ["Anna Huber", "Roland Mendel"],
        )
        self.assertIn(
            {"id": "sale.order", "name": "Quotations and orders"}, choices["kinds"]
        )
        self.assertIn("Reached", [item["name"] for item in choices["outcomes"]])


@tagged("post_install", "-at_install")
class TestTimelineScan(TimelineCase):
    """X01: a filter looks at a bounded number of rows and says how far it came."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = Datetime.now()
        cls.env["crm.interaction"]._project(
            [
                {
                    "source_key": f"scan,{number}:done:1",
                    "partner_id": cls.contact.id,
                    "user_id": cls.seller.id,
                    "channel": "call",
                    "subject": "Needle" if number in (3, 18) else "Hay",
                    "date": now - timedelta(days=number),
                }
                for number in range(20)
            ]
        )

    def _walk(self, **filters):
        """Pages until the end: numbers of rows and whether each was partial."""
        pages, cursor = [], None
        while cursor is not False:
            page = self.fetch(filters=filters, cursor=cursor)
            pages.append((len(page["rows"]), page["partial"]))
            cursor = page["cursor"]
        return pages

    def test_x01_the_search_goes_on_where_it_stopped(self):
        with patch.object(crm_interaction_timeline, "SCAN_LIMIT", 8):
            self.assertEqual(
                self._walk(search="needle"), [(1, True), (0, True), (1, False)]
            )

    def test_every_row_is_looked_at_once(self):
        with patch.object(crm_interaction_timeline, "SCAN_LIMIT", 6):
            pages = self._walk(search="hay")
        self.assertEqual(sum(number for number, _partial in pages), 18)

    def test_a_page_without_filter_is_never_partial(self):
        with patch.object(crm_interaction_timeline, "SCAN_LIMIT", 3):
            page = self.fetch(limit=10)
        self.assertFalse(page["partial"])
        self.assertEqual(len(page["rows"]), 10)

    def test_x01_a_filter_costs_one_query_more(self):
        self.fetch(filters={"search": "needle"})
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(10):
            self.fetch(filters={"search": "needle"})


@tagged("post_install", "-at_install")
class TestTimelineHostile(TimelineCase):
    """X26: whatever a client sends gets a sentence, never a traceback."""

    def test_wrong_documents(self):
        for model, record_id in [
            ("res.users", 2),
            ("no.such.model", 1),
            (None, 1),
            (["res.partner"], 1),
            ("res.partner", "1"),
            ("res.partner", True),
            ("res.partner", None),
            ("res.partner", 0),
            ("res.partner", -5),
            ("res.partner", 2**31 - 1),
        ]:
            with (
                self.subTest(model=model, record_id=record_id),
                self.assertRaises(UserError),
            ):
                self.env["crm.interaction"].with_user(self.seller).timeline_fetch(
                    model, record_id
                )

    def test_wrong_filters(self):
        for filters in [
            "x",
            {"channels": "call"},
            {"channels": [1]},
            {"users": ["1"]},
            {"users": [True]},
            {"contacts": [{}]},
            {"models": [None]},
            {"search": ["a"]},
        ]:
            with self.subTest(filters=filters), self.assertRaises(UserError):
                self.fetch(filters=filters)

    def test_unknown_values_find_nothing(self):
        self.log(user=self.seller)
        for filters in [
            {"channels": ["pigeon"]},
            {"users": [2**31 - 1]},
            {"models": ["no.such.model"]},
        ]:
            with self.subTest(filters=filters):
                self.assertFalse(self.fetch(filters=filters)["rows"])

    def test_strange_texts_are_only_texts(self):
        self.log(user=self.seller)
        for text in ["'; DROP TABLE crm_interaction; --", "\\", "\0", "%" * 500, "("]:
            with self.subTest(text=text):
                self.fetch(filters={"search": text})

    def test_wrong_cursors(self):
        for cursor in ["x", [1], ["not a date", 1], ["2026-01-01", "x"], {}]:
            if not cursor:
                continue
            with self.subTest(cursor=cursor), self.assertRaises(UserError):
                self.fetch(cursor=cursor)

    def test_limit_has_a_limit(self):
        self.log(user=self.seller)
        for limit in (0, -1, 10**9, "x", None, True):
            with self.subTest(limit=limit):
                self.assertEqual(len(self.fetch(limit=limit)["rows"]), 1)

    def test_choices_need_the_document(self):
        lead = self.make_lead(user_id=self.seller.id)
        rows = self.env["crm.interaction"].with_user(self.colleague)
        with self.assertRaises(AccessError):
            rows.timeline_choices("crm.lead", lead.id)


@tagged("post_install", "-at_install")
class TestTimelineMeetings(TimelineCase):
    """X01: planned meetings stand with the to-dos."""

    def _plan_meeting(self, **vals):
        start = Datetime.now().replace(microsecond=0) + timedelta(days=2)
        return self.env["calendar.event"].create(
            {
                "name": "Tasting",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.mate.id,
                "partner_ids": [
                    Command.link(self.mate.partner_id.id),
                    Command.link(self.contact.id),
                ],
                **vals,
            }
        )

    def _upcoming(self, **options):
        return [
            (item["kind"], item["summary"])
            for item in self.fetch(**options)["upcoming"]
        ]

    def test_x01_meetings_and_todos_by_time(self):
        self._plan_meeting()
        tomorrow = fields.Date.today() + timedelta(days=1)
        self.plan(self.contact, self.seller, date_deadline=tomorrow)
        self.assertEqual(
            self._upcoming(), [("todo", "Call back"), ("meeting", "Tasting")]
        )

    def test_meetings_that_are_over_or_of_others_are_left_out(self):
        past = Datetime.now() - timedelta(days=2)
        self._plan_meeting(start=past, stop=past + timedelta(hours=1))
        self._plan_meeting(partner_ids=[Command.set(self.mate.partner_id.ids)])
        self.assertEqual(self._upcoming(), [])

    def test_private_meetings_of_others_are_not_shown(self):
        self._plan_meeting(privacy="private")
        self.assertEqual(self._upcoming(), [])
        self.assertEqual(self._upcoming(user=self.mate), [("meeting", "Tasting")])

    def test_meeting_of_a_lead_names_it(self):
        lead = self.make_lead(self.contact, user_id=self.seller.id)
        self._plan_meeting(opportunity_id=lead.id)
        (item,) = self.fetch(lead)["upcoming"]
        self.assertEqual(item["document"]["id"], lead.id)
