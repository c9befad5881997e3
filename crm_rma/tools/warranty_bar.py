"""Where things stand on a time line, in per cent: the picture of a warranty.

The client draws boxes and words and calculates nothing::

    >>> bar = Bar([(date(2026, 1, 1), date(2026, 12, 31))], [date(2026, 7, 1)])
    >>> bar.span(date(2026, 1, 1), date(2026, 12, 31))
    {'left': 4.0, 'width': 92.0}
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .warranty import DAY, Span, add_months

#: Free space on both sides, so that a mark on the first or last day can be read.
MARGIN = 4.0
#: As many labels as fit on a phone.
MAX_TICKS = 3
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)


class Bar:
    """Maps the days of ``spans`` and ``days`` to the width of a picture.

    :param spans: first and last day of what is drawn
    :param days: single days that are marked
    """

    def __init__(self, spans: Iterable[Span], days: Iterable[date] = ()) -> None:
        spans, days = list(spans), list(days)
        known = [day for span in spans for day in span] + days
        if not known:
            raise ValueError("a time line needs a day")
        self.first = min(known)
        self.last = max(known)

    def at(self, day: date) -> float:
        """Position of the begin of ``day``, cut to the picture."""
        day = min(max(day, self.first), self.last + DAY)
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return round(MARGIN + share * (100 - 2 * MARGIN), 2)

    def span(self, first: date, last: date) -> dict[str, float]:
        """Position and width of the days ``first`` to ``last``, both included."""
        left = self.at(first)
        return {"left": left, "width": round(self.at(last + DAY) - left, 2)}

    def ticks(self) -> list[date]:
        """First days of months that are labelled: at most :data:`MAX_TICKS`."""
        for step in STEPS:
            found = self._firsts(step)
            if len(found) <= MAX_TICKS:
                return found
        return []

    def _firsts(self, step: int) -> list[date]:
        """First days of every ``step``-th month, years beginning with January."""
        months = self.first.year * 12 + self.first.month - 1
        start = -(-months // step) * step
        day = date(start // 12, start % 12 + 1, 1)
        if day < self.first:
            day = add_months(day, step)
        found = []
        while day <= self.last and len(found) <= MAX_TICKS:
            found.append(day)
            day = add_months(day, step)
        return found
