"""Conversion by cohort: what became of those who came in the same month.

Counting by the month of closing flatters a slow month; a cohort is fixed by its
creation, and what is still open is shown as open ("31 % won, 22 % still open") instead
of being counted as lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Case(NamedTuple):
    """One lead or prospect: days until it ended, or its age while it is open."""

    days: int
    won: bool | None
    value: float = 0.0


@dataclass(frozen=True)
class Conversion:
    """Counts of a cohort and the share that will be won when the rest goes the same way.

    ``expected`` is the cumulative incidence of being won, with the open ones as
    censored (Aalen & Johansen, 1978); None when nothing has ended yet.
    """

    count: int
    won: int
    lost: int
    open: int
    value: float
    expected: float | None

    @property
    def rate(self) -> float:
        """Share won until now, of all."""
        return self.won / self.count if self.count else 0.0

    @property
    def open_share(self) -> float:
        """Share that is still open."""
        return self.open / self.count if self.count else 0.0


def conversion(cases: Iterable[Case]) -> Conversion:
    """Sum up the cases of one cohort."""
    rows = sorted(cases, key=lambda case: case.days)
    won = sum(case.won is True for case in rows)
    lost = sum(case.won is False for case in rows)
    value = sum(case.value for case in rows if case.won)
    return Conversion(
        len(rows), won, lost, len(rows) - won - lost, value, _incidence(rows)
    )


def _incidence(rows: list[Case]) -> float | None:
    """Cumulative incidence of ``won`` at the longest observed age."""
    if not any(case.won is not None for case in rows):
        return None
    at_risk, still_open, incidence = len(rows), 1.0, 0.0
    place = 0
    while place < len(rows):
        day = rows[place].days
        same = [case for case in rows[place:] if case.days == day]
        won = sum(case.won is True for case in same)
        ended = sum(case.won is not None for case in same)
        incidence += still_open * won / at_risk
        still_open *= 1 - ended / at_risk
        at_risk -= len(same)
        place += len(same)
    return incidence
