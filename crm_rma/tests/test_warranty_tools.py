from datetime import date, timedelta

from odoo.tests import BaseCase

from ..tools.warranty import Interval, add_months, end_of_term, judge, merge

GRID = [date(2023, 12, 25) + timedelta(days=step) for step in range(0, 800, 3)]


class TestWarrantyTools(BaseCase):
    """R02: the arithmetic, by example and by properties over a grid of days."""

    def test_end_included(self):
        """R02: twelve months from 22 February 2026 include 22 February 2027."""
        start, end = date(2026, 2, 22), date(2027, 2, 22)
        self.assertEqual(end_of_term(start, 12, "month"), end)
        self.assertEqual(end_of_term(start, 1, "year"), end)
        interval = Interval(start, end)
        self.assertTrue(interval.covers(end))
        self.assertFalse(interval.covers(end + timedelta(days=1)))

    def test_leap_and_short_months(self):
        for start, months, end in (
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2024, 2, 29), 48, date(2028, 2, 29)),
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),
            (date(2026, 11, 30), 1, date(2026, 12, 30)),
        ):
            with self.subTest(start=start, months=months):
                self.assertEqual(end_of_term(start, months, "month"), end)

    def test_days_and_weeks(self):
        self.assertEqual(end_of_term(date(2026, 1, 1), 10, "day"), date(2026, 1, 11))
        self.assertEqual(end_of_term(date(2026, 1, 1), 2, "week"), date(2026, 1, 15))

    def test_refused(self):
        with self.assertRaises(ValueError):
            end_of_term(date(2026, 1, 1), -1, "month")
        with self.assertRaises(ValueError):
            end_of_term(date(2026, 1, 1), 1, "decade")
        with self.assertRaises(ValueError):
            Interval(date(2026, 1, 2), date(2026, 1, 1))

    def test_months_never_overshoot(self):
        """Property: n months later is n calendar months later, never more."""
        for day in GRID:
            for months in (0, 1, 2, 11, 12, 24, 37):
                later = add_months(day, months)
                distance = (later.year - day.year) * 12 + later.month - day.month
                self.assertEqual(distance, months)
                self.assertLessEqual(later.day, day.day)

    def test_longer_term_ends_later(self):
        """Property: a term never ends before a shorter one, whatever the start."""
        for day in GRID[::5]:
            for unit in ("day", "week", "month", "year"):
                ends = [end_of_term(day, number, unit) for number in range(1, 30)]
                self.assertEqual(ends, sorted(set(ends)))

    def test_merge_is_a_union(self):
        """Property: a day is in the merged spans exactly when an interval has it."""
        intervals = [
            Interval(date(2026, 1, 1), date(2026, 1, 10)),
            Interval(date(2026, 1, 11), date(2026, 1, 20)),
            Interval(date(2026, 1, 5), date(2026, 1, 7)),
            Interval(date(2026, 3, 1), date(2026, 3, 1)),
        ]
        spans = merge(intervals)
        self.assertEqual(
            spans,
            [
                (date(2026, 1, 1), date(2026, 1, 20)),
                (date(2026, 3, 1), date(2026, 3, 1)),
            ],
        )
        for step in range(100):
            day = date(2025, 12, 20) + timedelta(days=step)
            self.assertEqual(
                any(start <= day <= end for start, end in spans),
                any(interval.covers(day) for interval in intervals),
            )

    def test_verdicts(self):
        interval = Interval(date(2026, 2, 22), date(2027, 2, 22))
        for day, void, status in (
            (date(2026, 2, 21), None, "out"),
            (date(2026, 2, 22), None, "in"),
            (date(2027, 2, 22), None, "in"),
            (date(2027, 2, 23), None, "out"),
            (date(2026, 6, 1), date(2026, 6, 1), "void"),
            (date(2026, 5, 31), date(2026, 6, 1), "in"),
        ):
            with self.subTest(day=day, void=void):
                self.assertEqual(judge([interval], day, void).status, status)
        self.assertEqual(judge([], date(2026, 1, 1)).status, "none")
        self.assertEqual(judge([interval], date(2027, 3, 1)).until, interval.end)
