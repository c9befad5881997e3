"""Moments and hours of a place: when a message may go out there."""

from datetime import date, datetime, timedelta

import pytz

# All of China keeps the time of Beijing.
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


def place_zone(country: str, known: str = "") -> str:
    """The time zone of a place, from its country and a zone that may be wrong.

    Odoo gives a new contact the zone of whoever types it in. A zone that does not
    belong to the country is therefore not believed: the country's own one is taken,
    in a wide country the one in its middle, where no hour is far from that of its ends.

    :return: name of the zone; the known one where the country is not known
    """
    zones = pytz.country_timezones.get(country or "") or []
    if not zones or known in zones:
        return known or ""
    if country in ONE_BY_LAW:
        return ONE_BY_LAW[country]
    january = datetime(2027, 1, 15)
    ordered = sorted(zones, key=lambda zone: (_zone(zone).utcoffset(january), zone))
    return ordered[len(ordered) // 2]


def _zone(name: str):
    """A time zone by its name; UTC for one that nobody knows."""
    try:
        return pytz.timezone(name or "UTC")
    except pytz.UnknownTimeZoneError:
        return pytz.utc
