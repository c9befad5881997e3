"""What the past prices of one product say about its next one.

Plain numbers: every price is net of its discount and in the currency and unit of the
document it is shown on, or None where it cannot be compared (another kind of unit).
"""

from collections.abc import Sequence
from typing import NamedTuple

#: Points of a trend: more cannot be told apart in a table cell.
TREND_LENGTH = 12
SOLD = ("sold", "invoiced")


class PastPrice(NamedTuple):
    """One price that was asked: ``kind`` is ``sold``, ``invoiced`` or ``quoted``."""

    value: float | None
    kind: str


class Facts(NamedTuple):
    """Positions in the list that was given, and the prices of the trend, oldest first."""

    last: int | None
    low: int | None
    high: int | None
    trend: list[float]


def facts(prices: Sequence[PastPrice]) -> Facts:
    """What to show beside a line, of prices given newest first.

    What was sold counts; what was only quoted is looked at when nothing was sold.

    >>> facts([PastPrice(9.0, "quoted"), PastPrice(8.0, "sold"), PastPrice(7.0, "sold")])
    Facts(last=1, low=2, high=1, trend=[7.0, 8.0])
    """
    comparable = [(n, p) for n, p in enumerate(prices) if p.value is not None]
    counted = [(n, p.value) for n, p in comparable if p.kind in SOLD] or [
        (n, p.value) for n, p in comparable
    ]
    if not counted:
        return Facts(None, None, None, [])
    return Facts(
        last=counted[0][0],
        low=min(counted, key=lambda item: item[1])[0],
        high=max(counted, key=lambda item: item[1])[0],
        trend=[value for _n, value in reversed(counted[:TREND_LENGTH])],
    )


def change(price: float, last: float | None) -> int | None:
    """By how many percent a price is above (+) or below (-) the last one.

    >>> change(30.0, 27.5)
    9
    """
    if not last:
        return None
    return round((price - last) / abs(last) * 100)
