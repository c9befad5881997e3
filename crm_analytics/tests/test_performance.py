from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .common_facts import FactCommon

NOVEMBER = {"m11": 210}


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPerformance(FactCommon):
    """A04: what each person reached against target: pace, ranking, trend, documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team.member"].create(
            [
                {"crm_team_id": cls.team.id, "user_id": cls.nancy.id},
                {"crm_team_id": cls.other_team.id, "user_id": cls.robert.id},
            ]
        )
        south = {"team_id": cls.other_team.id, "user_id": cls.robert.id}
        cls.orders = [
            cls._order("2026-11-05 10:00:00", 100),
            cls._order("2026-11-06 10:00:00", 80),
            cls._order("2026-11-07 10:00:00", 400, partner=cls.vins, **south),
            cls._order("2025-11-10 10:00:00", 50),
            cls._order("2025-11-28 10:00:00", 999),
        ]
        cls.env["crm.target"].create(
            [
                {"year": 2026, "measure": "booked", "user_id": user.id, "m11": target}
                for user, target in ((cls.nancy, 210), (cls.robert, 800))
            ]
        )
        cls.Performance = cls.env["crm.performance"]

    def _fetch(self, user=None, **options):
        Performance = self.Performance.with_user(user or self.env.user)
        page = Performance.performance_fetch({"measure": "booked", **options})
        return page, {row["id"]: row for row in page["rows"]}

    def test_a04_attainment_and_pace(self):
        """A04: 180 of 210 with 15 of 21 working days gone is 120 % of what the target
        expects by today."""
        page, rows = self._fetch()
        nancy = rows[self.nancy.id]
        self.assertEqual((nancy["actual"], nancy["target"]), (180, 210))
        self.assertAlmostEqual(nancy["attainment"], 85.714, 2)
        self.assertAlmostEqual(nancy["expected"], 150)
        self.assertAlmostEqual(nancy["pace"], 120)
        self.assertAlmostEqual(page["elapsed"], 100 * 15 / 21)
        self.assertTrue(page["is_running"])

    def test_a04_last_year_to_the_same_day(self):
        """A04: what came on 28 November last year does not count on the 22nd."""
        _page, rows = self._fetch()
        nancy = rows[self.nancy.id]
        self.assertEqual(nancy["last_year"], 50)
        self.assertAlmostEqual(nancy["growth"], 260)
        self.company.analytics_comparison = "whole_period"
        _page, rows = self._fetch()
        self.assertEqual(rows[self.nancy.id]["last_year"], 1049)

    def test_a04_ranking_total_and_trend(self):
        """A04: best first; the total is that of the company; twelve months."""
        page, rows = self._fetch()
        self.assertEqual([row["place"] for row in page["rows"]], [1, 2])
        self.assertEqual(page["rows"][0]["name"], self.robert.name)
        self.assertEqual(
            (page["total"]["actual"], page["total"]["target"]), (580, 1010)
        )
        trend = rows[self.nancy.id]["trend"]
        self.assertEqual((len(trend), trend[-1], sum(trend)), (12, 180, 180))
        self.assertEqual(rows[self.nancy.id]["plan"][-1], 210)
        self.assertEqual(page["months"][0], "2025-12-01")

    def test_a04_month_quarter_and_year(self):
        """A04: periods are those of the fiscal year; the last one is over."""
        spans = {
            "month": ("2026-11-01", "2026-11-30"),
            "quarter": ("2026-10-01", "2026-12-31"),
            "year": ("2026-01-01", "2026-12-31"),
        }
        for period, span in spans.items():
            page, rows = self._fetch(period=period)
            self.assertEqual((page["first"], page["last"]), span)
            self.assertEqual(rows[self.nancy.id]["actual"], 180)
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        page, _rows = self._fetch(period="year")
        self.assertEqual((page["first"], page["last"]), ("2026-04-01", "2027-03-31"))
        page, rows = self._fetch(period="month", date="2025-11-10")
        self.assertEqual(rows[self.nancy.id]["actual"], 1049)
        self.assertFalse(page["is_running"])

    def test_a04_teams_and_company(self):
        """A04: a team has its own target, else the sum of its people's."""
        self.env["crm.target"].create(
            {"year": 2026, "measure": "booked", "team_id": self.team.id, "m11": 300}
        )
        page, rows = self._fetch(level="team")
        self.assertEqual(rows[self.team.id]["target"], 300)
        self.assertEqual(rows[self.other_team.id]["target"], 800)
        self.assertEqual(page["total"]["target"], 1100)
        self.env["crm.target"].create({"year": 2026, "measure": "booked", "m11": 2000})
        page, rows = self._fetch(level="company")
        self.assertEqual(rows[self.company.id]["target"], 2000)
        self.assertEqual(rows[self.company.id]["actual"], 580)

    def test_a04_every_measure_of_money(self):
        """A04: invoiced net of credit notes, delivered net of returns, margin."""
        invoice = self._invoice_order(self.orders[0], "2026-11-06")
        self._make_invoice(self.ernst, "2026-11-08", 30, refund=True)
        picking = self._deliver(self.orders[1])
        self.assertEqual(invoice.state, "posted")
        for measure, value in (("invoiced", 70), ("delivered", 80), ("margin", 70)):
            _page, rows = self._fetch(measure=measure)
            found = rows[self.nancy.id]["actual"]
            if measure == "margin":
                self.assertLess(found, value)
                self.assertGreater(found, 0)
            else:
                self.assertEqual(found, value, measure)
        self._return(picking, 1)
        _page, rows = self._fetch(measure="delivered")
        self.assertNotIn(self.nancy.id, rows)

    def test_a04_new_customers(self):
        """A04: the first order ever, of the company of the contact, counts once for
        whoever confirmed it; settled or not."""
        for _moment in ("waiting", "settled"):
            _page, rows = self._fetch(measure="customers")
            self.assertEqual(rows[self.robert.id]["actual"], 1)
            nancy = rows[self.nancy.id]
            self.assertEqual((nancy["actual"], nancy["last_year"]), (0, 1))
            _page, rows = self._fetch(measure="customers", date="2025-11-01")
            self.assertEqual(rows[self.nancy.id]["actual"], 1)
            self._work_off()

    def test_a04_visits_and_calls(self):
        """A04: real contacts count by who had them, on the company's day."""
        self.env["crm.interaction"].create(
            [
                {
                    "partner_id": self.ernst.id,
                    "user_id": self.nancy.id,
                    "team_id": self.team.id,
                    "channel": channel,
                    "date": moment,
                    "subject": "x",
                }
                for channel, moment in (
                    ("visit", "2026-11-03 10:00:00"),
                    ("meeting", "2026-11-04 10:00:00"),
                    ("call", "2026-11-04 11:00:00"),
                    ("email", "2026-11-04 12:00:00"),
                    ("visit", "2025-11-04 12:00:00"),
                    ("visit", "2026-10-31 20:00:00"),
                )
            ]
        )
        self.company.partner_id.tz = "Asia/Shanghai"
        for measure, number in (("visits", 3), ("calls", 1)):
            _page, rows = self._fetch(measure=measure)
            self.assertEqual(rows[self.nancy.id]["actual"], number, measure)
        _page, rows = self._fetch(measure="visits")
        self.assertEqual(rows[self.nancy.id]["last_year"], 1)
        action = self.Performance.action_open_figures(
            {"measure": "visits"}, self.nancy.id
        )
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), 3
        )

    def test_a04_documents_behind_a_number(self):
        """A04: the documents of a number sum up to it."""
        action = self.Performance.action_open_figures(
            {"measure": "booked"}, self.nancy.id
        )
        orders = self.env["sale.order"].search(action["domain"])
        self.assertEqual(sum(orders.mapped("amount_untaxed")), 180)
        action = self.Performance.action_open_figures(
            {"measure": "customers"}, self.robert.id
        )
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.vins)

    def test_a04_own_team_and_all(self):
        """A04: a salesperson ranks nobody, a member of the team the team."""
        self.team.member_ids = [Command.link(self.robert.id)]
        page, rows = self._fetch(self.nancy)
        self.assertEqual((list(rows), page["levels"]), ([self.nancy.id], ["user"]))
        for level in ("team", "company"):
            with self.assertRaises(AccessError):
                self._fetch(self.nancy, level=level)
        with self.assertRaises(AccessError):
            self.Performance.with_user(self.nancy).performance_person(self.robert.id)
        with self.assertRaises(UserError):
            self._fetch(self.nancy, measure="margin")
        names = {m["id"] for m in page["measures"]}
        self.assertNotIn("margin", names)
        leader = self._new_user(
            "leader",
            "sales_team.group_sale_salesman,crm_extension.crm_extension_group_team",
        )
        self.other_team.user_id = leader
        page, rows = self._fetch(leader)
        self.assertEqual(
            (list(rows), page["levels"]), ([self.robert.id], ["user", "team"])
        )
        for other in ("clerk", "guest"):
            groups = "base.group_user" if other == "clerk" else "base.group_portal"
            with self.assertRaises(AccessError):
                self._fetch(self._new_user(other, groups))

    def test_a04_my_performance(self):
        """A04: each person sees their own cards, and their place without the others'
        figures."""
        page = self.Performance.with_user(self.nancy).performance_person()
        self.assertTrue(page["is_me"])
        cards = {card["measure"]: card for card in page["cards"]}
        booked = cards["booked"]
        self.assertEqual((booked["actual"], booked["target"]), (180, 210))
        self.assertEqual((booked["place"], booked["of"]), (2, 2))
        self.assertNotIn(400, [card["actual"] for card in page["cards"]])
        page = self.Performance.performance_person(self.robert.id)
        self.assertFalse(page["is_me"])
        self.assertEqual(page["person"]["name"], self.robert.name)

    def test_a04_choices_that_cannot_be_read(self):
        """A04: one sentence, whatever a client sends."""
        for options in (
            "x",
            {"measure": "x"},
            {"measure": ["booked"]},
            {"level": "x"},
            {"period": {"x": 1}},
            {"date": "2026-02-30"},
            {"date": 5},
            {"date": "0001-01-01"},
        ):
            with self.assertRaises(UserError):
                self.Performance.performance_fetch(options)
        for user in ("x", -1, [1], 10**12, True):
            with self.assertRaises(AccessError):
                self.Performance.performance_person(user)

    def test_a04_headline_of_the_workbench(self):
        """A04: the month against the target, for all people in the same queries."""
        Bench = self.env["crm.workbench"].with_user(self.nancy)
        target = Bench._workbench_targets(self.nancy)[self.nancy.id]
        self.assertAlmostEqual(target["percent"], 85.714, 2)
        self.assertEqual(target["action"]["params"], {"user_id": self.nancy.id})
        self.assertEqual(Bench.target(), target)
        with self.assertRaises(AccessError):
            Bench.target(self.robert.id)
        people = self.nancy + self.robert + self.env.user
        found = self.env["crm.workbench"]._workbench_targets(people)
        self.assertEqual(set(found), {self.nancy.id, self.robert.id})
        self.assertAlmostEqual(found[self.robert.id]["percent"], 50)
        self.company.target_measure = "margin"
        self.assertFalse(Bench._workbench_targets(self.nancy))

    def test_a04_digest(self):
        """A04: the digest tells a salesperson their own month, a manager the company's."""
        digest = self.env["digest.digest"].create({"name": "x", "kpi_crm_target": True})
        for user, percent in ((self.nancy, 86), (self.env.user, 57)):
            context = {"start_datetime": "2026-11-15", "end_datetime": "2026-11-22"}
            told = digest.with_user(user).with_context(**context).sudo(False)
            told.invalidate_recordset()
            self.assertEqual(
                told._get_target_percent(self.company, "2026-11-22"), percent
            )
        clerk = self._new_user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            digest.with_user(clerk)._compute_kpi_crm_target_value()

    def test_a04_number_of_queries_does_not_grow(self):
        """A04: the page of all people is the same few queries at any size."""
        self._work_off()
        self._fetch()
        with self.assertQueryCount(12):
            self._fetch()
