"""Targets by month: spreading a year, and how far they should be reached by today."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from .periods import working_days


def spread(total: float, weights: Sequence[float], digits: int = 2) -> list[float]:
    """Split ``total`` in proportion to ``weights``, to the last digit exactly.

    What rounding leaves goes to the parts that lost most by it (largest remainder,
    Hamilton's method), so the parts sum up to ``total``. Weights below 0 count as 0;
    without any weight the parts are equal.

    >>> spread(100, [1, 1, 1])
    [33.34, 33.33, 33.33]
    """
    shares = [max(weight, 0.0) for weight in weights]
    largest = max(shares, default=0.0)
    # By the largest first: very small or large weights neither vanish nor overflow
    shares = [w / largest for w in shares] if largest else [1.0] * len(shares)
    whole = sum(shares)
    unit = 10**digits
    left = units = round(total * unit)
    exact = [units * share / whole for share in shares]
    parts = [int(value // 1) for value in exact]
    left -= sum(parts)
    places = sorted(range(len(parts)), key=lambda n: (parts[n] - exact[n], n))
    step = 1 if left > 0 else -1
    for n in range(abs(left)):
        parts[places[n % len(places)]] += step
    return [part / unit for part in parts]


def elapsed(month: date, today: date, holidays: Collection[date] = ()) -> float:
    """Share of the working days of a month that are gone, today included.

    :param month: its first day
    :return: 0 for a month to come, 1 for one that is over
    """
    last = month.replace(day=monthrange(month.year, month.month)[1])
    if today >= last:
        return 1.0
    if today < month:
        return 0.0
    days = working_days(month, last, holidays)
    gone = working_days(month, today, holidays)
    return gone / days if days else today.day / last.day


def expected(
    targets: Mapping[date, float], today: date, holidays: Collection[date] = ()
) -> float:
    """What should be reached by the end of today.

    :param targets: target of each month, by its first day
    """
    return sum(
        amount * elapsed(month, today, holidays) for month, amount in targets.items()
    )


def places(values: Iterable[float]) -> list[int]:
    """The place of each value, the largest first; equals share one (1, 2, 2, 4)."""
    values = list(values)
    order = sorted(values, reverse=True)
    return [order.index(value) + 1 for value in values]
