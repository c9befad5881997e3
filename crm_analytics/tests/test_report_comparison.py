from datetime import date

from odoo.tests import freeze_time, tagged

from .common import TODAY, CustomerReportCommon

BOTH = ["revenue", "revenue_ly"]


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestReportComparison(CustomerReportCommon):
    """A02: this year against last, fairly, at every level."""

    def test_a02_last_year_stands_beside_this_year(self):
        """A02: last year's invoice is in last year's column of the same month."""
        self._make_invoice(self.ernst, "2025-03-31", 80)
        self._make_invoice(self.ernst, "2025-04-01", 5)
        self._make_invoice(self.ernst, "2026-03-04", 100)
        self.assertEqual(
            self._read_report(self._get_month(2026, 3), [*BOTH, "revenue_growth"]),
            (100, 80, 0.25),
        )

    def test_a02_credit_note_of_last_year_subtracts(self):
        """A02: last year is net of its credit notes."""
        self._make_invoice(self.ernst, "2025-03-04", 80)
        self._make_invoice(self.ernst, "2025-03-05", 30, refund=True)
        self.assertEqual(self._read_report(self._get_month(2026, 3), BOTH), (0, 50))

    def test_a02_running_month_is_compared_to_the_same_day(self):
        """A02: on 22 November last November ends on its 22nd."""
        self._make_invoice(self.ernst, "2025-11-22", 10)
        self._make_invoice(self.ernst, "2025-11-23", 1000)
        self._make_invoice(self.ernst, "2025-12-01", 1000)
        self._make_invoice(self.ernst, "2026-11-20", 11)
        self.assertEqual(self._read_report(self._get_month(2026, 11), BOTH), (11, 10))
        self.assertEqual(self._read_report(self._get_year(2026), BOTH), (11, 10))
        self.assertEqual(self._read_report(self._get_year(2025), BOTH), (2010, 0))

    def test_a02_the_day_is_that_of_the_user(self):
        """A02: at 10 p.m. in London it is already tomorrow in Shanghai."""
        self._make_invoice(self.ernst, "2025-11-23", 10)
        domain = self._get_month(2026, 11)
        with freeze_time("2026-11-22 22:00:00"):
            for tz, expected in (("Asia/Shanghai", 10), ("Europe/London", 0)):
                [[value]] = self.Report.with_context(tz=tz)._read_group(
                    domain, [], ["revenue_ly:sum"]
                )
                self.assertEqual(value, expected, tz)

    def test_a02_whole_period_on_demand(self):
        """A02: a company may compare with the whole running period."""
        self._make_invoice(self.ernst, "2025-11-30", 1000)
        self.env["res.config.settings"].create({"analytics_comparison": "whole_period"})
        self.assertEqual(self._read_report(self._get_month(2026, 11), BOTH), (0, 1000))

    def test_a02_leap_day_counts_in_february(self):
        """A02: nothing of 29 February is lost in the year after."""
        with freeze_time("2025-03-10"):
            self._make_invoice(self.ernst, "2024-02-28", 1)
            self._make_invoice(self.ernst, "2024-02-29", 10)
            self._make_invoice(self.ernst, "2024-03-01", 100)
            self.assertEqual(self._read_report(self._get_month(2025, 2), BOTH), (0, 11))
            self.assertEqual(
                self._read_report([("date", "=", "2025-02-28")], BOTH), (0, 11)
            )

    def test_a02_leap_day_today_sees_all_of_last_february(self):
        """A02: on 29 February the whole last February counts, not March."""
        with freeze_time("2028-02-29"):
            self._make_invoice(self.ernst, "2027-02-28", 1)
            self._make_invoice(self.ernst, "2027-03-01", 10)
            self.assertEqual(self._read_report(self._get_year(2028), BOTH), (0, 1))

    def test_a02_growth_is_right_at_every_level(self):
        """A02: the growth of a total is not the average of growths."""
        for year, ernst, vins in (("2025", 100, 10), ("2026", 110, 20)):
            self._make_invoice(self.ernst, f"{year}-03-04", ernst)
            self._make_invoice(self.vins, f"{year}-03-04", vins)
        aggregate = "revenue_growth:avg"
        by_customer, total = self.Report._read_grouping_sets(
            self._get_year(2026), [["partner_id"], []], [aggregate]
        )
        growths = dict(by_customer)
        self.assertAlmostEqual(growths[self.ernst], 0.10)
        self.assertAlmostEqual(growths[self.vins], 1.00)
        self.assertAlmostEqual(total[0][0], 130 / 110 - 1)

    def test_a02_no_growth_without_a_positive_base(self):
        """A02: new customers and net credits have no percentage, never infinite."""
        self._make_invoice(self.ernst, "2026-03-04", 100)
        self._make_invoice(self.vins, "2025-03-04", 100, refund=True)
        self._make_invoice(self.vins, "2026-03-04", 100)
        rows = self._read_report(
            self._get_year(2026), ["revenue_growth"], ["partner_id"]
        )
        self.assertEqual([value[0] for value in rows.values()], [False, False])

    def test_a02_sorting_by_growth(self):
        """A02: the biggest growth comes first, also by the database."""
        for year, ernst, vins in (("2025", 100, 10), ("2026", 110, 20)):
            self._make_invoice(self.ernst, f"{year}-03-04", ernst)
            self._make_invoice(self.vins, f"{year}-03-04", vins)
        rows = self.Report._read_group(
            self._get_year(2026),
            ["partner_id"],
            ["revenue_growth:avg"],
            order="revenue_growth:avg desc",
            limit=1,
        )
        self.assertEqual(rows[0][0], self.vins)

    def test_a02_both_years_in_one_chart(self):
        """A02: one measure split by year draws both bars of a month."""
        self._make_invoice(self.ernst, "2025-03-04", 80)
        self._make_invoice(self.ernst, "2026-03-04", 100)
        rows = self._read_report(
            self._get_year(2026), ["revenue_either"], ["date:month", "year_series"]
        )
        march = date(2026, 3, 1)
        self.assertEqual(rows, {(march, "current"): (100,), (march, "previous"): (80,)})

    def test_a02_margin_of_last_year(self):
        """A02: margin and profit have their year before, too."""
        order = self._make_order(self.ernst, "2025-03-01", quantity=4, cost=11.0)
        self._invoice_order(order, "2025-03-04")
        self.assertEqual(
            self._read_report(
                self._get_year(2026), ["margin", "margin_ly", "profit_ly"]
            ),
            (0, 28, 28),
        )
