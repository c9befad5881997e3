"""RFM: recency, frequency and money of customers in five classes that ties cannot tear.

The score of a value is ``ceil(5 * share of customers with this value or a worse one)``.
Equal values get equal scores. (Five equally *large* groups would hand customers with one
order each the scores 1, 2 and 3: half of all customers of a shop have exactly one.)

Scores are explained and compared by the borders of their run, and a segment changes only
when a customer really moves (:func:`settle`), so that nobody flaps between two.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

CLASSES = 5
#: Segments by (recency score, mean of frequency and money score), best first. A pair
#: belongs to the first line whose two lower limits it reaches.
SEGMENTS = (
    ("champion", 5, 4.0),
    ("loyal", 3, 4.0),
    ("promising", 4, 2.5),
    ("new", 5, 0.0),
    ("attention", 3, 2.5),
    ("at_risk", 1, 3.5),
    ("fading", 3, 0.0),
    ("hibernating", 2, 0.0),
    ("lost", 0, 0.0),
)


@dataclass(frozen=True)
class Borders:
    """Lowest value of each class from 2 up; for recency the highest number of days.

    ``limits[i]`` opens class ``i + 2``. An empty class shares its limit with the next.
    """

    limits: tuple[float, ...]
    falling: bool = False

    def score(self, value: float) -> int:
        """The class of a value, 1 to 5, also of one that was not in the run."""
        if self.falling:
            return 1 + sum(value <= limit for limit in self.limits)
        return 1 + sum(value >= limit for limit in self.limits)


def borders(
    values: Sequence[float], falling: bool = False, classes: int = CLASSES
) -> Borders:
    """Tie-safe borders of the classes of ``values``.

    :param falling: small values are good (days since the last order)
    """
    ranked = sorted((-value if falling else value) for value in values)
    limits: list[float] = []
    for place in range(2, classes + 1):
        limit = _lowest(ranked, place, classes)
        limits.append(-limit if falling else limit)
    return Borders(tuple(limits), falling)


def _lowest(ranked: list[float], place: int, classes: int) -> float:
    """The lowest value whose score reaches ``place``; infinite when none does."""
    count = len(ranked)
    # ceil(classes * share) >= place  <=>  share > (place - 1) / classes
    position = count * (place - 1) // classes
    if position >= count:
        return float("inf")
    value = ranked[position]
    share = bisect_right(ranked, value) / count
    if ceil(round(classes * share, 9)) >= place:
        return value
    after = bisect_right(ranked, value)
    return ranked[after] if after < count else float("inf")


def score(values: Sequence[float], falling: bool = False) -> list[int]:
    """Scores 1 to 5 of ``values`` among themselves; the definition, for tests."""
    ranked = sorted(values)
    count = len(ranked)
    scores = []
    for value in values:
        if falling:
            worse_or_equal = count - bisect_left(ranked, value)
        else:
            worse_or_equal = bisect_right(ranked, value)
        scores.append(ceil(round(CLASSES * worse_or_equal / count, 9)))
    return scores


def segment(recency: int, frequency: int, money: int) -> str:
    """Name of the segment of three scores."""
    worth = (frequency + money) / 2
    return next(
        name
        for name, least_recency, least_worth in SEGMENTS
        if recency >= least_recency and worth >= least_worth
    )


def settle(shown: str | None, candidate: str, last_candidate: str | None) -> str:
    """The segment to show: it changes only when two runs in a row agree.

    :param shown: segment shown until now, None for a new customer
    :param candidate: what this run computes
    :param last_candidate: what the run before computed
    """
    if shown is None or candidate == last_candidate:
        return candidate
    names = [name for name, _recency, _worth in SEGMENTS]
    far = abs(names.index(candidate) - names.index(shown)) > 1
    return candidate if far else shown
