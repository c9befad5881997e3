"""Which day of another period a day is compared with.

Five alignments, each a function ``day -> day`` of the later period that keeps the order
of days and loses none, so that totals survive the shift:

* ``date``: the same date a year later; 29 February counts on the 28th.
* ``weekday``: 364 days later, a Monday with a Monday.
* ``festival``: the days around Spring Festival keep their distance to it; between them,
  New Year and 1 April days are stretched. A February with the festival is never compared
  with one without it.
* ``workday``: the 5th working day of a month with the 5th of that month a year later;
  a weekend or holiday counts with the working day before it.
* ``month``: the same date a month later, at most that month's last day.

The dates of Spring Festival are those of the Chinese calendar (GB/T 33661-2017), checked
against a calendar library when the table was made.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date, timedelta

FIRST_YEAR = 1990
#: Days from 1 January to Spring Festival, 1990 to 2100.
_FESTIVAL = bytes.fromhex(
    "1a2d2216281e31251b2e23172a1f15271c3025192c2116281e31261b2e23182a1f15281c2f24192b"
    "2116291e31261b2d22172a1f15281d2f24192c2016291f31261b2d22172a2014271c2f23192c2116"
    "291e31251a2d23172a2015271c2f24192c2117281d30251a2d23182a1f1427"
)
#: Days before and after the festival that keep their distance to it.
BEFORE, AFTER = 14, 21


def spring_festival(year: int) -> date:
    """The first day of the Chinese year that begins in ``year``.

    :raise ValueError: a year outside 1990 to 2100
    """
    place = year - FIRST_YEAR
    if not 0 <= place < len(_FESTIVAL):
        raise ValueError(f"Spring Festival is known from 1990 to 2100, not in {year}")
    return date(year, 1, 1) + timedelta(_FESTIVAL[place])


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, at most that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def next_year(day: date) -> date:
    """The same date a year later."""
    return add_months(day, 12)


def next_month(day: date) -> date:
    """The same date a month later."""
    return add_months(day, 1)


def next_year_weekday(day: date) -> date:
    """The same weekday 52 weeks later."""
    return day + timedelta(364)


def next_year_festival(day: date) -> date:
    """The day a year later with the same place around Spring Festival."""
    if day.month > 3:
        return next_year(day)
    here, there = _anchors(day.year), _anchors(day.year + 1)
    for k in range(len(here) - 1):
        if here[k] <= day < here[k + 1]:
            gone = (day - here[k]).days
            old = (here[k + 1] - here[k]).days
            new = (there[k + 1] - there[k]).days
            return there[k] + timedelta(gone * new // old)
    raise AssertionError(day)  # the anchors hold every day of the quarter


def next_year_workday(day: date, holidays: Collection[date] = ()) -> date:
    """The day a year later with the same number of working days of its month gone.

    A day without work goes with the working day before it; working days beyond those
    of the later month go with that month's last day.
    """
    gone = working_days(day.replace(day=1), day, holidays)
    first = next_year(day.replace(day=1))
    last = first.replace(day=monthrange(first.year, first.month)[1])
    if not gone:
        return first
    for n in range((last - first).days + 1):
        there = first + timedelta(n)
        gone -= working_days(there, there, holidays)
        if not gone:
            return there
    return last


def _anchors(year: int) -> list[date]:
    festival = spring_festival(year)
    return [
        date(year, 1, 1),
        festival - timedelta(BEFORE),
        festival + timedelta(AFTER),
        date(year, 4, 1),
    ]


def fiscal_year(day: date, last_month: int = 12, last_day: int = 31) -> date:
    """The last day of the fiscal year that holds ``day``.

    29 February as ``last_day`` is the last day of February in every year.
    """
    for year in (day.year, day.year + 1):
        end = date(year, last_month, min(last_day, monthrange(year, last_month)[1]))
        if last_month == 2 and last_day >= 28:
            end = date(year, 2, monthrange(year, 2)[1])
        if day <= end:
            return end
    raise AssertionError(day)


def working_days(start: date, end: date, holidays: Iterable[date] = ()) -> int:
    """Days from Monday to Friday between two dates, both included, without holidays."""
    closed = set(holidays)
    days = (start + timedelta(n) for n in range((end - start).days + 1))
    return sum(day.weekday() < 5 and day not in closed for day in days)
