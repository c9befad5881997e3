"""Loyalty as one number: how persistently a customer buys.

The index is the sum of ``0.9 ** (months ago)`` over the months with a purchase, as a
share of the highest sum possible: 100 % bought in every month. A month that is gone
counts a tenth less each month. Incremental: ``new = 0.9 * old + bought this month``.

It is deliberately not divided by how long somebody has been a customer: that made it
worse at telling who buys again (``docs/decisions.md``).
"""

from __future__ import annotations

from collections.abc import Iterable

DECAY = 0.9
#: What a customer of ever reaches: 1 / (1 - DECAY).
FULL = 1 / (1 - DECAY)


def index(months_ago: Iterable[int]) -> float:
    """Persistency between 0 and 100 from the ages of the months with a purchase.

    :param months_ago: 0 for the latest complete month; a month named twice counts once
    """
    return 100.0 * sum(DECAY**age for age in set(months_ago) if age >= 0) / FULL


def roll(old: float, bought: bool) -> float:
    """The index one month later."""
    return DECAY * old + (100.0 / FULL if bought else 0.0)
