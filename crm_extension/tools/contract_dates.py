"""Terms of contracts: last days, notice, renewal. Both ends of a term are inclusive.

A contract "until 31 December" holds on 31 December. Three months' notice to that day
means that the notice arrives on 30 September at the latest: counting goes back from
the day *after* the end, so that no short month swallows a day.

>>> notice_day(date(2026, 12, 31), 3, "month")
datetime.date(2026, 9, 30)
>>> renewed_end(date(2026, 1, 31), 1, "month")
datetime.date(2026, 2, 28)
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

UNITS = ("day", "month", "year")
DAY = timedelta(days=1)
#: A term of more renewals at once is a typing error (a day's term since 1970).
MAX_RENEWALS = 400


def _span(count: int, unit: str) -> relativedelta:
    if unit == "day":
        return relativedelta(days=count)
    if unit == "month":
        return relativedelta(months=count)
    if unit == "year":
        return relativedelta(years=count)
    raise ValueError(f"Not a unit of time: {unit!r}")


def notice_day(end: date | None, count: int, unit: str) -> date | None:
    """The last day on which notice can arrive; None without an end or a period."""
    if not end or count <= 0:
        return None
    return end + DAY - _span(count, unit) - DAY


def renewed_end(end: date, count: int, unit: str) -> date:
    """The last day of the period that follows the one that ends on ``end``."""
    if count <= 0:
        raise ValueError("A period has at least one day, month or year")
    return end + DAY + _span(count, unit) - DAY


def renewals_until(end: date, count: int, unit: str, today: date) -> list[date]:
    """Ends of the periods that have begun by ``today``: empty while the first runs.

    After three years in which nobody looked, a contract that renews itself by a year
    has three new periods, each with its own end.
    """
    ends: list[date] = []
    while (ends[-1] if ends else end) < today and len(ends) < MAX_RENEWALS:
        # From the first end, not from the last: 31 January, 28 February, 31 March
        ends.append(renewed_end(end, count * (len(ends) + 1), unit))
    return ends


def term_of(start: date | None, end: date | None) -> tuple[int, str]:
    """The length of a term in the largest unit that measures it exactly.

    >>> term_of(date(2026, 1, 1), date(2026, 12, 31))
    (1, 'year')
    """
    if not start or not end or end < start:
        return 1, "year"
    after = end + DAY
    span = relativedelta(after, start)
    months = span.years * 12 + span.months
    if months and start + relativedelta(months=months) == after:
        return (months // 12, "year") if months % 12 == 0 else (months, "month")
    return (after - start).days, "day"
