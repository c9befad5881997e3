from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..engines import pareto, rfm, whale
from .common_engine import PROPERTY

VALUES = st.lists(st.sampled_from([0, 1, 1, 2, 3, 5, 8, 100]), min_size=1)
AMOUNTS = st.dictionaries(st.integers(1, 99), st.integers(-50, 100), min_size=1)


@tagged("post_install", "-at_install")
class TestSegments(BaseCase):
    """A07: RFM, ABC/XYZ and the 80/20 curve. A08: the whale curve."""

    @PROPERTY
    @given(VALUES, st.booleans())
    def test_equal_values_get_equal_scores(self, values, falling):
        scores = dict(zip(values, rfm.score(values, falling), strict=True))
        self.assertEqual([scores[v] for v in values], rfm.score(values, falling))
        ranked = sorted(scores, reverse=falling)
        self.assertEqual([scores[v] for v in ranked], sorted(scores.values()))
        self.assertEqual(max(scores.values()), 5)

    @PROPERTY
    @given(VALUES, st.booleans())
    def test_borders_are_the_scores(self, values, falling):
        """The borders kept with a run give back every score of it."""
        borders = rfm.borders(values, falling)
        self.assertEqual([borders.score(v) for v in values], rfm.score(values, falling))

    def test_half_of_all_customers_with_one_order_stay_together(self):
        """Five equally large groups would give them 1, 2 and 3."""
        values = [1] * 55 + [2] * 20 + [3] * 10 + [9] * 15
        self.assertEqual(sorted(set(rfm.score(values))), [3, 4, 5])
        self.assertEqual(set(rfm.score(values)[:55]), {3})

    def test_every_score_has_a_segment(self):
        names = {rfm.segment(*scores) for scores in product(range(1, 6), repeat=3)}
        self.assertEqual(names, {name for name, *_limits in rfm.SEGMENTS})
        self.assertEqual(rfm.segment(5, 5, 5), "champion")
        self.assertEqual(rfm.segment(1, 5, 4), "at_risk")
        self.assertEqual(rfm.segment(1, 1, 1), "lost")

    def test_nobody_flaps_between_two_segments(self):
        self.assertEqual(rfm.settle(None, "new", None), "new")
        self.assertEqual(rfm.settle("champion", "loyal", "champion"), "champion")
        self.assertEqual(rfm.settle("champion", "loyal", "loyal"), "loyal")
        self.assertEqual(rfm.settle("champion", "lost", "champion"), "lost")

    @PROPERTY
    @given(AMOUNTS)
    def test_classes_sum_to_the_total(self, amounts):
        places = pareto.abc(amounts)
        self.assertEqual(places.keys(), amounts.keys())
        positive = {key for key, amount in amounts.items() if amount > 0}
        self.assertEqual({k for k, p in places.items() if p.letter != "-"}, positive)
        if positive:
            self.assertAlmostEqual(sum(p.share for p in places.values()), 1.0)
            best = min(places.values(), key=lambda place: place.rank)
            self.assertEqual(best.letter, "A")
        self.assertEqual(
            sorted(p.rank for p in places.values()), list(range(1, len(amounts) + 1))
        )

    def test_ties_are_ordered_by_id(self):
        places = pareto.abc({3: 10.0, 1: 10.0, 2: 10.0})
        self.assertEqual([places[key].rank for key in (1, 2, 3)], [1, 2, 3])

    def test_one_customer_is_everything(self):
        self.assertEqual(pareto.abc({7: 5.0})[7].letter, "A")
        self.assertEqual(pareto.share_of_top([5.0]), 1.0)

    def test_real_curve_instead_of_a_slogan(self):
        amounts = [70.0, 10.0, 5.0, 5.0, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0, -40.0]
        self.assertAlmostEqual(pareto.share_of_top(amounts), 0.8)
        self.assertAlmostEqual(pareto.part_for_share(amounts), 0.2)
        self.assertEqual(pareto.share_of_top([]), 0.0)
        self.assertEqual(pareto.part_for_share([-1.0]), 0.0)

    def test_steadiness(self):
        self.assertEqual(pareto.xyz([10, 11, 9, 10]), "X")
        self.assertEqual(pareto.xyz([10, 0, 20, 10]), "Y")
        self.assertEqual(pareto.xyz([0, 0, 0, 40]), "Z")
        self.assertEqual(pareto.xyz([0, 0]), "Z")
        self.assertEqual(pareto.xyz([]), "Z")

    @PROPERTY
    @given(st.dictionaries(st.integers(1, 99), st.integers(-50, 100)))
    def test_whale_curve_holds_every_customer_once(self, profits):
        curve = whale.curve(profits)
        self.assertEqual(sum(d.count for d in curve.deciles), len(profits))
        self.assertAlmostEqual(sum(d.profit for d in curve.deciles), curve.total)
        parts = [d.profit / d.count for d in curve.deciles if d.count]
        self.assertEqual(parts, sorted(parts, reverse=True))
        if curve.total > 0:
            self.assertGreaterEqual(curve.peak, 1.0)
            self.assertAlmostEqual(curve.deciles[-1].cumulated, 1.0)

    def test_whale_curve_in_numbers(self):
        """The best four make 150 % of the profit, the rest loses a third of it."""
        curve = whale.curve({1: 60, 2: 50, 3: 30, 4: 10, 5: -20, 6: -30})
        self.assertEqual((curve.total, curve.peak_count, curve.loss), (100, 4, 50))
        self.assertAlmostEqual(curve.peak, 1.5)

    def test_no_profit_no_share(self):
        curve = whale.curve({1: 5, 2: -10})
        self.assertIsNone(curve.peak)
        self.assertEqual({d.cumulated for d in curve.deciles}, {None})
