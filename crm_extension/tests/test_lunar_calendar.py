from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from lunar_python import Lunar, LunarYear, Solar

from odoo.tests import BaseCase, tagged

from ..tools.lunar_calendar import (
    LunarDay,
    is_lunar_day,
    kept_between,
    kept_on,
    lunar_day,
    lunar_words,
    lunar_words_tw,
    next_kept,
)

# The two sources differ from 2089 on, where a new moon falls within minutes of midnight.
DAYS = st.dates(date(1902, 1, 1), date(2088, 12, 31))
YEARS = st.integers(2000, 2060)
MONTHS, DAYS_OF_MONTH = st.integers(1, 12), st.integers(1, 30)


def astronomy(day):
    """The lunar day by ``lunar_python``, which computes moon and sun by itself."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    month = lunar.getMonth()
    return LunarDay(lunar.getYear(), abs(month), lunar.getDay(), month < 0)


@tagged("post_install", "-at_install")
class TestLunarCalendar(BaseCase):
    """X07, case 20: against an independent source, and what people do with it."""

    @given(DAYS)
    @settings(max_examples=150, deadline=None)
    def test_same_as_the_sky(self, day):
        self.assertEqual(lunar_day(day), astronomy(day))

    @given(YEARS, MONTHS, DAYS_OF_MONTH, st.booleans())
    @settings(max_examples=150, deadline=None)
    def test_kept_once_a_year_as_the_sky_says(self, year, month, day, is_leap):
        """In the leap month where there is one, on the last day of a short month."""
        kept = kept_on(year, month, day, is_leap)
        leap = LunarYear.fromYear(year).getLeapMonth() == month and is_leap
        number = -month if leap else month
        last = LunarYear.fromYear(year).getMonth(number).getDayCount()
        sky = Lunar.fromYmd(year, number, min(day, last)).getSolar()
        self.assertEqual(kept, date(sky.getYear(), sky.getMonth(), sky.getDay()))
        following = kept_on(year + 1, month, day, is_leap)
        self.assertIn((following - kept).days, range(353, 415))

    @given(DAYS.filter(lambda d: d.year > 1990), MONTHS, DAYS_OF_MONTH, st.booleans())
    @settings(max_examples=150, deadline=None)
    def test_span_and_next_day_agree(self, today, month, day, is_leap):
        kept = next_kept(today, month, day, is_leap)
        self.assertGreaterEqual(kept, today)
        rows = kept_between(kept - timedelta(days=2), kept + timedelta(days=2))
        self.assertIn((kept, month, day, is_leap), rows)

    def test_known_days(self):
        """Spring festivals, a leap birthday, the last day of the year."""
        for year, day in ((2024, date(2024, 2, 10)), (2027, date(2027, 2, 6))):
            self.assertEqual(kept_on(year, 1, 1), day)
        self.assertEqual(lunar_day(date(1976, 10, 1)), LunarDay(1976, 8, 8, True))
        # leap sixth month in 2025 only
        self.assertEqual(kept_on(2025, 6, 5, True), date(2025, 7, 29))
        self.assertEqual(kept_on(2025, 6, 5, False), date(2025, 6, 29))
        self.assertEqual(kept_on(2026, 6, 5, True), kept_on(2026, 6, 5, False))
        # the twelfth month of 2024 (snake year begins 29 January 2025) has 29 days
        self.assertEqual(kept_on(2024, 12, 30), date(2025, 1, 28))
        self.assertIsNone(kept_on(2200, 1, 1))

    def test_is_lunar_day(self):
        self.assertTrue(is_lunar_day(12, 30))
        self.assertFalse(is_lunar_day(13, 1))
        self.assertFalse(is_lunar_day(1, 31))
        self.assertTrue(is_lunar_day(8, 8, True, 1976))
        self.assertFalse(is_lunar_day(8, 8, True, 1977))
        self.assertFalse(is_lunar_day(1, 1, False, 1850))

    def test_words(self):
        self.assertEqual(lunar_words(1, 15), "正月十五")
        self.assertEqual(lunar_words(4, 5, True), "闰四月初五")
        self.assertEqual(lunar_words_tw(12, 30), "臘月三十")
