"""Dealing units out among receivers, so that everybody gets an equal share of each kind.

A unit is what must stay whole: a customer with all that belongs to it. Nothing here knows
of the database.

>>> units = [Unit(1, rank=0), Unit(2, rank=0), Unit(3, rank=1), Unit(4, rank=1)]
>>> deal(units, {7: 1, 9: 1})
{1: 7, 2: 9, 3: 7, 4: 9}
>>> deal(units, {7: 3, 9: 1})
{1: 7, 2: 7, 3: 7, 4: 9}
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit.

    :param id: whatever identifies it, sortable
    :param rank: its kind, the most important first (level A is 0): the units of each
        rank are dealt out equally
    :param size: how much work it is; the biggest of a rank are dealt first
    :param allowed: receivers that may get it; empty: everybody
    """

    id: int
    rank: int = 0
    size: int = 1
    allowed: tuple[int, ...] = ()


def deal(
    units: Iterable[Unit],
    shares: Mapping[int, float],
    load: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """Map each unit to one receiver.

    Rank after rank, each unit goes to the receiver that is furthest below its share;
    ties go to the receiver named first. Receivers with equal shares and no limits end
    with numbers of units that differ by one at most, overall and, when they began
    even, in every rank.

    :param shares: receiver -> weight; a weight of 0 gets nothing unless a unit allows
        nobody else
    :param load: receiver -> units it has already (a plan that is completed)
    :raises ValueError: nobody to give anything to
    """
    if not shares:
        raise ValueError("Nobody to give anything to")
    counts = {receiver: (load or {}).get(receiver, 0) for receiver in shares}
    place = {receiver: number for number, receiver in enumerate(shares)}
    dealt = {}
    for unit in sorted(units, key=lambda unit: (unit.rank, -unit.size, unit.id)):
        choice = [receiver for receiver in unit.allowed if receiver in counts]
        choice = [r for r in choice or shares if shares[r] > 0] or choice or [*shares]
        receiver = min(
            choice, key=lambda r: ((counts[r] + 1) / (shares[r] or 1e-9), place[r])
        )
        counts[receiver] += 1
        dealt[unit.id] = receiver
    return dealt
