"""Days of the Chinese lunar calendar: which day it is, and on which day it is kept.

The calendar itself is that of ``borax`` (lunar years 1900-2100, time of Beijing); this
module knows how people keep a day in years that do not have it:

* day 30 of a month that has 29 days this year is kept on the 29th;
* a birthday in a leap month is kept in the leap month in years that have it, else in
  the ordinary month of the same number. So it is kept once in each lunar year.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from borax.calendars.lunardate import LCalendars, LunarDate

FIRST_YEAR, LAST_YEAR = 1900, 2100
DAYS = (
    ",初一,初二,初三,初四,初五,初六,初七,初八,初九,初十,十一,十二,十三,十四,十五,"
    "十六,十七,十八,十九,二十,廿一,廿二,廿三,廿四,廿五,廿六,廿七,廿八,廿九,三十"
).split(",")
MONTHS = ",正,二,三,四,五,六,七,八,九,十,冬,腊".split(",")


@dataclass(frozen=True, order=True)
class LunarDay:
    """Year, month (1-12), day (1-30) and whether the month is the leap month."""

    year: int
    month: int
    day: int
    is_leap: bool = False


@lru_cache(maxsize=4096)
def lunar_day(day: date) -> LunarDay:
    """The lunar day of a solar one.

    :raise ValueError: outside of the calendar
    """
    found = LunarDate.from_solar(day)
    return LunarDay(found.year, found.month, found.day, bool(found.leap))


def is_lunar_day(month: int, day: int, is_leap: bool = False, year: int = 0) -> bool:
    """Tell whether there is such a day: in this lunar year, else in any."""
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return False
    if not year:
        return True
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return False
    if is_leap and LCalendars.leap_month(year) != month:
        return False
    return day <= LCalendars.ndays(year, month, int(is_leap))


@lru_cache(maxsize=4096)
def kept_on(year: int, month: int, day: int, is_leap: bool = False) -> date | None:
    """The solar day on which a lunar day is kept in a lunar year; ``None`` outside of
    the calendar."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    leap = int(is_leap and LCalendars.leap_month(year) == month)
    last = LCalendars.ndays(year, month, leap)
    return LunarDate(year, month, min(day, last), leap).to_solar_date()


def next_kept(today: date, month: int, day: int, is_leap: bool = False) -> date | None:
    """The next solar day on which a lunar day is kept, today included."""
    year = lunar_day(today).year
    for candidate in (year, year + 1):
        kept = kept_on(candidate, month, day, is_leap)
        if kept and kept >= today:
            return kept
    return None


def kept_between(first: date, last: date) -> list[tuple[date, int, int, bool]]:
    """Which lunar days are kept on the solar days of a span.

    :return: ``(solar day, month, day, is_leap)`` for each lunar day; ``is_leap`` is that
        of the birthday. In the leap month those of the ordinary month are not kept.
    """
    rows = []
    for offset in range((last - first).days + 1):
        solar = first + timedelta(days=offset)
        lunar = lunar_day(solar)
        rows += [
            (solar, lunar.month, day, is_leap)
            for day in _days_kept(lunar)
            for is_leap in (False, True)
            if kept_on(lunar.year, lunar.month, day, is_leap) == solar
        ]
    return rows


def _days_kept(lunar: LunarDay) -> Iterable[int]:
    """The day itself, and the 30th on the 29th of a short month."""
    last = LCalendars.ndays(lunar.year, lunar.month, int(lunar.is_leap))
    return (29, 30) if lunar.day == last == 29 else (lunar.day,)


def lunar_words(month: int, day: int, is_leap: bool = False) -> str:
    """A lunar day as Chinese readers write it: 闰四月初五, 腊月三十.

    The words are the same in simplified and traditional characters but for 闰 (閏) and
    腊 (臘), see :func:`lunar_words_tw`.
    """
    return f"{'闰' if is_leap else ''}{MONTHS[month]}月{DAYS[day]}"


def lunar_words_tw(month: int, day: int, is_leap: bool = False) -> str:
    """The same for readers of Taiwan."""
    words = lunar_words(month, day, is_leap)
    return words.replace("闰", "閏").replace("腊", "臘")
