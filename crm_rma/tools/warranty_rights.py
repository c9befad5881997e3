"""What the law gives the customer on one day, as data.

A statutory profile is a list of rights, each with the event that opens it and the
article that says so. Which of them are open is decided here from four facts::

    >>> refund = Right(1, "within", 7)
    >>> case = Situation(sold=date(2026, 3, 1), day=date(2026, 3, 8), end=date(2027, 3, 1))
    >>> standing(refund, case)
    Standing(open=True, until=datetime.date(2026, 3, 8), missing=0)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .warranty import end_of_term

#: ``within``: the fault shows within so much time; ``period``: at any time while the
#: statutory period runs; ``repairs``: so many repairs within the period did not help;
#: ``in_repair``: this repair takes longer than so many days.
CONDITIONS = ("within", "period", "repairs", "in_repair")


@dataclass(frozen=True)
class Right:
    """One right: ``number`` are repairs, days in repair, or ``unit`` of time."""

    id: int
    condition: str
    number: int = 0
    unit: str = "day"


@dataclass(frozen=True)
class Situation:
    """The facts of one fault.

    ``sold`` is the first day of the statutory period, ``end`` its last one (with what
    was added back), ``repairs`` the finished repairs since, ``days_in_repair`` how long
    the unit has been with us this time.
    """

    sold: date
    day: date
    end: date
    repairs: int = 0
    days_in_repair: int = 0


@dataclass(frozen=True)
class Standing:
    """Whether a right is open, its last day, and what is missing to open it: days or
    repairs (0: nothing, or too late)."""

    open: bool
    until: date | None
    missing: int = 0


def standing(right: Right, case: Situation) -> Standing:
    """How a right stands.

    :raise ValueError: an unknown condition
    """
    runs = case.sold <= case.day <= case.end
    if right.condition == "within":
        until = end_of_term(case.sold, right.number, right.unit)
        return Standing(case.sold <= case.day <= until, until)
    if right.condition == "period":
        return Standing(runs, case.end)
    if right.condition == "repairs":
        missing = max(right.number - case.repairs, 0) if runs else 0
        return Standing(runs and not missing, case.end, missing)
    if right.condition == "in_repair":
        missing = max(right.number + 1 - case.days_in_repair, 0) if runs else 0
        return Standing(runs and not missing, case.end, missing)
    raise ValueError(f"unknown condition {right.condition!r}")
