from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..engines import metrics
from .common_engine import PROPERTY

OUTCOMES = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=1)


@tagged("post_install", "-at_install")
class TestMetrics(BaseCase):
    """A06, A09: the numbers by which our own scores and forecasts are judged."""

    @PROPERTY
    @given(OUTCOMES)
    def test_auc_counts_pairs(self, rows):
        """By its definition: pairs in the right order, ties half."""
        good = [score for outcome, score in rows if outcome]
        bad = [score for outcome, score in rows if not outcome]
        pairs = [(g > b) + (g == b) / 2 for g in good for b in bad]
        expected = sum(pairs) / len(pairs) if pairs else 0.5
        outcomes, scores = zip(*rows, strict=True)
        self.assertAlmostEqual(metrics.auc(outcomes, scores), expected)

    def test_brier(self):
        self.assertEqual(metrics.brier([1, 0], [1.0, 0.0]), 0.0)
        self.assertEqual(metrics.brier([1, 0], [0.0, 1.0]), 1.0)
        self.assertAlmostEqual(metrics.brier([1, 0, 0, 0], [0.25] * 4), 0.1875)
        with self.assertRaises(ValueError):
            metrics.brier([], [])

    @PROPERTY
    @given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4)), min_size=1))
    def test_calibration_is_a_partition(self, rows):
        """Everybody stands in one group, equal chances in the same one."""
        outcomes = [outcome for outcome, _chance in rows]
        chances = [chance / 4 for _outcome, chance in rows]
        table = metrics.calibration(outcomes, chances)
        self.assertEqual(sum(row.count for row in table), len(rows))
        came = sum(row.count * row.rate for row in table)
        self.assertAlmostEqual(came, sum(outcomes))
        said = [row.chance for row in table]
        self.assertEqual(said, sorted(said))
        self.assertLessEqual(len(table), len(set(chances)))

    def test_smape_is_the_one_of_the_competition(self):
        self.assertAlmostEqual(metrics.smape([100], [50]), 200 * 50 / 150)
        self.assertEqual(metrics.smape([0, 5], [0, 5]), 0.0)
        self.assertEqual(metrics.smape([0], [3]), 200.0)

    def test_coverage_counts_the_borders(self):
        self.assertEqual(metrics.coverage([1, 2, 3, 4], [1] * 4, [3] * 4), 0.75)
