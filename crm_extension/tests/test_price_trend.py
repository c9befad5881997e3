import random

from odoo.tests import BaseCase, tagged

from ..tools.price_trend import TREND_LENGTH, PastPrice, change, facts

KINDS = ("sold", "quoted", "invoiced")


@tagged("post_install", "-at_install")
class TestPriceTrend(BaseCase):
    """X12: what the past of a price says, as plain numbers."""

    def _random_prices(self, rng):
        return [
            PastPrice(rng.choice([None, rng.uniform(-5, 100)]), rng.choice(KINDS))
            for _n in range(rng.randrange(40))
        ]

    def test_nothing_is_known_of_nothing(self):
        self.assertEqual(facts([]), (None, None, None, []))
        self.assertEqual(facts([PastPrice(None, "sold")]), (None, None, None, []))

    def test_quotes_count_when_nothing_was_sold(self):
        quotes = [PastPrice(9, "quoted"), PastPrice(7, "quoted")]
        self.assertEqual(facts(quotes), (0, 1, 0, [7, 9]))
        self.assertEqual(facts([*quotes, PastPrice(5, "invoiced")]).last, 2)

    def test_properties_of_any_past(self):
        """P: low <= every point of the trend <= high, and the last one ends it."""
        rng = random.Random(12)
        for _round in range(300):
            prices = self._random_prices(rng)
            found = facts(prices)
            if found.last is None:
                self.assertTrue(all(price.value is None for price in prices))
                continue
            low, high = prices[found.low].value, prices[found.high].value
            self.assertLessEqual(len(found.trend), TREND_LENGTH)
            self.assertTrue(all(low <= value <= high for value in found.trend))
            self.assertEqual(found.trend[-1], prices[found.last].value)
            sold = [p for p in prices if p.value is not None and p.kind != "quoted"]
            if sold:
                self.assertIs(prices[found.last], sold[0])

    def test_change_in_percent(self):
        self.assertEqual(change(30.0, 27.5), 9)
        self.assertEqual(change(10.0, 20.0), -50)
        self.assertIsNone(change(10.0, 0.0))
        self.assertIsNone(change(10.0, None))
