"""The whale curve: cumulated profit, customers sorted from the most profitable down.

Kaplan & Narayanan (2001), "Measuring and Managing Customer Profitability". The curve
rises above 100 %, because the customers at its end cost more than they bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Decile:
    """A tenth of the customers: how many, their profit, the curve after them.

    ``cumulated`` is a share of the total profit; None when there is none to share.
    """

    number: int
    count: int
    profit: float
    cumulated: float | None


@dataclass(frozen=True)
class Curve:
    """``peak`` is the highest point as a share of the total, ``peak_count`` how many
    customers stand before it, ``loss`` what the others lose (positive)."""

    total: float
    peak: float | None
    peak_count: int
    loss: float
    deciles: tuple[Decile, ...]


def curve(profits: Mapping[int, float]) -> Curve:
    """The curve and its ten pieces; every customer stands in exactly one."""
    ranked = sorted(profits.items(), key=lambda item: (-item[1], item[0]))
    values = [profit for _key, profit in ranked]
    total = sum(values)
    gains = [v for v in values if v > 0]
    loss = -sum(v for v in values if v < 0)
    deciles = []
    running = 0.0
    for number in range(1, 11):
        start = len(values) * (number - 1) // 10
        end = len(values) * number // 10
        part = values[start:end]
        running += sum(part)
        share = running / total if total > 0 else None
        deciles.append(Decile(number, len(part), sum(part), share))
    peak = sum(gains) / total if total > 0 else None
    return Curve(total, peak, len(gains), loss, tuple(deciles))
