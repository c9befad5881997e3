from datetime import date, datetime, timedelta

import pytz
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.send_window import local_moment, next_open, place_zone, utc_moment
from ..tools.sms import sms_size, takes_sms

ZONES = st.sampled_from(pytz.common_timezones)
DAYS = st.dates(date(2000, 1, 1), date(2036, 12, 31))
QUARTERS = st.integers(0, 95).map(lambda quarter: quarter / 4)


@tagged("post_install", "-at_install")
class TestSendWindow(BaseCase):
    def test_spring_and_autumn(self):
        """Case 22: half past two that does not exist, and that exists twice."""
        berlin = "Europe/Berlin"
        self.assertEqual(
            utc_moment(date(2027, 3, 28), 2.5, berlin), datetime(2027, 3, 28, 1, 30)
        )
        self.assertEqual(
            utc_moment(date(2027, 10, 31), 2.5, berlin), datetime(2027, 10, 31, 0, 30)
        )

    @given(DAYS, QUARTERS, ZONES)
    @settings(max_examples=300, deadline=None)
    def test_each_hour_once(self, day, hour, zone):
        """The moment lies on the day; clocks show the hour, or what follows a gap."""
        local = local_moment(utc_moment(day, hour, zone), zone)
        wanted = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)
        self.assertIn(
            local - wanted,
            (
                timedelta(0),
                timedelta(minutes=30),
                timedelta(hours=1),
                timedelta(days=1),
            ),
        )

    @given(DAYS, QUARTERS, ZONES, st.integers(0, 23), st.integers(1, 24))
    @settings(max_examples=300, deadline=None)
    def test_next_open(self, day, hour, zone, start, end):
        moment = utc_moment(day, hour, "UTC")
        opens = next_open(moment, zone, start, end)
        if start >= end:
            self.assertEqual(opens, moment)
            return
        self.assertGreaterEqual(opens, moment)
        self.assertLess(opens - moment, timedelta(days=2))
        self.assertEqual(next_open(opens, zone, start, end), opens)

    def test_unknown_zone(self):
        self.assertEqual(
            utc_moment(date(2027, 1, 1), 8, "Mars/Base"), datetime(2027, 1, 1, 8)
        )

    def test_place(self):
        """A zone that contradicts the country is that of whoever typed the contact in."""
        shanghai = "Asia/Shanghai"
        for country, known, expected in (
            ("CN", "", shanghai),
            ("CN", "Asia/Urumqi", "Asia/Urumqi"),
            ("JP", shanghai, "Asia/Tokyo"),
            ("TW", False, "Asia/Taipei"),
            ("US", "America/New_York", "America/New_York"),
            ("", shanghai, shanghai),
            (False, False, ""),
            ("XX", "", ""),
        ):
            with self.subTest(country=country, known=known):
                self.assertEqual(place_zone(country, known), expected)
        middle = utc_moment(date(2027, 1, 15), 9, place_zone("US", shanghai))
        self.assertIn(middle.hour, (15, 16, 17))


@tagged("post_install", "-at_install")
class TestSmsSize(BaseCase):
    """Case 41: the limits of the networks."""

    def parts(self, text):
        size = sms_size(text)
        return size.encoding, size.length, size.parts, size.left

    def test_limits(self):
        for text, expected in (
            ("", ("GSM-7", 0, 0, 160)),
            ("a" * 160, ("GSM-7", 160, 1, 0)),
            ("a" * 161, ("GSM-7", 161, 2, 145)),
            ("a" * 306, ("GSM-7", 306, 2, 0)),
            ("€" * 80, ("GSM-7", 160, 1, 0)),
            ("a" * 152 + "€" + "a" * 10, ("GSM-7", 164, 2, 141)),
            ("生" * 70, ("UCS-2", 70, 1, 0)),
            ("生" * 71, ("UCS-2", 71, 2, 63)),
            ("生" * 1000, ("UCS-2", 1000, 15, 5)),
            ("🎂" * 35, ("UCS-2", 70, 1, 0)),
            ("🎂" * 36, ("UCS-2", 72, 2, 61)),
        ):
            with self.subTest(text=text[:3], length=len(text)):
                self.assertEqual(self.parts(text), expected)

    @given(st.text(max_size=400))
    @settings(max_examples=200, deadline=None)
    def test_any_text(self, text):
        size = sms_size(text)
        limits = {"GSM-7": (160, 153), "UCS-2": (70, 67)}[size.encoding]
        self.assertGreaterEqual(size.left, 0)
        self.assertGreaterEqual(size.parts * limits[size.parts > 1], size.length)

    def test_numbers(self):
        for number, expected in (
            ("+8613800138000", True),
            ("+861088888888", False),
            ("+16505550111", True),
            ("95588", False),
            ("", False),
            (False, False),
        ):
            with self.subTest(number=number):
                self.assertEqual(takes_sms(number), expected)
