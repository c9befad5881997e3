from math import exp
from random import Random

from odoo.tests import BaseCase, tagged

from ..engines import logit


@tagged("post_install", "-at_install")
class TestLogit(BaseCase):
    """A06: logistic regression with a handful of features."""

    def test_finds_the_weights(self):
        random = Random(1)
        rows, outcomes = [], []
        for _number in range(8000):
            row = (random.gauss(0, 1), random.gauss(5, 3))
            chance = 1 / (1 + exp(-(-1.0 + 1.5 * row[0] - 0.4 * row[1])))
            rows.append(row)
            outcomes.append(int(random.random() < chance))
        model = logit.fit(rows, outcomes)
        self.assertAlmostEqual(model.base, -1.0, delta=0.2)
        self.assertAlmostEqual(model.weights[0], 1.5, delta=0.15)
        self.assertAlmostEqual(model.weights[1], -0.4, delta=0.05)

    def test_mean_chance_is_the_rate(self):
        """Without a penalty on the base the model is right on average."""
        rows = [(float(n % 7), float(n % 3)) for n in range(300)]
        outcomes = [int(n % 5 == 0) for n in range(300)]
        model = logit.fit(rows, outcomes)
        mean = sum(model.chance(row) for row in rows) / len(rows)
        self.assertAlmostEqual(mean, 0.2, places=4)

    def test_separated_outcomes_stay_finite(self):
        rows = [(float(n),) for n in range(20)]
        model = logit.fit(rows, [int(n >= 10) for n in range(20)])
        self.assertLess(abs(model.weights[0]), 10)
        self.assertLess(model.chance((0.0,)), 0.2)
        self.assertGreater(model.chance((19.0,)), 0.8)
        self.assertEqual(model.chance((-1e9,)), 0.0)

    def test_feature_that_never_changes(self):
        model = logit.fit([(1.0, float(n)) for n in range(10)], [0, 1] * 5)
        self.assertEqual(model.weights[0], 0.0)

    def test_only_one_outcome(self):
        model = logit.fit([(float(n),) for n in range(50)], [0] * 50)
        self.assertLess(model.chance((25.0,)), 0.05)

    def test_bad_input(self):
        with self.assertRaises(ValueError):
            logit.fit([], [])
        with self.assertRaises(ValueError):
            logit.fit([(1.0,)], [0, 1])

    def test_solve(self):
        self.assertEqual(logit.solve([[0.0, 2.0], [4.0, 0.0]], [6.0, 8.0]), [2.0, 3.0])
        with self.assertRaises(ValueError):
            logit.solve([[1.0, 1.0], [1.0, 1.0]], [1.0, 2.0])
