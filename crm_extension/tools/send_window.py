"""Moments and hours of a place: when a message may go out there."""

from datetime import date, datetime, timedelta

import pytz

# All of China keeps the time of Beijing; the second zone of the tables is in use in one
# region beside it.
ONE_BY_LAW = {"CN": "Asia/Shanghai"}


def utc_moment(day: date, hour: float, zone: str) -> datetime:
    """The UTC moment (naive) of an hour of a day in a time zone.

    An hour that a change of clocks leaves out is taken an hour later; one that comes
    twice is taken the first time. So each day has each hour exactly once.

    :param hour: ``14.5`` is half past two
    """
    local = datetime.combine(day, datetime.min.time()) + timedelta(hours=hour)
    place = _zone(zone)
    try:
        aware = place.localize(local, is_dst=None)
    except pytz.NonExistentTimeError:
        aware = place.localize(local, is_dst=False)
    except pytz.AmbiguousTimeError:
        aware = min(place.localize(local, is_dst=dst) for dst in (True, False))
    return aware.astimezone(pytz.utc).replace(tzinfo=None)


def local_moment(moment: datetime, zone: str) -> datetime:
    """A naive UTC moment on the clocks of a place (naive)."""
    aware = pytz.utc.localize(moment).astimezone(_zone(zone))
    return aware.replace(tzinfo=None)


def next_open(moment: datetime, zone: str, start: float, end: float) -> datetime:
    """The moment itself when it lies in the hours of the place, else the next one.

    :param moment: naive UTC
    :param start: first hour, included; ``end``: last hour, excluded; with ``end`` not
        after ``start`` every hour is open
    """
    if not 0 <= start < end <= 24 or end - start >= 24:
        return moment
    day = local_moment(moment, zone).date()
    for offset in (0, 1, 2):
        opens = utc_moment(day + timedelta(days=offset), start, zone)
        closes = utc_moment(day + timedelta(days=offset), end, zone)
        if moment < closes:
            return max(moment, opens)
    return moment


def country_zone(code: str) -> str:
    """The time zone of a country that has only one, or one by law; else ""."""
    if code in ONE_BY_LAW:
        return ONE_BY_LAW[code]
    zones = pytz.country_timezones.get(code or "") or []
    return zones[0] if len(zones) == 1 else ""


def _zone(name: str):
    """A time zone by its name; UTC for one that nobody knows."""
    try:
        return pytz.timezone(name or "UTC")
    except pytz.UnknownTimeZoneError:
        return pytz.utc
