from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..engines import basket, cohort, deviation
from ..engines.cohort import Case
from .common_engine import PROPERTY

CASES = st.lists(
    st.builds(Case, st.integers(0, 400), st.sampled_from([True, False, None])),
    min_size=1,
)


@tagged("post_install", "-at_install")
class TestCohort(BaseCase):
    """A11: conversion by creation, with the open ones shown."""

    @PROPERTY
    @given(CASES)
    def test_everybody_is_won_lost_or_open(self, cases):
        result = cohort.conversion(cases)
        self.assertEqual(result.won + result.lost + result.open, len(cases))
        if result.expected is not None:
            self.assertGreaterEqual(result.expected, result.rate - 1e-9)
            self.assertLessEqual(result.expected, 1.0 + 1e-9)

    def test_without_open_ones_it_is_the_plain_rate(self):
        result = cohort.conversion([Case(5, True, 10.0), Case(9, False)])
        self.assertEqual((result.rate, result.expected, result.value), (0.5, 0.5, 10.0))

    def test_open_ones_are_censored(self):
        """Five leads: won, lost, open, won, open: 40 % won, 50 % expected."""
        outcome = (True, False, None, True, None)
        cases = [Case(5 * n, won) for n, won in enumerate(outcome, start=1)]
        result = cohort.conversion(cases)
        self.assertAlmostEqual(result.rate, 0.4)
        self.assertAlmostEqual(result.open_share, 0.4)
        self.assertAlmostEqual(result.expected, 0.5)

    def test_nothing_has_ended(self):
        result = cohort.conversion([Case(3, None)])
        self.assertEqual((result.rate, result.expected), (0.0, None))
        self.assertEqual(cohort.conversion([]).rate, 0.0)


@tagged("post_install", "-at_install")
class TestDeviation(BaseCase):
    """A10: the manager is told when a change in time means something."""

    usual = [{"call": 300 + 10 * (n % 3), "admin": 100} for n in range(8)]

    def test_usual_week_is_no_news(self):
        self.assertEqual(
            deviation.deviations({"call": 310, "admin": 95}, self.usual, 5), []
        )

    def test_one_thing_eats_the_time(self):
        [more, less] = deviation.deviations({"call": 100, "admin": 300}, self.usual, 5)
        self.assertEqual({more.kind, less.kind}, {"call", "admin"})
        self.assertEqual({more.is_more, less.is_more}, {True, False})

    def test_new_kind_of_work(self):
        found = deviation.deviations({"call": 60, "repair": 200}, self.usual, 5)
        self.assertIn("repair", [d.kind for d in found])

    def test_too_little_to_say_anything(self):
        odd = {"admin": 400}
        self.assertFalse(deviation.deviations(odd, self.usual, 4))
        self.assertFalse(deviation.deviations(odd, self.usual[:5], 5))
        self.assertFalse(deviation.deviations(odd, [{}] * 9, 5))

    def test_person_of_changing_habits_gets_a_wide_band(self):
        wild = [{"call": 100 * (n % 5), "admin": 200} for n in range(10)]
        self.assertFalse(deviation.deviations({"call": 350, "admin": 200}, wild, 5))

    def test_quantile(self):
        self.assertEqual(deviation.quantile([1, 2, 3, 4, 5], 0.5), 3)
        self.assertAlmostEqual(deviation.quantile([0, 10], 0.1), 1.0)
        self.assertEqual(deviation.quantile([7], 0.9), 7)


@tagged("post_install", "-at_install")
class TestBasket(BaseCase):
    """A12: products bought by the same customers."""

    def test_rule_in_both_directions(self):
        rules = basket.rules([(1, 2, 20)], {1: 30, 2: 40}, 200)
        found = {(r.product, r.other): r for r in rules}
        self.assertAlmostEqual(found[1, 2].confidence, 2 / 3)
        self.assertAlmostEqual(found[1, 2].lift, (2 / 3) / 0.2)
        self.assertAlmostEqual(found[2, 1].confidence, 0.5)
        self.assertAlmostEqual(found[2, 1].support, 0.1)

    def test_what_everybody_buys_is_no_advice(self):
        """Salt is in every basket; that says nothing about soap."""
        self.assertFalse(basket.rules([(1, 2, 50)], {1: 50, 2: 190}, 200)[1:])
        self.assertFalse(basket.rules([(1, 2, 48)], {1: 50, 2: 190}, 200))

    def test_few_cases_are_no_advice(self):
        self.assertFalse(basket.rules([(1, 2, 4)], {1: 4, 2: 4}, 1000))
        self.assertFalse(basket.rules([(1, 2, 6)], {1: 60, 2: 80}, 1000))

    @PROPERTY
    @given(st.integers(0, 50), st.integers(0, 50))
    def test_wilson_is_below_the_share(self, hits, more):
        count = hits + more
        low = basket.wilson_low(hits, count)
        self.assertTrue(0.0 <= low <= (hits / count if count else 0.0) + 1e-12)
