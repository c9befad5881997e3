from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools.warranty import (
    CLASSES,
    UNITS,
    Interval,
    Promise,
    Stop,
    add_months,
    days_in,
    end_of_term,
    merge,
    prolong,
    reckon,
    remainder,
    standstill,
    union,
    unused_share,
    without,
)
from ..tools.warranty_rights import Right, Situation, standing
from ..tools.warranty_rules import Goods, Rule, choose
from ..tools.warranty_verdict import STATUSES, Block, judge

DAY = timedelta(days=1)
START = date(2026, 2, 22)
QUICK = settings(max_examples=60, deadline=None, derandomize=True)
DAYS = st.dates(date(2026, 1, 1), date(2026, 8, 31))
LENGTHS = st.integers(0, 90)


@st.composite
def spans(draw, longest=40):
    first = draw(DAYS)
    return first, first + timedelta(days=draw(st.integers(0, longest)))


@st.composite
def intervals(draw):
    first, last = draw(spans(longest=90))
    return Interval(
        first,
        last,
        kind=draw(st.sampled_from(["standard", "extended", "repair", "goodwill"])),
        coverage=draw(st.sampled_from(CLASSES)),
        limited=draw(st.booleans()),
    )


@st.composite
def stops(draw):
    first, last = draw(spans(longest=30))
    return Stop(first, draw(st.sampled_from([last, None])), draw(st.booleans()))


@st.composite
def blocks(draw):
    first, last = draw(spans())
    end = draw(st.sampled_from([last, None]))
    return Block(first, end, draw(st.sampled_from(["void", "hold"])))


def days_of(pairs):
    """The days of spans, one by one, as ordinals: the slow truth."""
    return {
        number
        for first, last in pairs
        for number in range(first.toordinal(), last.toordinal() + 1)
    }


class TestTerms(BaseCase):
    """R02: how long a term lasts."""

    def test_end_included(self):
        """R02: twelve months from 22 February 2026 include 22 February 2027."""
        end = date(2027, 2, 22)
        self.assertEqual(end_of_term(START, 12, "month"), end)
        self.assertEqual(end_of_term(START, 1, "year"), end)
        interval = Interval(START, end)
        self.assertTrue(interval.covers(end))
        self.assertFalse(interval.covers(end + DAY))

    def test_leap_and_short_months(self):
        for start, months, end in (
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2024, 2, 29), 48, date(2028, 2, 29)),
            (date(2026, 1, 31), 1, date(2026, 2, 28)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),
            (date(2026, 11, 30), 1, date(2026, 12, 30)),
        ):
            with self.subTest(start=start, months=months):
                self.assertEqual(end_of_term(start, months, "month"), end)

    def test_days_and_weeks(self):
        self.assertEqual(end_of_term(date(2026, 1, 1), 10, "day"), date(2026, 1, 11))
        self.assertEqual(end_of_term(date(2026, 1, 1), 2, "week"), date(2026, 1, 15))

    def test_refused(self):
        with self.assertRaises(ValueError):
            end_of_term(date(2026, 1, 1), -1, "month")
        with self.assertRaises(ValueError):
            end_of_term(date(2026, 1, 1), 1, "decade")
        with self.assertRaises(ValueError):
            Interval(date(2026, 1, 2), date(2026, 1, 1))

    @QUICK
    @given(DAYS, st.integers(0, 60))
    def test_months_never_overshoot(self, day, months):
        """Property: n months later is n calendar months later, never more."""
        later = add_months(day, months)
        distance = (later.year - day.year) * 12 + later.month - day.month
        self.assertEqual(distance, months)
        self.assertLessEqual(later.day, day.day)

    @QUICK
    @given(DAYS, DAYS, st.integers(0, 60), st.sampled_from(UNITS))
    def test_terms_are_monotone(self, one, other, number, unit):
        """Property: longer ends later, and who starts later never ends earlier."""
        end = end_of_term(one, number, unit)
        self.assertLess(end, end_of_term(one, number + 1, unit))
        if one <= other:
            self.assertLessEqual(end, end_of_term(other, number, unit))


class TestSpans(BaseCase):
    """R02: sets of days."""

    @QUICK
    @given(st.lists(spans(), max_size=8))
    def test_union(self, pairs):
        """Property: the same days, disjoint, in order, and not touching."""
        joined = union(pairs)
        self.assertEqual(days_of(joined), days_of(pairs))
        self.assertEqual(days_in(joined), len(days_of(pairs)))
        for (_first, last), (first, _last) in zip(joined, joined[1:], strict=False):
            self.assertGreater(first, last + DAY)

    @QUICK
    @given(st.lists(spans(), max_size=5), st.lists(spans(), max_size=5))
    def test_without(self, pairs, holes):
        """Property: a difference of sets."""
        rest = without(pairs, holes)
        self.assertEqual(days_of(rest), days_of(pairs) - days_of(holes))
        self.assertEqual(days_in(rest), len(days_of(rest)))

    @QUICK
    @given(st.lists(stops(), max_size=6), DAYS)
    def test_standstill(self, found, today):
        """Property: with us and not waiting; the day it left is the customer's."""
        with_us, waiting = set(), set()
        for stop in found:
            last = today if stop.end is None else stop.end - DAY
            if stop.start <= last:
                (with_us if stop.counts else waiting).update(
                    days_of([(stop.start, last)])
                )
        self.assertEqual(days_of(standstill(found, today)), with_us - waiting)

    @QUICK
    @given(DAYS, LENGTHS, st.lists(spans(longest=40), max_size=6))
    def test_prolong(self, start, length, pairs):
        """Property: the customer has as many running days as were promised."""
        still = union(pairs)
        end = start + timedelta(days=length)
        real = prolong(start, end, still)
        self.assertGreaterEqual(real, end)
        stood = days_of(still)
        self.assertEqual(len(days_of([(start, real)]) - stood), length + 1)
        self.assertNotIn(real.toordinal(), stood)

    def test_last_day(self):
        """R02: in on the last day, home after a month: one covered day is left."""
        stop = Stop(date(2026, 6, 10), date(2026, 7, 10))
        still = standstill([stop], date(2026, 8, 1))
        self.assertEqual(
            prolong(date(2026, 6, 1), date(2026, 6, 10), still), date(2026, 7, 10)
        )

    def test_waiting_for_the_customer_is_not_added(self):
        """R02: of twenty days with us, ten waited for the customer's decision."""
        found = [
            Stop(date(2026, 3, 3), date(2026, 3, 23)),
            Stop(date(2026, 3, 8), date(2026, 3, 18), counts=False),
        ]
        self.assertEqual(days_in(standstill(found, date(2026, 4, 1))), 10)


class TestReckon(BaseCase):
    """R02: from promises to covered days."""

    def promises(self, **values):
        end = end_of_term(START, 12, "month")
        return [
            Promise("parts", "standard", START, end, stops=True, **values),
            Promise(
                "parts",
                "extended",
                end + DAY,
                end_of_term(end, 12, "month"),
                follows=True,
                stops=True,
            ),
        ]

    def test_twenty_days_in_our_hands(self):
        """R02: the sentence of the form: until 14 March 2027."""
        stop = Stop(date(2026, 3, 3), date(2026, 3, 23))
        standard, extended = reckon(self.promises(), [stop], date(2026, 5, 1))
        self.assertEqual(standard.end, date(2027, 3, 14))
        self.assertEqual(extended.start, date(2027, 3, 15))
        self.assertEqual(extended.end, date(2028, 3, 13))

    def test_policy_without_suspension(self):
        promise = Promise("parts", "standard", START, date(2027, 2, 22))
        stop = Stop(date(2026, 3, 3), date(2026, 3, 23))
        [interval] = reckon([promise], [stop], date(2026, 5, 1))
        self.assertEqual(interval.end, date(2027, 2, 22))

    def test_with_us_after_the_end(self):
        """R02: a paid repair after the end gives nothing back."""
        stop = Stop(date(2027, 2, 23), date(2027, 4, 1))
        promise = self.promises()[:1]
        [interval] = reckon(promise, [stop], date(2027, 5, 1))
        self.assertEqual(interval.end, date(2027, 2, 22))

    @QUICK
    @given(st.lists(stops(), max_size=5), DAYS)
    def test_no_gap_and_no_lost_day(self, found, today):
        """Property: the extension joins the standard term, and the days that run are
        those that were bought."""
        promises = self.promises()
        standard, extended = reckon(promises, found, today)
        self.assertEqual(extended.start, standard.end + DAY)
        still = days_of(standstill(found, today))
        for promise, real in zip(promises, (standard, extended), strict=True):
            running = days_of([(real.start, real.end)]) - still
            self.assertEqual(len(running), (promise.end - promise.start).days + 1)

    @QUICK
    @given(st.lists(stops(), max_size=5), DAYS)
    def test_order_does_not_matter(self, found, today):
        promises = self.promises()
        there = reckon(promises, found, today)
        back = reckon(promises[::-1], found[::-1], today)
        self.assertEqual(there, back[::-1])

    @QUICK
    @given(st.lists(intervals(), max_size=6), DAYS)
    def test_remainder(self, found, day):
        """Property: exactly the days from the exchange on, nothing of a repair."""
        rest = remainder(found, day)
        whole = days_of(merge(i for i in found if not i.limited))
        want = {number for number in whole if number >= day.toordinal()}
        self.assertEqual(days_of(merge(rest)), want)

    @QUICK
    @given(spans(longest=90), DAYS)
    def test_unused_share(self, span, day):
        """Property: from all to nothing, one day after the other."""
        share = unused_share(*span, day)
        self.assertTrue(0 <= share <= 1)
        self.assertGreaterEqual(share, unused_share(*span, day + DAY))
        self.assertEqual(unused_share(*span, span[0] - DAY), 1)
        self.assertEqual(unused_share(*span, span[1]), 0)


class TestVerdict(BaseCase):
    """R02: what the intervals mean for one day."""

    def cover(self, *classes, start=START, end=date(2027, 2, 22), **values):
        return [
            Interval(start, end, coverage=coverage, **values)
            for coverage in classes or ("parts", "labour")
        ]

    def test_by_day(self):
        void = Block(date(2026, 6, 1), None, "void")
        for day, found, status in (
            (date(2026, 2, 21), [], "out"),
            (date(2026, 2, 22), [], "in"),
            (date(2027, 2, 22), [], "in"),
            (date(2027, 2, 23), [], "out"),
            (date(2026, 6, 1), [void], "void"),
            (date(2026, 5, 31), [void], "in"),
        ):
            with self.subTest(day=day, blocks=found):
                self.assertEqual(judge(self.cover(), day, found).status, status)
        self.assertEqual(judge([], date(2026, 1, 1)).status, "none")

    def test_until(self):
        late = judge(self.cover(), date(2027, 3, 1))
        self.assertEqual(late.until, date(2027, 2, 22))
        soon = judge(
            self.cover(),
            date(2026, 5, 31),
            [Block(date(2026, 6, 1), None, "void")],
        )
        self.assertEqual(soon.until, date(2026, 5, 31))

    def test_parts_longer_than_labour(self):
        """R02: parts for two years, labour for one: then only parts are free."""
        found = self.cover("labour") + self.cover("parts", end=date(2028, 2, 22))
        self.assertEqual(judge(found, date(2027, 1, 1)).status, "in")
        verdict = judge(found, date(2027, 6, 1))
        self.assertEqual(verdict.status, "partial")
        self.assertTrue(verdict.classes["parts"].covered)
        self.assertFalse(verdict.classes["labour"].covered)
        self.assertEqual(judge(found, date(2028, 6, 1)).status, "out")

    def test_parts_only(self):
        verdict = judge(self.cover("parts"), date(2026, 6, 1))
        self.assertEqual(verdict.status, "partial")
        self.assertNotIn("labour", verdict.classes)

    def test_transport_does_not_decide(self):
        """R02: the repair is free although the way here is not."""
        found = self.cover() + self.cover("transport", end=date(2026, 3, 22))
        verdict = judge(found, date(2026, 6, 1))
        self.assertEqual(verdict.status, "in")
        self.assertEqual(verdict.classes["transport"].status, "out")

    def test_repair_warranty_is_limited(self):
        """R02: after the end, only what was repaired is covered."""
        repair = self.cover(
            start=date(2027, 3, 1), end=date(2027, 5, 30), kind="repair", limited=True
        )
        self.assertEqual(
            judge(self.cover() + repair, date(2027, 4, 1)).status, "limited"
        )
        self.assertEqual(judge(self.cover() + repair, date(2027, 6, 1)).status, "out")

    def test_hold_and_goodwill(self):
        hold = Block(date(2026, 3, 1), date(2026, 3, 31), "hold")
        day = date(2026, 3, 10)
        self.assertEqual(judge(self.cover(), day, [hold]).status, "hold")
        self.assertEqual(judge(self.cover(), date(2026, 4, 1), [hold]).status, "in")
        goodwill = self.cover(start=day, end=day, kind="goodwill")
        verdict = judge(self.cover() + goodwill, day, [hold])
        self.assertEqual((verdict.status, verdict.until), ("in", day))

    @QUICK
    @given(st.lists(intervals(), max_size=8), st.lists(blocks(), max_size=3), DAYS)
    def test_every_class_is_the_union_of_its_days(self, found, blocking, day):
        """Property: covered exactly when some whole interval has the day and nothing
        blocks it; the status is one that people know."""
        verdict = judge(found, day, blocking)
        blocked = any(b.holds(day) for b in blocking)
        self.assertIn(verdict.status, STATUSES)
        self.assertEqual(set(verdict.classes), {i.coverage for i in found})
        for name, one in verdict.classes.items():
            days = days_of(
                (i.start, i.end)
                for i in found
                if i.coverage == name
                and not i.limited
                and (not blocked or i.kind == "goodwill")
            )
            self.assertEqual(one.covered, day.toordinal() in days)
            self.assertIn(one.status, STATUSES)
            if one.covered:
                self.assertGreaterEqual(one.until, day)

    @QUICK
    @given(st.lists(intervals(), max_size=8), st.lists(blocks(), max_size=2), DAYS)
    def test_more_cover_never_hurts(self, found, blocking, day):
        """Property: goodwill for all classes makes any verdict free."""
        goodwill = [Interval(day, day, "goodwill", coverage=c) for c in CLASSES]
        self.assertEqual(judge(found + goodwill, day, blocking).status, "in")


class TestRules(BaseCase):
    """R02: the most specific term wins and says why."""

    def goods(self, **values):
        known = {"product": 1, "template": 11, "categories": (6, 5), "partner": 3}
        return Goods(day=date(2026, 3, 1), **{**known, **values})

    def test_nearest_goods(self):
        rules = [
            Rule(0, 100),
            Rule(0, 101, category=5),
            Rule(0, 102, category=6),
            Rule(0, 103, template=11),
            Rule(0, 104, product=1),
        ]
        want = [
            (104, "variant", 0),
            (103, "product", 0),
            (102, "category", 6),
            (101, "category", 5),
            (100, "all", 0),
        ]
        while rules:
            found = choose(rules, self.goods())
            self.assertEqual((found.term, found.goods, found.category), want.pop(0))
            self.assertEqual(len(found.over), len(rules) - 1)
            rules.pop()
        self.assertIsNone(choose([], self.goods()))

    def test_kit(self):
        """R02: what was sold decides before the category of a component does."""
        goods = self.goods(kits=((9, 99),))
        rules = [Rule(0, 1, category=6), Rule(0, 2, template=99)]
        self.assertEqual(choose(rules, goods).goods, "kit")
        self.assertEqual(choose([*rules, Rule(0, 3, template=11)], goods).term, 3)

    def test_customer_goes_before_goods(self):
        rules = [Rule(0, 1, product=1), Rule(4, 2, tag=8), Rule(5, 3, partner=3)]
        self.assertEqual(choose(rules, self.goods(tags=frozenset({8}))).term, 3)
        other = self.goods(partner=4, tags=frozenset({8}))
        self.assertEqual(choose(rules, other).customer, "tag")
        self.assertEqual(choose(rules, self.goods(partner=4)).term, 1)

    def test_period(self):
        """R02: valid from and to are both included; a period goes before none."""
        dated = Rule(2, 2, start=date(2026, 3, 1), end=date(2026, 3, 1))
        rules = [Rule(1, 1), dated]
        self.assertEqual(choose(rules, self.goods()).term, 2)
        self.assertTrue(choose(rules, self.goods()).dated)
        for day in (date(2026, 2, 28), date(2026, 3, 2)):
            goods = Goods(day=day)
            self.assertEqual(choose(rules, goods).term, 1)

    def test_priority_first(self):
        rules = [Rule(1, 1, partner=3, product=1), Rule(2, 2, priority=5)]
        self.assertEqual(choose(rules, self.goods()).term, 2)

    @QUICK
    @given(st.randoms(use_true_random=False))
    def test_order_of_rules_does_not_matter(self, random):
        rules = [
            Rule(1, 1, product=1),
            Rule(2, 2, product=1, start=date(2026, 1, 1)),
            Rule(3, 3, product=1, start=date(2026, 2, 1)),
            Rule(4, 4, category=5),
            Rule(5, 5, partner=3),
        ]
        want = choose(rules, self.goods())
        random.shuffle(rules)
        self.assertEqual(choose(rules, self.goods()), want)


class TestRights(BaseCase):
    """R02: what the law gives, from its facts."""

    def case(self, day, **values):
        return Situation(START, day, date(2027, 2, 22), **values)

    def test_seven_and_fifteen_days(self):
        for number, last in ((7, date(2026, 3, 1)), (15, date(2026, 3, 9))):
            right = Right(1, "within", number)
            self.assertTrue(standing(right, self.case(last)).open)
            self.assertFalse(standing(right, self.case(last + DAY)).open)
            self.assertEqual(standing(right, self.case(START)).until, last)

    def test_two_failed_repairs(self):
        right = Right(1, "repairs", 2)
        day = date(2026, 6, 1)
        self.assertEqual(standing(right, self.case(day, repairs=1)).missing, 1)
        self.assertTrue(standing(right, self.case(day, repairs=2)).open)
        late = self.case(date(2027, 3, 1), repairs=5)
        self.assertEqual(standing(right, late).missing, 0)
        self.assertFalse(standing(right, late).open)

    def test_more_than_ninety_days(self):
        right = Right(1, "in_repair", 90)
        day = date(2026, 6, 1)
        self.assertEqual(standing(right, self.case(day, days_in_repair=90)).missing, 1)
        self.assertTrue(standing(right, self.case(day, days_in_repair=91)).open)

    def test_unknown_condition(self):
        with self.assertRaises(ValueError):
            standing(Right(1, "never"), self.case(START))
