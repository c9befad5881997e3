from random import Random

from odoo.tests import BaseCase, tagged

from ..engines import next_purchase, persistency
from ..engines.next_purchase import Customer

TODAY = 730_000


def customers(count: int, span: int, seed: int = 1) -> list[Customer]:
    """Customers of different rhythm, some of whom have left."""
    random = Random(seed)
    found = []
    for _number in range(count):
        gap = random.choice([15, 40, 120])
        day = TODAY - span + random.randint(0, gap)
        end = TODAY + 90 if random.random() < 0.6 else TODAY - random.randint(0, span)
        days = []
        while day <= end:
            days.append(day)
            day += max(1, round(random.expovariate(1 / gap)))
        if days:
            found.append(Customer(tuple(days), tuple(100.0 for _day in days)))
    return found


def before(rows: list[Customer], today: int) -> list[Customer]:
    """The same customers as they were known on a day."""
    known = [tuple(day for day in row.days if day <= today) for row in rows]
    return [
        Customer(days, row.amounts[: len(days)])
        for days, row in zip(known, rows, strict=True)
    ]


@tagged("post_install", "-at_install")
class TestNextPurchase(BaseCase):
    """A06: the chance of an order in the next 90 days, with its own record shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = customers(700, 900)
        cls.known = before(cls.world, TODAY)
        cls.prediction = next_purchase.predict(cls.known, TODAY)

    def test_calibrated_on_a_future_it_has_not_seen(self):
        """What is said comes: sums within 10 %, ranking far above chance."""
        pairs = [
            (chance, next_purchase.buys(customer, TODAY, 90))
            for chance, customer in zip(
                self.prediction.chances, self.world, strict=True
            )
            if chance is not None
        ]
        said = sum(chance for chance, _came in pairs)
        came = sum(came for _chance, came in pairs)
        self.assertAlmostEqual(said / came, 1.0, delta=0.1)
        chances, outcomes = zip(*pairs, strict=True)
        self.assertGreater(next_purchase.metrics.auc(outcomes, chances), 0.8)

    def test_future_is_not_used(self):
        """Orders after today change nothing."""
        self.assertEqual(next_purchase.predict(self.world, TODAY), self.prediction)

    def test_best_method_wins(self):
        briers = [judgement.brier for judgement in self.prediction.judgements]
        self.assertEqual(briers, sorted(briers))
        methods = {judgement.method for judgement in self.prediction.judgements}
        self.assertEqual(methods, {"logit", "bgnbd", "season"})
        self.assertEqual(self.prediction.method, self.prediction.judgements[0].method)

    def test_similar_customers(self):
        """ "37 % likely; of 90 similar customers 36 % did": both numbers are real."""
        group = self.prediction.similar(0.5)
        self.assertIn(group, self.prediction.judgements[0].calibration)
        self.assertGreater(group.count, 10)

    def test_never_bought_has_no_chance_to_show(self):
        rows = [*self.known, Customer((), ())]
        self.assertIsNone(next_purchase.predict(rows, TODAY).chances[-1])

    def test_too_little_history(self):
        for rows in (self.known[:150], customers(400, 200), []):
            with self.assertRaises(next_purchase.TooLittleHistory):
                next_purchase.predict(before(rows, TODAY), TODAY)

    def test_no_season_without_two_years(self):
        rows = before(customers(400, 500), TODAY)
        prediction = next_purchase.predict(rows, TODAY)
        methods = {judgement.method for judgement in prediction.judgements}
        self.assertEqual(methods, {"logit", "bgnbd"})

    def test_rhythm(self):
        """ "Orders every 30 days, due in 10": the median is not moved by one holiday."""
        rhythm = next_purchase.lateness([0, 30, 60, 90, 300], 320)
        self.assertEqual((rhythm.gap, rhythm.quiet, rhythm.due_in), (30, 20, 10))
        self.assertAlmostEqual(rhythm.lateness, 2 / 3)
        self.assertIsNone(next_purchase.lateness([0, 30], 40))
        self.assertIsNone(next_purchase.lateness([0, 30, 60], 45))

    def test_persistency(self):
        """A05: 100 % for every month, less with each month gone, incremental."""
        self.assertAlmostEqual(persistency.index(range(600)), 100.0)
        self.assertEqual(persistency.index([]), 0.0)
        self.assertEqual(persistency.index([2, 2]), persistency.index([2]))
        bought = [True, False, True, True, False]
        rolled = 0.0
        for month in bought:
            rolled = persistency.roll(rolled, month)
        ages = [age for age, month in enumerate(reversed(bought)) if month]
        self.assertAlmostEqual(rolled, persistency.index(ages))
