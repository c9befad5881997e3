"""Move a company's past, weekday by weekday, to where it is wanted."""

from datetime import date, datetime, time, timedelta

from .report import LoadError


def parse_until(value: str | None, today: date) -> date | None:
    """Return the day that ``--until`` names, None when dates stay as they are."""
    if value is None:
        return None
    if value == "today":
        return today
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise LoadError(
            f"--until {value}: write 'today' or a day as YYYY-MM-DD."
        ) from None


def shift_days(last: date, until: date | None) -> int:
    """Return the whole weeks, in days, that bring `last` into the week up to `until`.

    >>> shift_days(date(1998, 5, 6), date(2026, 11, 22))
    10423
    """
    if until is None:
        return 0
    return (until - last).days // 7 * 7


class Calendar:
    """Turns a date of the files into a moment of the database."""

    def __init__(self, shift: int):
        self.shift = timedelta(days=shift)

    def day(self, value: date) -> date:
        """Return the moved date."""
        return value + self.shift

    def moment(self, value: date, hour: int) -> datetime:
        """Return the moved date at a full hour (UTC, as Odoo stores it)."""
        return datetime.combine(self.day(value), time(hour))
