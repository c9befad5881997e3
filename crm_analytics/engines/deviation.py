"""When a change in how somebody spends the time means something.

A share is compared with the person's *own* past, never with a colleague's, and only
with enough data on both sides. The band is the middle 80 % of the past weeks; a share
outside it by less than :data:`LEAST_CHANGE` points is no news either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Working days with recorded time that the period must have.
LEAST_DAYS = 5
#: Past weeks that a band needs.
LEAST_WEEKS = 6
#: Difference in share that is worth a word.
LEAST_CHANGE = 0.10


@dataclass(frozen=True)
class Deviation:
    """A kind of work that takes unusually much or little: shares between 0 and 1."""

    kind: str
    share: float
    low: float
    high: float

    @property
    def is_more(self) -> bool:
        """Whether it takes more than usual."""
        return self.share > self.high


def quantile(values: Sequence[float], part: float) -> float:
    """Value below which ``part`` of the values lie, interpolated (type 7)."""
    ranked = sorted(values)
    place = part * (len(ranked) - 1)
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


def shares(minutes: Mapping[str, float]) -> dict[str, float]:
    """Part of the whole that each kind takes; empty without any time."""
    total = sum(minutes.values())
    return {kind: value / total for kind, value in minutes.items()} if total else {}


def deviations(
    now: Mapping[str, float], weeks: Sequence[Mapping[str, float]], days: int
) -> list[Deviation]:
    """Kinds of work whose share left the person's own band, the biggest change first.

    :param now: minutes by kind in the period
    :param weeks: minutes by kind in each past week; weeks without any time are left out
    :param days: working days with recorded time in the period
    """
    past = [shares(week) for week in weeks if sum(week.values()) > 0]
    if days < LEAST_DAYS or len(past) < LEAST_WEEKS:
        return []
    found = []
    current = shares(now)
    for kind in sorted({*current, *(k for week in past for k in week)}):
        usual = [week.get(kind, 0.0) for week in past]
        low, high = quantile(usual, 0.1), quantile(usual, 0.9)
        share = current.get(kind, 0.0)
        if max(low - share, share - high) >= LEAST_CHANGE:
            found.append(Deviation(kind, share, low, high))
    return sorted(found, key=lambda d: -max(d.low - d.share, d.share - d.high))
