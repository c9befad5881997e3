from datetime import date

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..report.crm_analytics_compare_grain import LATER
from .common import TODAY
from .common_facts import FactCommon

BOTH = ("booked", "booked_ly")


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCompare(FactCommon):
    """A02: this period beside last year and the month before, fairly."""

    def _aligned(self, alignment, domain, measures=BOTH):
        self.company.analytics_alignment = alignment
        return self._read_report(domain, measures)

    def _on(self, day):
        return [("date", "=", day)]

    def test_a02_last_year_and_month_before_stand_beside(self):
        """A02: each in its own column, with growth and change, by one query."""
        self._order("2025-03-31 10:00:00", 80)
        self._order("2026-02-10 10:00:00", 50)
        self._order("2026-03-04 10:00:00", 100)
        names = (
            "booked",
            "booked_ly",
            "booked_diff",
            "booked_growth",
            "booked_lm",
            "booked_lm_diff",
            "booked_lm_growth",
        )
        self.assertEqual(
            self._read_report(self._get_month(2026, 3), names),
            (100, 80, 20, 0.25, 50, 50, 1.0),
        )

    def test_a02_month_before_at_the_end_of_a_month(self):
        """A02: 31 January stands beside February's last day, and is not lost."""
        self._order("2026-01-31 10:00:00", 50)
        self.assertEqual(
            self._read_report(self._get_month(2026, 2), ["booked_lm"]), (50,)
        )

    def test_a02_days_that_are_read_hold_every_copy(self):
        """A02: a query reads few days, and all whose copies may stand in its period."""
        self.env.cr.execute(
            """
            SELECT min(d), max(d), min(m), max(m)
              FROM (SELECT unnest(ARRAY[next_year - date, next_year_weekday - date,
                                        next_year_workday - date,
                                        next_year_festival - date]) AS d,
                           next_month - date AS m
                      FROM crm_analytics_calendar) days"""
        )
        least, most, least_month, most_month = self.env.cr.fetchone()
        for series, found in (
            ("last_year", (least, most)),
            ("last_month", (least_month, most_month)),
        ):
            first, last = LATER[series]
            self.assertLessEqual(first, found[0], series)
            self.assertGreaterEqual(last, found[1], series)

    def test_a02_period_of_a_query(self):
        """A02: which days a domain can let through; no more is believed of it."""
        for domain, first, last in (
            (self._get_month(2026, 3), date(2026, 3, 1), date(2026, 3, 31)),
            (self._on("2026-03-04"), date(2026, 3, 4), date(2026, 3, 4)),
            ([("date", ">=", "today =1d")], date(2026, 11, 1), date.max),
            (
                ["|", *self._on("2026-03-04"), *self._on("2026-05-06")],
                date(2026, 3, 4),
                date(2026, 5, 6),
            ),
            (["|", ("user_id", "=", 1), *self._on("2026-03-04")], date.min, date.max),
            (["!", ("date", ">=", "2026-03-04")], date.min, date(2026, 3, 4)),
            ([("document_date", ">", "2026-03-04")], date.min, date.max),
            ([], date.min, date.max),
        ):
            with self.subTest(domain=domain):
                report = self.Report._with_scope(domain, [], ["booked:sum"], None)
                scope = report._get_scope()
                self.assertLessEqual(scope.first, first)
                self.assertGreaterEqual(scope.last, last)
                if first > date.min:
                    self.assertEqual(scope.first, first)

    def test_a01_a_client_chooses_no_table(self):
        """A01: what a caller writes into the context is not believed."""
        for scope in ("day", ["day", "2026-01-01", "2026-01-02"], {"grain": "x"}):
            report = self.Report.with_context(analytics_scope=scope)
            self.assertEqual(report._get_grain(), "line")
            report.search_count([])

    def test_a02_leap_day(self):
        """A02: 29 February counts on the 28th."""
        self._order("2024-02-29 10:00:00", 50)
        self.assertEqual(self._read_report(self._on("2025-02-28"), BOTH), (0, 50))

    def test_a02_running_period_to_the_same_day(self):
        """A02: on 22 November last November and last month end on their 22nd."""
        for day, price in (
            ("2025-11-22", 10),
            ("2025-11-23", 1000),
            ("2026-10-22", 5),
            ("2026-10-23", 1000),
            ("2026-11-20", 11),
        ):
            self._order(f"{day} 10:00:00", price)
        names = (*BOTH, "booked_lm")
        november = self._get_month(2026, 11)
        self.assertEqual(self._read_report(november, names), (11, 10, 5))
        whole = self.Report.with_context(analytics_comparison="whole_period")
        [row] = whole._read_group(november, [], [f"{name}:sum" for name in names])
        self.assertEqual(row, (11, 1010, 1005))

    def test_a02_same_weekday(self):
        """A02: Sunday 22 March 2026 beside Sunday 23 March 2025."""
        self._order("2025-03-23 10:00:00", 10)
        self.assertEqual(self._aligned("weekday", self._on("2026-03-22")), (0, 10))
        self.assertEqual(self._aligned("date", self._on("2026-03-22")), (0, 0))

    def test_a02_same_working_day(self):
        """A02: the 3rd working day of March beside the 3rd, holidays left out."""
        self._order("2025-03-05 10:00:00", 10)
        self.env["crm.analytics.calendar"]._fill(self.company)
        self.assertEqual(self._aligned("workday", self._on("2026-03-04")), (0, 10))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": fields.Datetime.to_datetime("2026-03-03 00:00:00"),
                "date_to": fields.Datetime.to_datetime("2026-03-03 20:00:00"),
            }
        )
        self.env["crm.analytics.calendar"]._fill(self.company)
        self.assertEqual(self._aligned("workday", self._on("2026-03-05"))[1], 10)

    def test_a02_spring_festival(self):
        """A02: the festival of 2026 (17 February) beside that of 2025 (29 January)."""
        self._order("2025-01-29 10:00:00", 10)
        self._order("2025-01-24 10:00:00", 3)
        self.env["crm.analytics.calendar"]._fill(self.company)
        self.assertEqual(self._aligned("festival", self._on("2026-02-17")), (0, 10))
        self.assertEqual(self._aligned("festival", self._on("2026-02-12")), (0, 3))
        self.assertEqual(
            self._aligned("festival", self._get_year(2026)), (0, 13), "nothing is lost"
        )

    def test_a02_context_wins_over_the_company(self):
        """A02: the choice in the search bar holds; nonsense does not break it."""
        self._order("2025-03-23 10:00:00", 10)
        day = self._on("2026-03-22")
        for alignment, expected in (("weekday", 10), ("x'; DROP", 0), (["x"], 0)):
            Report = self.Report.with_context(analytics_alignment=alignment)
            [[amount]] = Report._read_group(day, [], ["booked_ly:sum"])
            self.assertEqual(amount or 0, expected)

    def test_a02_growth_is_right_at_every_level(self):
        """A02: the growth of a total is that of the totals, never a mean."""
        for year, ernst, vins in (("2025", 100, 10), ("2026", 110, 20)):
            self._order(f"{year}-03-04 10:00:00", ernst)
            self._order(f"{year}-03-04 10:00:00", vins, partner=self.vins)
        by_customer, total = self.Report._read_grouping_sets(
            self._get_year(2026), [["partner_id"], []], ["booked_growth:avg"]
        )
        growths = dict(by_customer)
        self.assertAlmostEqual(growths[self.ernst], 0.10)
        self.assertAlmostEqual(growths[self.vins], 1.00)
        self.assertAlmostEqual(total[0][0], 130 / 110 - 1)

    def test_a02_no_growth_without_a_positive_base(self):
        """A02: a new customer has no percentage; the change is shown."""
        self._order("2026-03-04 10:00:00", 100)
        [values] = self._read_report(
            self._get_year(2026), ["booked_growth", "booked_diff"], ["partner_id"]
        ).values()
        self.assertEqual(values, (False, 100))

    def test_a02_all_periods_in_one_chart(self):
        """A02: one measure split by the compared period draws the bars of a month."""
        self._order("2025-03-04 10:00:00", 80)
        self._order("2026-03-04 10:00:00", 100)
        rows = self._read_report(
            self._get_month(2026, 3), ["booked_series"], ["date:month", "series"]
        )
        march = date(2026, 3, 1)
        self.assertEqual(
            rows, {(march, "current"): (100,), (march, "last_year"): (80,)}
        )

    def test_a02_fiscal_years(self):
        """A02: a year that ends in March is named by both years."""
        self._order("2026-03-31 10:00:00", 1)
        self._order("2026-04-01 10:00:00", 20)
        self.assertEqual(
            self._read_report(self._get_year(2026), ["booked"], ["fiscal_year"]),
            {("2026",): (21,)},
        )
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        self.assertEqual(
            self._read_report(self._get_year(2026), ["booked"], ["fiscal_quarter"]),
            {("2025/26 Q4",): (1,), ("2026/27 Q1",): (20,)},
        )

    def test_a02_margin_percent_and_growth(self):
        """A02: margins have their year before and their share, too."""
        self._make_order(self.ernst, "2025-03-01", quantity=1, cost=8.0)
        self._make_order(self.ernst, "2026-03-01", quantity=2, cost=8.0)
        names = ["booked_margin", "booked_margin_ly", "booked_margin_growth"]
        self.assertEqual(
            self._read_report(self._get_month(2026, 3), names), (20, 10, 1.0)
        )
        [percent] = self._read_report(
            self._get_month(2026, 3), ["booked_margin_percent"]
        )
        self.assertAlmostEqual(percent, 20 / 36)

    def test_a02_export_carries_the_columns(self):
        """A02: what the list exports are the same figures."""
        self._order("2025-03-04 10:00:00", 80)
        self._work_off()
        rows = self.Report.search(self._get_month(2026, 3))
        [data] = rows.export_data(["partner_id/name", "booked", "booked_ly"])["datas"]
        self.assertEqual(data, ["Ernst Handel", 0.0, 80.0])
