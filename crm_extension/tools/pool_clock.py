"""The clock of a customer: on which day it falls into the public pool, and why.

A rule counts from a fact ("last real contact") and gives a period; *holds* put the day
off (protection after a change of the salesperson, a planned follow-up, a pin); a *stay*
stops the clock (an open opportunity). Nothing is counted down or stored: the same facts
give the same day whenever somebody asks, so back-dated contacts and rules that are
switched off and on change nothing else.

The day is the last one the customer is with its salesperson; the nightly run after it
takes the customer away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta


@dataclass(frozen=True)
class Term:
    """What one rule says about one customer.

    ``known`` is False where there is no fact yet and the rule counts from the day on
    which the customer came to its salesperson. ``valid_from`` is set while the rule is
    not in force yet.
    """

    rule: int
    pool: int
    start: date
    due: date
    known: bool = True
    valid_from: date | None = None


@dataclass(frozen=True)
class Verdict:
    """Which rule decides, and what holds the customer until when.

    ``stay`` names what stops the clock; then there is no ``due``. ``hold`` names what
    put the day off, empty where the period of the rule decides.
    """

    due: date | None = None
    rule: int | None = None
    start: date | None = None
    known: bool = True
    hold: str = ""
    stay: str = ""


def add_period(start: date, count: int, unit: str) -> date:
    """The last day of a period: 30 days from 18 November include 18 December.

    Months end on the last day of a shorter month, as in PostgreSQL.
    """
    if unit == "months":
        return start + relativedelta(months=count)
    return start + relativedelta(days=count)


def decide(
    terms: Iterable[Term],
    holds: Mapping[int, Mapping[str, date | None]],
    stays: Mapping[int, str],
) -> Verdict | None:
    """Return what decides about a customer, None when no rule is about it.

    :param terms: of the rules that are about the customer, in the order of the rules
    :param holds: for each pool, the days until which something holds the customer
    :param stays: for each pool, the name of what stops the clock, or an empty text
    """
    verdict = stopped = None
    for term in terms:
        if stays.get(term.pool):
            stopped = stopped or Verdict(stay=stays[term.pool])
            continue
        until = {**holds.get(term.pool, {}), "new_rule": term.valid_from}
        due, hold = term.due, ""
        for name, day in until.items():
            if day and day > due:
                due, hold = day, name
        if verdict is None or due < verdict.due:
            verdict = Verdict(due, term.rule, term.start, term.known, hold)
    return verdict or stopped
