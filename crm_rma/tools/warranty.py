"""Warranty arithmetic, without database.

A warranty is a set of closed date intervals: both ends are covered days. Twelve
months from 22 February 2026 include 22 February 2027, because the customer who
comes on the anniversary has not yet used up twelve months.

What is promised (:class:`Promise`) is counted on a clock that stands still while the
unit is in our hands (:class:`Stop`). :func:`reckon` turns promises into the covered
days of the calendar (:class:`Interval`)::

    >>> end = end_of_term(date(2026, 2, 22), 12, "month")
    >>> promise = Promise("parts", "standard", date(2026, 2, 22), end, stops=True)
    >>> stop = Stop(date(2026, 3, 3), date(2026, 3, 23))
    >>> reckon([promise], [stop], date(2026, 4, 1))[0].end
    datetime.date(2027, 3, 14)

How it works: stops are merged to disjoint spans of days; an interval grows by each
span that begins before it ends, one after the other, so a unit that comes in on the
last day and stays a month goes home with one covered day. A promise that *follows*
another one (an extended warranty) starts when that one really ends.

No function here asks for more than what it is given: the caller reads promises and
stops, :mod:`.warranty_verdict` decides what they mean for one day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

UNITS = ("day", "week", "month", "year")
#: What a warranty pays for, in the order in which people read it.
CLASSES = ("parts", "labour", "transport", "onsite")
#: The two that decide whether a repair is free.
REPAIR_CLASSES = ("parts", "labour")
DAY = timedelta(days=1)

Span = tuple[date, date]


@dataclass(frozen=True)
class Interval:
    """Covered days ``start`` to ``end``, both included, and where they come from.

    ``limited`` covers only what ``source`` names (the parts and the work of one
    repair), not the whole unit.
    """

    start: date
    end: date
    kind: str = "standard"
    source: int | str = ""
    coverage: str = "parts"
    limited: bool = False

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"interval ends ({self.end}) before it starts")

    def covers(self, day: date) -> bool:
        """Whether ``day`` is one of the covered days."""
        return self.start <= day <= self.end


@dataclass(frozen=True)
class Promise:
    """What was promised for one class, as if the clock never stood still.

    ``follows``: it begins when the promise that ends on the day before really ends.
    ``stops``: the time in our hands is added back.
    """

    coverage: str
    kind: str
    start: date
    end: date
    follows: bool = False
    stops: bool = False
    limited: bool = False
    source: int | str = ""


@dataclass(frozen=True)
class Stop:
    """The unit was with us from ``start`` until it left on ``end`` (None: still here).

    The day it left belongs to the customer again, so the third to the twenty-third
    are twenty days. ``counts`` is False for the time in which we waited for the
    customer's decision: that time is not added back.
    """

    start: date
    end: date | None = None
    counts: bool = True


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def end_of_term(start: date, number: int, unit: str) -> date:
    """Last covered day of a term of ``number`` ``unit`` that starts on ``start``.

    :raise ValueError: a negative number or an unknown unit
    """
    if number < 0:
        raise ValueError("a warranty cannot last a negative time")
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}")
    if unit in ("month", "year"):
        return add_months(start, number * (12 if unit == "year" else 1))
    return start + timedelta(days=number * (7 if unit == "week" else 1))


def union(spans: Iterable[Span]) -> list[Span]:
    """The days of ``spans`` as disjoint spans in order; adjacent days join."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """The days of ``spans`` that are in none of the ``holes``."""
    holes = union(holes)
    rest = []
    for first, last in union(spans):
        for hole_first, hole_last in holes:
            if hole_last < first or hole_first > last:
                continue
            if hole_first > first:
                rest.append((first, hole_first - DAY))
            first = hole_last + DAY
        if first <= last:
            rest.append((first, last))
    return rest


def merge(intervals: Iterable[Interval]) -> list[Span]:
    """Union of the intervals as disjoint spans; adjacent days join."""
    return union((interval.start, interval.end) for interval in intervals)


def standstill(stops: Iterable[Stop], today: date) -> list[Span]:
    """The days on which the clock stands still, as disjoint spans.

    :param today: an open stop counts up to this day, this day included
    """
    with_us, waiting = [], []
    for stop in stops:
        last = today if stop.end is None else stop.end - DAY
        if stop.start <= last:
            (with_us if stop.counts else waiting).append((stop.start, last))
    return without(with_us, waiting)


def days_in(spans: Iterable[Span]) -> int:
    """Number of days in disjoint ``spans``."""
    return sum((last - first).days + 1 for first, last in spans)


def prolong(start: date, end: date, spans: Iterable[Span]) -> date:
    """The last covered day when the clock of ``start`` to ``end`` stood still.

    :param spans: disjoint spans in order, as from :func:`standstill`
    """
    for first, last in spans:
        if first > end:
            break
        first = max(first, start)
        if first <= last:
            end += last - first + DAY
    return end


def reckon(
    promises: Iterable[Promise], stops: Iterable[Stop], today: date
) -> list[Interval]:
    """The covered days of the calendar, one interval for each promise, in its order.

    A promise that follows another one of its class is shifted with it: the customer
    loses no day of what was bought.
    """
    promises = list(promises)
    spans = standstill(stops, today)
    real_end: dict[tuple[str, date], date] = {}
    made: dict[int, Interval] = {}
    for number in sorted(range(len(promises)), key=lambda n: promises[n].start):
        promise = promises[number]
        start = promise.start
        before = real_end.get((promise.coverage, promise.start - DAY))
        if promise.follows and before:
            start = before + DAY
        end = start + (promise.end - promise.start)
        if promise.stops:
            end = prolong(start, end, spans)
        key = (promise.coverage, promise.end)
        if not promise.limited:
            real_end[key] = max(real_end.get(key, end), end)
        made[number] = Interval(
            start,
            end,
            promise.kind,
            promise.source,
            promise.coverage,
            promise.limited,
        )
    return [made[number] for number in range(len(promises))]


def remainder(intervals: Sequence[Interval], day: date) -> list[Interval]:
    """What is left of ``intervals`` from ``day`` on, for the unit that replaces."""
    return [
        Interval(
            max(interval.start, day),
            interval.end,
            interval.kind,
            interval.source,
            interval.coverage,
            interval.limited,
        )
        for interval in intervals
        if interval.end >= day and not interval.limited
    ]


def unused_share(start: date, end: date, day: date) -> float:
    """The part of ``start`` to ``end`` that is not used up when it is given back on
    ``day``, between 0 and 1: what is paid back pro rata. The day itself is used."""
    total = (end - start).days + 1
    used = (min(max(day, start - DAY), end) - start).days + 1
    return (total - used) / total
