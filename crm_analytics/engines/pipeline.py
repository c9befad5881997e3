"""What open deals bring in a coming quarter, and what deals bring that do not exist yet.

A deal of the pipeline is counted once and only there:

* **Open deals**: value times the chance to be won *within* the quarter, from the life
  table of the company's past deals: at each age a deal may be won, lost, or go on. Old
  deals have a small chance of their own, so forgotten ones do not inflate the figure.
* **Deals not created yet**: what was created and won inside the same quarter of past
  years, or of the last quarters.
* A second, independent forecast of everything (:mod:`.forecast`) is *averaged* with
  them by how well each did before (:func:`combine`). Adding the two would count every
  deal twice.

Ages are days since creation; values are one currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

#: Length of a step of the life table, in days.
STEP = 14
#: Prior observations per step, so that two old deals are no law.
PRIOR = 4.0
#: Deals that ended, from which on a stage has a life table of its own.
LEAST_DEALS = 30


class Deal(NamedTuple):
    """A past or open deal. ``end`` is the age in days at which it was won or lost, or
    its age today when it is open; ``won`` is None while it is open."""

    end: int
    won: bool | None
    value: float = 0.0
    stage: int = 0


@dataclass(frozen=True)
class LifeTable:
    """Chance per step of age to be won, and to be lost, of those still open."""

    won: tuple[float, ...]
    lost: tuple[float, ...]

    def chance(self, age: int, start: int, length: int) -> float:
        """Chance that an open deal of ``age`` days is won within the ``length`` days
        that begin in ``start`` days."""
        open_share, chance = 1.0, 0.0
        day, end = 0, start + length
        while day < end:
            step = min((age + day) // STEP, len(self.won) - 1)
            # days until the next step of age, the start of the window, or its end
            border = (
                ((age + day) // STEP + 1) * STEP - age
                if step < len(self.won) - 1
                else day + STEP
            )
            stop = min(border, end, start if day < start else end)
            part = (stop - day) / STEP
            won, lost = self.won[step] * part, self.lost[step] * part
            if day >= start:
                chance += open_share * won
            open_share *= max(0.0, 1.0 - won - lost)
            day = stop
        return min(chance, 1.0)


def life_table(deals: Iterable[Deal], steps: int = 26) -> LifeTable:
    """Competing risks by age (life table with censoring); the last step is open-ended.

    Each step is pulled towards the mean hazard of all steps by :data:`PRIOR`
    observations.
    """
    at_risk = [0.0] * steps
    won = [0.0] * steps
    lost = [0.0] * steps
    for deal in deals:
        last = min(deal.end // STEP, steps - 1)
        for step in range(last):
            at_risk[step] += 1
        # the open-ended step is passed as often as it fits into the age
        at_risk[last] += deal.end // STEP - last
        at_risk[last] += 1 if deal.won is not None else 0.5
        if deal.won is not None:
            (won if deal.won else lost)[last] += 1
    risk = sum(at_risk) or 1.0
    mean_won, mean_lost = sum(won) / risk, sum(lost) / risk
    return LifeTable(
        tuple(
            (w + PRIOR * mean_won) / (n + PRIOR)
            for w, n in zip(won, at_risk, strict=True)
        ),
        tuple(
            (q + PRIOR * mean_lost) / (n + PRIOR)
            for q, n in zip(lost, at_risk, strict=True)
        ),
    )


class Hazards:
    """Life tables by stage, with that of all deals where a stage has too few."""

    def __init__(self, past: Sequence[Deal]):
        self.all = life_table(past)
        groups: dict[int, list[Deal]] = defaultdict(list)
        for deal in past:
            groups[deal.stage].append(deal)
        self.stages = {
            stage: life_table(deals)
            for stage, deals in groups.items()
            if sum(d.won is not None for d in deals) >= LEAST_DEALS
        }

    def chance(self, deal: Deal, start: int, length: int) -> float:
        """Chance that an open deal is won within the window."""
        table = self.stages.get(deal.stage, self.all)
        return table.chance(deal.end, start, length)


@dataclass(frozen=True)
class Stream:
    """Expected value and its standard deviation."""

    value: float
    deviation: float


def open_deals(
    hazards: Hazards, deals: Iterable[Deal], start: int, length: int
) -> Stream:
    """What the open deals bring within the window; each is won whole or not at all."""
    value = variance = 0.0
    for deal in deals:
        chance = hazards.chance(deal, start, length)
        value += chance * deal.value
        variance += chance * (1 - chance) * deal.value**2
    return Stream(value, sqrt(variance))


def new_deals(inside: Sequence[float], season: Sequence[float] = ()) -> Stream:
    """What deals bring that are created and won inside the window.

    :param inside: totals of the last windows, newest last
    :param season: totals of the same window of earlier years, newest last
    """
    if not inside:
        return Stream(0.0, 0.0)
    recent = sum(inside) / len(inside)
    value = recent
    if season:
        value = (recent + sum(season) / len(season)) / 2
    spread = sum((v - recent) ** 2 for v in inside) / max(len(inside) - 1, 1)
    return Stream(value, sqrt(spread))


def combine(
    forecasts: Sequence[float], mean_squared_errors: Sequence[float | None]
) -> tuple[float, list[float]]:
    """Weighted mean of independent forecasts of the same thing, and the weights.

    Weights are inverse to the mean squared error of earlier forecasts; all equal while
    one has no record yet.
    """
    known = [error for error in mean_squared_errors if error]
    if len(known) < len(forecasts):
        weights = [1 / len(forecasts)] * len(forecasts)
    else:
        inverse = [1 / error for error in known]
        weights = [weight / sum(inverse) for weight in inverse]
    value = sum(w * f for w, f in zip(weights, forecasts, strict=True))
    return value, weights
