from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..engines import periods

SHIFTS = {
    "date": periods.next_year,
    "weekday": periods.next_year_weekday,
    "festival": periods.next_year_festival,
    "month": periods.next_month,
}


def days(start: date, count: int):
    return [start + timedelta(number) for number in range(count)]


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    """A02: which day is compared with which."""

    def test_spring_festival(self):
        known = ["2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"]
        for text in known:
            day = date.fromisoformat(text)
            self.assertEqual(periods.spring_festival(day.year), day)
        for year in (1989, 2101):
            with self.assertRaises(ValueError):
                periods.spring_festival(year)

    def test_festival_is_a_new_moon_in_its_window(self):
        """Between 21 January and 20 February, 354 or 384 days after the last one."""
        for year in range(1991, 2101):
            day = periods.spring_festival(year)
            # the meridian of Beijing allows 21 February once in a long while
            self.assertTrue(date(year, 1, 21) <= day <= date(year, 2, 21))
            gap = (day - periods.spring_festival(year - 1)).days
            self.assertIn(gap, (353, 354, 355, 383, 384, 385))

    def test_order_is_kept(self):
        """No alignment turns two days around, over every year we know."""
        for name, shift in SHIFTS.items():
            last = None
            for day in days(date(1990, 1, 1), 365 * 30):
                moved = shift(day)
                self.assertGreater(moved, day, name)
                if last:
                    self.assertGreaterEqual(moved, last, name)
                last = moved

    def test_year_stays_a_year(self):
        """Shifted by date or festival, the days of a year fall into the next one."""
        for year in range(1990, 2100):
            for shift in (periods.next_year, periods.next_year_festival):
                ends = shift(date(year, 1, 1)), shift(date(year, 12, 31))
                self.assertEqual(ends, (date(year + 1, 1, 1), date(year + 1, 12, 31)))

    def test_festival_meets_festival(self):
        for year in range(1990, 2100):
            here, there = (periods.spring_festival(y) for y in (year, year + 1))
            for offset in range(-periods.BEFORE, periods.AFTER):
                moved = periods.next_year_festival(here + timedelta(offset))
                self.assertEqual(moved, there + timedelta(offset))

    def test_leap_day(self):
        self.assertEqual(periods.next_year(date(2024, 2, 29)), date(2025, 2, 28))
        self.assertEqual(periods.next_month(date(2024, 1, 31)), date(2024, 2, 29))
        self.assertEqual(periods.next_month(date(2024, 12, 31)), date(2025, 1, 31))

    def test_weekday_meets_weekday(self):
        for day in days(date(2026, 1, 1), 400):
            moved = periods.next_year_weekday(day)
            self.assertEqual(moved.weekday(), day.weekday())

    def test_fiscal_year(self):
        end = periods.fiscal_year
        self.assertEqual(end(date(2026, 5, 1)), date(2026, 12, 31))
        self.assertEqual(end(date(2026, 3, 31), 3, 31), date(2026, 3, 31))
        self.assertEqual(end(date(2026, 4, 1), 3, 31), date(2027, 3, 31))
        self.assertEqual(end(date(2024, 2, 1), 2, 29), date(2024, 2, 29))
        self.assertEqual(end(date(2024, 3, 1), 2, 28), date(2025, 2, 28))

    def test_working_days(self):
        week = date(2026, 11, 23), date(2026, 11, 29)
        self.assertEqual(periods.working_days(*week), 5)
        self.assertEqual(periods.working_days(*week, [date(2026, 11, 24)]), 4)
        self.assertEqual(periods.working_days(week[1], week[1]), 0)

    def test_working_day_meets_working_day(self):
        shift = periods.next_year_workday
        self.assertEqual(shift(date(2025, 3, 5)), date(2026, 3, 4))
        self.assertEqual(shift(date(2025, 3, 8)), shift(date(2025, 3, 7)))
        self.assertEqual(shift(date(2025, 3, 5), [date(2026, 3, 2)]), date(2026, 3, 5))
        self.assertEqual(shift(date(2025, 3, 1)), date(2026, 3, 1))
        last = None
        for day in days(date(2020, 1, 1), 3000):
            moved = shift(day)
            self.assertEqual((moved.year, moved.month), (day.year + 1, day.month))
            self.assertTrue(last is None or moved >= last, day)
            last = moved
