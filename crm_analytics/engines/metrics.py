"""How good a score or a forecast was: the numbers we publish beside each of ours.

All functions take plain sequences; ``outcomes`` are 0/1, ``scores`` any ranking,
``chances`` probabilities between 0 and 1.

Example::

    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    >>> brier([0, 1], [0.0, 0.5])
    0.125
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


def auc(outcomes: Sequence[int], scores: Sequence[float]) -> float:
    """Chance that a random positive scores above a random negative; ties count half.

    Mann-Whitney by mid-ranks: one sort. 0.5 when one of the two classes is empty.
    """
    order = sorted(range(len(scores)), key=scores.__getitem__)
    positives = sum(1 for outcome in outcomes if outcome)
    negatives = len(order) - positives
    if not positives or not negatives:
        return 0.5
    ranks = 0.0
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        middle = (start + end + 1) / 2
        ranks += middle * sum(1 for i in order[start:end] if outcomes[i])
        start = end
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)


def brier(outcomes: Sequence[int], chances: Sequence[float]) -> float:
    """Mean squared distance of the probability from what came (Brier, 1950).

    :raise ValueError: nothing to compare
    """
    if not outcomes:
        raise ValueError("no outcomes to compare with")
    pairs = zip(outcomes, chances, strict=True)
    return sum((chance - outcome) ** 2 for outcome, chance in pairs) / len(outcomes)


@dataclass(frozen=True)
class Bin:
    """One row of a calibration table: what was said and what came.

    ``chance`` is the mean probability that was said, ``rate`` the share that came.
    """

    count: int
    chance: float
    rate: float


def calibration(
    outcomes: Sequence[int], chances: Sequence[float], bins: int = 10
) -> list[Bin]:
    """Equally large groups from the least to the most likely.

    Equal probabilities are never torn apart, so there may be fewer groups.
    """
    rows = sorted(zip(chances, outcomes, strict=True))
    table: list[Bin] = []
    start = 0
    for number in range(1, bins + 1):
        end = ceil(len(rows) * number / bins)
        while start < end < len(rows) and rows[end][0] == rows[end - 1][0]:
            end += 1
        if end > start:
            part = rows[start:end]
            size = len(part)
            said = sum(chance for chance, _outcome in part) / size
            came = sum(outcome for _chance, outcome in part) / size
            table.append(Bin(size, said, came))
            start = end
    return table


def smape(actual: Sequence[float], forecast: Sequence[float]) -> float:
    """Symmetric mean absolute percentage error in percent, as in the M3 competition.

    Makridakis & Hibon (2000): ``|a - f| / ((a + f) / 2)``; 0 where both are 0.
    """
    total = 0.0
    for a, f in zip(actual, forecast, strict=True):
        size = abs(a) + abs(f)
        total += 200.0 * abs(a - f) / size if size else 0.0
    return total / len(actual)


def coverage(
    actual: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> float:
    """Share of the actual values that lie inside their interval, borders included."""
    hits = sum(lo <= a <= hi for a, lo, hi in zip(actual, low, high, strict=True))
    return hits / len(actual)
