"""Who makes the revenue: ABC classes, the real 80/20 curve, and XYZ steadiness.

The class of a row is decided by the share *before* it, so the biggest customer is always
A. Equal amounts are ordered by their id, so a second run gives the same classes. What is
zero or negative is no part of the total (returns would make shares above 100 %) and
stands apart as class ``-``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

A_SHARE = 0.80
B_SHARE = 0.95
#: Coefficient of variation of monthly amounts up to which sales are steady, and wavering.
X_LIMIT = 0.5
Y_LIMIT = 1.0
NONE = "-"


@dataclass(frozen=True)
class Place:
    """One row of the curve: rank from 1, own share, share of all up to it, class."""

    rank: int
    share: float
    cumulated: float
    letter: str


def abc(
    amounts: Mapping[int, float], a_share: float = A_SHARE, b_share: float = B_SHARE
) -> dict[int, Place]:
    """Places of all ids, the biggest amount first; those without a positive amount last."""
    total = sum(amount for amount in amounts.values() if amount > 0)
    places: dict[int, Place] = {}
    before = 0.0
    ranked = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))
    for rank, (key, amount) in enumerate(ranked, start=1):
        if amount <= 0:
            places[key] = Place(rank, 0.0, before, NONE)
            continue
        share = amount / total
        letter = "A" if before < a_share else "B" if before < b_share else "C"
        before += share
        places[key] = Place(rank, share, before, letter)
    return places


def share_of_top(amounts: Sequence[float], top: float = 0.2) -> float:
    """Share of the positive total that the best ``top`` part of the rows makes."""
    positive = sorted((a for a in amounts if a > 0), reverse=True)
    if not positive:
        return 0.0
    count = max(1, round(len(positive) * top))
    return sum(positive[:count]) / sum(positive)


def part_for_share(amounts: Sequence[float], share: float = 0.8) -> float:
    """Smallest part of the rows that makes ``share`` of the positive total."""
    positive = sorted((a for a in amounts if a > 0), reverse=True)
    goal = share * sum(positive) - 1e-9
    running = 0.0
    for count, amount in enumerate(positive, start=1):
        running += amount
        if running >= goal:
            return count / len(positive)
    return 0.0


def xyz(months: Sequence[float]) -> str:
    """Steadiness of monthly amounts: X steady, Y wavering, Z erratic."""
    if not months:
        return "Z"
    mean = sum(months) / len(months)
    if mean <= 0:
        return "Z"
    deviation = sqrt(sum((m - mean) ** 2 for m in months) / len(months))
    ratio = deviation / mean
    return "X" if ratio <= X_LIMIT else "Y" if ratio <= Y_LIMIT else "Z"
