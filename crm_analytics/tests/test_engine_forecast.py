from math import pi, sin
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..engines import forecast, pipeline
from ..engines.pipeline import Deal, Hazards
from .common_engine import PROPERTY

MONTHS = st.lists(st.integers(0, 9999), min_size=1, max_size=40)


def noisy(seed: int, months: int = 48) -> list[float]:
    """A level with a season and noise."""
    random = Random(seed)
    return [
        1000 * (1 + 0.3 * sin(2 * pi * month / 12)) * random.gauss(1, 0.08)
        for month in range(months)
    ]


@tagged("post_install", "-at_install")
class TestForecast(BaseCase):
    """A09: months ahead (real series: tests/test_engines_research.py)."""

    def test_flat_stays_flat(self):
        self.assertEqual(forecast.point_forecast([5.0] * 30, 3), [5.0] * 3)
        self.assertEqual(forecast.point_forecast([5.0], 2), [5.0] * 2)

    def test_zero_stays_zero(self):
        result = forecast.forecast([0.0] * 40, 3)
        self.assertEqual((result.values, result.high), ((0.0,) * 3, (0.0,) * 3))

    @PROPERTY
    @given(MONTHS, st.integers(1, 18))
    def test_no_crash_and_nothing_negative(self, history, ahead):
        result = forecast.forecast(history, ahead)
        self.assertEqual(len(result.values), ahead)
        rows = zip(result.low, result.values, result.high, strict=True)
        self.assertTrue(all(0 <= low <= mid <= high for low, mid, high in rows))

    def test_season_is_found(self):
        history = [100.0 * (2 if month % 12 == 11 else 1) for month in range(48)]
        values = forecast.point_forecast(history, 12)
        self.assertGreater(values[11], 1.8 * values[5])

    def test_noise_is_no_season(self):
        """The more the months swing, the less of an index is believed."""
        random = Random(4)
        noise = [random.gauss(100, 30) for _month in range(36)]
        indices = forecast.seasonal_indices(noise)
        self.assertLess(max(abs(index - 1) for index in indices), 0.2)

    def test_short_history_takes_the_season_of_the_company(self):
        season = [2.0 if month == 0 else 10 / 11 for month in range(12)]
        values = forecast.point_forecast([100.0] * 11, 2, season=season)
        self.assertGreater(values[1], 1.5 * values[0])  # month 12 is a "January"

    def test_moving_holiday_is_no_trend(self):
        """Half the working days make half the sales, in whichever month they fall."""
        days = [20.0] * 39
        days[13], days[25], days[37] = 10.0, 10.0, 10.0
        days[13], days[12] = days[12], days[13]
        history = [5.0 * day for day in days[:36]]
        values = forecast.point_forecast(history, 3, days=days)
        for value, day in zip(values, days[36:], strict=True):
            self.assertAlmostEqual(value, 5.0 * day, delta=4.0)

    def test_intervals_hold_in_four_of_five_cases(self):
        worlds = [noisy(seed, 51) for seed in range(100)]
        pool = forecast.pooled_spread([forecast.errors(w[:48], 3) for w in worlds])
        hits = 0
        for world in worlds:
            values = forecast.point_forecast(world[:48], 3)
            low, high = forecast.total_interval(world[:48], values, pool)
            hits += low <= sum(world[48:]) <= high
        self.assertTrue(0.72 <= hits / len(worlds) <= 0.92, hits)

    def test_interval_without_any_record_is_wide(self):
        result = forecast.forecast([100.0, 120.0], 1)
        self.assertLessEqual(result.low[0], result.values[0] * 0.5)
        self.assertGreaterEqual(result.high[0], result.values[0] * 1.5)
        self.assertEqual(forecast.total_interval([10.0], [10.0]), (5.0, 15.0))

    def test_bad_input(self):
        with self.assertRaises(ValueError):
            forecast.point_forecast([], 3)
        with self.assertRaises(ValueError):
            forecast.point_forecast([1.0, 2.0], 1, days=[20.0])


@tagged("post_install", "-at_install")
class TestPipeline(BaseCase):
    """A09: the pipeline, counted once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        random = Random(1)
        cls.past = []
        for _number in range(6000):
            age = int(random.expovariate(1 / 60))
            ended = age < 400
            won = random.random() < 0.4 if ended else None
            cls.past.append(Deal(min(age, 400), won, 1.0))
        cls.hazards = Hazards(cls.past)

    def test_chance_follows_the_past(self):
        """40 % are won in the end, 31 % within 90 days (1 - exp(-90/60) of them)."""
        table = self.hazards.all
        self.assertAlmostEqual(table.chance(0, 0, 3000), 0.40, delta=0.02)
        self.assertAlmostEqual(table.chance(0, 0, 90), 0.31, delta=0.02)

    def test_windows_add_up(self):
        """Won in this quarter, or in the next: never more than once."""
        table = self.hazards.all
        whole = table.chance(10, 0, 180)
        parts = table.chance(10, 0, 90) + table.chance(10, 90, 90)
        self.assertAlmostEqual(whole, parts, delta=0.01)

    def test_forgotten_deals_do_not_inflate(self):
        """Deals older than a year are rarely won here; a fresh one mostly is."""
        past = [Deal(20, True)] * 200 + [Deal(500, False)] * 200
        hazards = Hazards(past)
        fresh = hazards.chance(Deal(5, None), 0, 90)
        old = hazards.chance(Deal(420, None), 0, 90)
        self.assertGreater(fresh, 0.4)
        self.assertLess(old, 0.1)

    def test_stage_with_enough_deals_speaks_for_itself(self):
        past = [Deal(30, True, stage=2)] * 40 + [Deal(30, False, stage=1)] * 40
        hazards = Hazards([*past, Deal(30, True, stage=3)])
        self.assertEqual(set(hazards.stages), {1, 2})
        good = hazards.chance(Deal(20, None, stage=2), 0, 30)
        bad = hazards.chance(Deal(20, None, stage=1), 0, 30)
        self.assertGreater(good, bad)

    def test_open_deals_are_whole_or_nothing(self):
        stream = pipeline.open_deals(self.hazards, [Deal(0, None, 100.0)], 0, 90)
        chance = self.hazards.all.chance(0, 0, 90)
        self.assertAlmostEqual(stream.value, 100 * chance)
        self.assertAlmostEqual(stream.deviation, 100 * (chance * (1 - chance)) ** 0.5)

    def test_nothing_known_nothing_promised(self):
        empty = Hazards([])
        self.assertEqual(empty.chance(Deal(10, None, 50.0), 0, 90), 0.0)
        self.assertEqual(pipeline.new_deals([]).value, 0.0)

    def test_new_deals(self):
        self.assertEqual(pipeline.new_deals([10.0, 20.0]).value, 15.0)
        self.assertEqual(pipeline.new_deals([10.0, 20.0], [25.0]).value, 20.0)

    def test_averaged_never_added(self):
        value, weights = pipeline.combine([100.0, 140.0], [None, 4.0])
        self.assertEqual((value, weights), (120.0, [0.5, 0.5]))
        value, weights = pipeline.combine([100.0, 140.0], [1.0, 3.0])
        self.assertAlmostEqual(value, 110.0)
        self.assertAlmostEqual(sum(weights), 1.0)
