"""Warranty arithmetic, without database.

A warranty is a set of closed date intervals: both ends are covered days. Twelve
months from 22 February 2026 include 22 February 2027, because the customer who
comes on the anniversary has not yet used up twelve months.

Example::

    >>> end = end_of_term(date(2026, 2, 22), 12, "month")
    >>> end
    datetime.date(2027, 2, 22)
    >>> judge([Interval(date(2026, 2, 22), end)], date(2027, 2, 22)).status
    'in'

No function here asks for more than what it is given: the caller reads the
intervals, this module decides.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

UNITS = ("day", "week", "month", "year")


@dataclass(frozen=True, order=True)
class Interval:
    """Covered days ``start`` to ``end``, both included, and where they come from."""

    start: date
    end: date
    kind: str = "standard"
    source: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"interval ends ({self.end}) before it starts")

    def covers(self, day: date) -> bool:
        """Whether ``day`` is one of the covered days."""
        return self.start <= day <= self.end


@dataclass(frozen=True)
class Verdict:
    """What was decided for one day.

    ``status`` is ``in``, ``out``, ``void`` or ``none``; ``until`` is the last
    covered day of the unbroken cover that holds the day (or that ended last
    before it); ``intervals`` are those the decision rests on.
    """

    status: str
    until: date | None = None
    intervals: tuple[Interval, ...] = ()

    @property
    def covered(self) -> bool:
        """Whether the day is covered."""
        return self.status == "in"


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


def merge(intervals: Iterable[Interval]) -> list[tuple[date, date]]:
    """Union of the intervals as disjoint spans; adjacent days join."""
    spans: list[tuple[date, date]] = []
    for interval in sorted(intervals):
        if spans and interval.start <= spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], max(spans[-1][1], interval.end))
        else:
            spans.append((interval.start, interval.end))
    return spans


def judge(
    intervals: Iterable[Interval], day: date, void_from: date | None = None
) -> Verdict:
    """Verdict for the ``day`` on which the fault was reported.

    A void warranty is void from ``void_from`` on; faults reported before keep
    their cover.
    """
    intervals = tuple(sorted(intervals))
    if not intervals:
        return Verdict("none")
    if void_from and void_from <= day:
        return Verdict("void", None, intervals)
    before = [span for span in merge(intervals) if span[0] <= day]
    until = before[-1][1] if before else None
    covering = tuple(i for i in intervals if i.covers(day))
    if covering:
        return Verdict("in", until, covering)
    return Verdict("out", until, intervals)
