from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..engines import targets
from .common_engine import PROPERTY

AMOUNTS = st.integers(0, 10**12).map(lambda cents: cents / 100)
WEIGHTS = st.lists(st.floats(-10, 1e12), min_size=1, max_size=12)


@tagged("post_install", "-at_install")
class TestTargets(BaseCase):
    """A04: how a year is spread over months, and what is expected by today."""

    @PROPERTY
    @given(AMOUNTS, WEIGHTS)
    def test_nothing_is_lost_by_spreading(self, total, weights):
        parts = targets.spread(total, weights)
        self.assertEqual(
            round(sum(round(part * 100) for part in parts)), round(total * 100)
        )
        self.assertTrue(all(part >= 0 for part in parts))

    @PROPERTY
    @given(st.integers(0, 10**6), WEIGHTS)
    def test_whole_numbers_stay_whole(self, total, weights):
        parts = targets.spread(total, weights, 0)
        self.assertEqual(sum(parts), total)
        self.assertTrue(all(part == int(part) for part in parts))

    @PROPERTY
    @given(AMOUNTS, WEIGHTS)
    def test_parts_are_within_a_cent_of_their_share(self, total, weights):
        parts = targets.spread(total, weights)
        weights = [max(weight, 0) for weight in weights]
        whole = sum(weights)
        for part, weight in zip(parts, weights, strict=True):
            share = weight / whole if whole else 1 / len(weights)
            self.assertLess(abs(part - total * share), 0.011 + total * 1e-9)

    def test_spread_by_hand(self):
        self.assertEqual(targets.spread(100, [1, 1, 1]), [33.34, 33.33, 33.33])
        self.assertEqual(targets.spread(10, [0, 0, 5]), [0, 0, 10])
        self.assertEqual(targets.spread(3, [0, 0], 0), [2, 1])

    def test_expected_by_the_working_day(self):
        """November 2026 has 21 working days; Friday 20th is the 15th."""
        november, december = date(2026, 11, 1), date(2026, 12, 1)
        for today, holidays, share in (
            (date(2026, 10, 31), (), 0),
            (date(2026, 11, 20), (), 15 / 21),
            (date(2026, 11, 22), (), 15 / 21),
            (date(2026, 11, 20), (date(2026, 11, 2),), 14 / 20),
            (date(2026, 11, 30), (), 1),
            (date(2027, 3, 1), (), 1),
        ):
            self.assertAlmostEqual(targets.elapsed(november, today, holidays), share)
        plan = {date(2026, 10, 1): 100.0, november: 210.0, december: 1000.0}
        self.assertAlmostEqual(targets.expected(plan, date(2026, 11, 20)), 250)

    def test_a_month_without_working_days(self):
        closed = [date(2026, 2, day) for day in range(1, 29)]
        self.assertAlmostEqual(
            targets.elapsed(date(2026, 2, 1), date(2026, 2, 14), closed), 0.5
        )

    def test_equals_share_a_place(self):
        self.assertEqual(targets.places([5, 9, 5, 1]), [2, 1, 2, 4])
