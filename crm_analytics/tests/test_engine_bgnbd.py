from math import log
from random import Random

from odoo.tests import BaseCase, tagged

from ..engines import bgnbd, simplex
from ..engines.bgnbd import History, Model


def simulate(model: Model, count: int, age: float, seed: int = 1) -> list[History]:
    """Customers that behave exactly as the model says."""
    random = Random(seed)
    histories = []
    for _number in range(count):
        rate = random.gammavariate(model.r, 1 / model.alpha)
        leave = random.betavariate(model.a, model.b)
        now = last = 0.0
        repeats = 0
        while True:
            now += random.expovariate(rate) if rate > 1e-12 else age + 1
            if now > age:
                break
            last, repeats = now, repeats + 1
            if random.random() < leave:
                break
        histories.append(History(repeats, last, age))
    return histories


@tagged("post_install", "-at_install")
class TestBgnbd(BaseCase):
    """A06: BG/NBD as in the paper (real data: tests/test_engines_research.py)."""

    truth = Model(r=0.8, alpha=10.0, a=0.9, b=2.5, likelihood=0.0)

    def test_simplex_finds_a_narrow_valley(self):
        """Rosenbrock's function: the classic that defeats careless descents."""
        point, value = simplex.minimise(
            lambda p: (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2,
            [-1.2, 1.0],
            tolerance=1e-12,
        )
        self.assertAlmostEqual(point[0], 1.0, places=3)
        self.assertAlmostEqual(point[1], 1.0, places=3)
        self.assertLess(value, 1e-6)

    def test_simplex_keeps_to_its_budget(self):
        calls = []
        simplex.minimise(lambda p: calls.append(1) or p[0] ** 2, [9.0], evaluations=20)
        self.assertLessEqual(len(calls), 26)

    def test_fit_finds_the_truth(self):
        """What was simulated is found again: rates within 15 %, better than the truth."""
        histories = simulate(self.truth, 6000, 60.0)
        model = bgnbd.fit(histories)
        self.assertAlmostEqual(model.r / model.alpha, 0.08, delta=0.012)
        self.assertAlmostEqual(model.a / (model.a + model.b), 0.265, delta=0.04)
        rows = bgnbd._Likelihood([(h.repeats, h.last, h.age, 1) for h in histories])
        at_truth = -rows([log(v) for v in (0.8, 10.0, 0.9, 2.5)])
        self.assertGreater(model.likelihood, at_truth)

    def test_unit_of_time_does_not_matter(self):
        """Days instead of weeks: the scale follows, everything else stays."""
        weeks = simulate(self.truth, 500, 52.0)
        days = [History(h.repeats, h.last * 7, h.age * 7) for h in weeks]
        one, other = bgnbd.fit(weeks), bgnbd.fit(days)
        self.assertAlmostEqual(other.alpha / one.alpha, 7.0, delta=0.07)
        self.assertAlmostEqual(other.r / one.r, 1.0, delta=0.01)
        for week, day in zip(weeks[:50], days[:50], strict=True):
            self.assertAlmostEqual(
                one.chance(week, 13), other.chance(day, 91), places=2
            )

    def test_expected_purchases_come(self):
        """The expectation of the next period meets a simulated future."""
        both = simulate(self.truth, 8000, 60.0, seed=2)
        known = simulate(self.truth, 8000, 40.0, seed=2)
        said = sum(self.truth.expected(h, 20.0) for h in known)
        came = sum(h.repeats for h in both) - sum(h.repeats for h in known)
        self.assertAlmostEqual(said / came, 1.0, delta=0.12)

    def test_single_purchase_is_always_alive(self):
        """Why 1 - alive is no churn score, and is never shown as one."""
        self.assertEqual(self.truth.alive(History(0, 0.0, 500.0)), 1.0)
        late = self.truth.alive(History(5, 10.0, 500.0))
        self.assertLess(late, 0.01)

    def test_chances_are_chances(self):
        for history in simulate(self.truth, 200, 30.0):
            near = self.truth.chance(history, 10.0)
            far = self.truth.chance(history, 1000.0)
            self.assertTrue(0.0 <= near <= far <= 1.0)

    def test_dropout_that_is_not_there_is_not_identified(self):
        """Wholesale customers that never leave: the model says so itself."""
        random = Random(3)
        histories = [
            History(n := random.randint(20, 40), 100.0 - random.random() * 3, 100.0)
            for _number in range(300)
        ]
        self.assertGreater(n, 0)
        self.assertFalse(bgnbd.fit(histories).identified)

    def test_nothing_to_fit(self):
        with self.assertRaises(ValueError):
            bgnbd.fit([])
