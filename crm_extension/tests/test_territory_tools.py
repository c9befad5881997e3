import random

from odoo.tests import BaseCase, tagged

from ..tools.territory import (
    Level,
    Map,
    Place,
    Rule,
    ZipError,
    Zips,
    fold,
    fold_zip,
    read_zips,
)


def rule(number, depth=1, **conditions):
    level = Level(
        **{k: v if k == "zips" else frozenset(v) for k, v in conditions.items()}
    )
    return Rule(number, (level,), depth=depth, order=number)


@tagged("post_install", "-at_install")
class TestTerritoryMap(BaseCase):
    """X17: which territory takes a place, as plain data."""

    def test_x17_the_finest_place_wins(self):
        world = Map(
            [
                rule(1, countries={48}),
                rule(2, countries={48}, states={5}),
                rule(3, countries={48}, zips=read_zips("200000-201999")),
                rule(4, countries={48}, cities={fold("上海市")}),
                rule(5, countries={48}, industries={7}),
            ]
        )
        place = {"country": 48, "state": 5, "zip": "200030", "city": fold("上海")}
        self.assertEqual(world.find(Place(**place)).rule, 4)
        self.assertEqual(world.find(Place(**{**place, "city": ""})).rule, 3)
        self.assertEqual(world.find(Place(country=48, state=5)).rule, 2)
        self.assertEqual(world.find(Place(country=48, industry=7)).rule, 5)
        self.assertEqual(world.find(Place(country=48)).rule, 1)
        self.assertIsNone(world.find(Place(country=1)).rule)

    def test_x17_parts_lie_in_what_is_around_them(self):
        inner = Rule(
            2, (Level(countries=frozenset({48})), Level(cities=frozenset({"paris"})))
        )
        world = Map([inner])
        self.assertEqual(world.find(Place(country=48, city="paris")).rule, 2)
        self.assertIsNone(world.find(Place(country=75, city="paris")).rule)

    def test_x17_priority_wins_and_rivals_are_named(self):
        key = Rule(9, (Level(sizes=frozenset({"5"})),), priority=1)
        world = Map([rule(1, countries={48}), rule(2, countries={48}), key])
        verdict = world.find(Place(country=48))
        self.assertEqual((verdict.rule, verdict.rivals), (1, (2,)))
        verdict = world.find(Place(country=48, size="5"))
        self.assertEqual((verdict.rule, verdict.over), (9, 1))
        self.assertEqual(world.overlaps(), [(1, 2)])

    def test_x17_postcodes_that_people_type(self):
        self.assertEqual(
            read_zips("200000-201999， 310*;sw1a 1aa"),
            (
                Zips("200000", "201999"),
                Zips("310", "310", is_prefix=True),
                Zips("SW1A1AA", "SW1A1AA"),
            ),
        )
        self.assertEqual(read_zips(""), ())
        self.assertEqual(
            read_zips("２０００００-２０１９９９"), read_zips("200000-201999")
        )
        for wrong in ("201999-200000", "200-2019", "2?", "*", "1-2-3"):
            with self.subTest(text=wrong), self.assertRaises(ZipError):
                read_zips(wrong)

    def test_x17_names_of_cities_in_any_script(self):
        for one, other in (
            ("上海市", "上海"),
            ("Zürich", "ZURICH"),
            ("台北縣", "台北"),
        ):
            self.assertEqual(fold(one), fold(other))
        self.assertEqual(fold("市"), "市")

    def test_properties_of_postcodes(self):
        """P: two ranges meet exactly when some code lies in both."""
        rng = random.Random(17)
        codes = [f"{n:03}" for n in range(1000)]

        def span():
            if rng.random() < 0.4:
                first = f"{rng.randrange(100):0{rng.choice((1, 2))}}"[:2]
                return Zips(first, first, is_prefix=True)
            first, last = sorted((rng.choice(codes), rng.choice(codes)))
            return Zips(first, last)

        for _round in range(300):
            one, other = span(), span()
            common = any(one.holds(code) and other.holds(code) for code in codes)
            self.assertEqual(one.meets(other), common, (one, other))
            self.assertEqual(one.meets(other), other.meets(one))

    def test_properties_of_maps(self):
        """P: the verdict is a rule that holds, no rule that holds is more specific, and
        without one nothing holds; the order of the list changes rivals only."""
        rng = random.Random(18)

        def some(values, chance=0.4):
            return {v for v in values if rng.random() < chance}

        for _round in range(300):
            rules = [
                Rule(
                    n,
                    tuple(
                        Level(
                            countries=frozenset(some((1, 2))),
                            states=frozenset(some((3, 4), 0.3)),
                            cities=frozenset(some(("a", "b"), 0.2)),
                            industries=frozenset(some((7, 8), 0.2)),
                        )
                        for _level in range(rng.choice((1, 1, 2)))
                    ),
                    priority=rng.choice((0, 0, 0, 1)),
                    order=n,
                )
                for n in range(1, rng.randrange(2, 7))
            ]
            place = Place(
                country=rng.choice((1, 2, None)),
                state=rng.choice((3, 4, None)),
                city=rng.choice(("a", "b", "")),
                industry=rng.choice((7, 8, None)),
            )
            verdict = Map(rules).find(place)
            holding = [r for r in rules if r.holds(place)]
            if not holding:
                self.assertIsNone(verdict.rule)
                continue
            best = min(r.rank for r in holding)
            ties = {r.id for r in holding if r.rank == best}
            self.assertEqual({verdict.rule, *verdict.rivals}, ties)
            turned = Map([*reversed(rules)]).find(place)
            self.assertEqual(turned.rule, verdict.rule)

    def test_fold_zip(self):
        self.assertEqual(fold_zip(" sw1a-1aa "), "SW1A1AA")
        self.assertEqual(fold_zip(None), "")
