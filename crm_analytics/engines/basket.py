"""Products bought by the same customers: support, confidence and lift.

Agrawal, Imielinski & Swami (1993). A rule "who buys X also buys Y" is kept only when
enough customers bought both and when it is no chance: the lower end of the 95 %
interval of its confidence (Wilson, 1927) must lie above the share of all customers that
buys Y anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

LEAST_BOTH = 5
Z95 = 1.96


@dataclass(frozen=True)
class Rule:
    """Buyers of ``product`` also buy ``other``.

    ``support`` is the share of all customers that bought both, ``confidence`` the share
    of the buyers of ``product``, ``lift`` confidence over the share that buys ``other``
    anyway.
    """

    product: int
    other: int
    both: int
    support: float
    confidence: float
    lift: float


def wilson_low(hits: int, count: int, z: float = Z95) -> float:
    """Lower end of the interval of a share."""
    if not count:
        return 0.0
    share = hits / count
    middle = share + z * z / (2 * count)
    half = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, (middle - half) / (1 + z * z / count))


def rules(
    pairs: Iterable[tuple[int, int, int]],
    buyers: Mapping[int, int],
    customers: int,
    least_both: int = LEAST_BOTH,
) -> list[Rule]:
    """Rules in both directions from counts of pairs, the highest lift first.

    :param pairs: ``(product, other, customers that bought both)``, each pair once
    :param buyers: customers per product
    :param customers: all customers that bought anything
    """
    found = []
    for one, two, both in pairs:
        if both < least_both:
            continue
        for product, other in ((one, two), (two, one)):
            usual = buyers[other] / customers
            if wilson_low(both, buyers[product]) <= usual:
                continue
            confidence = both / buyers[product]
            found.append(
                Rule(
                    product,
                    other,
                    both,
                    both / customers,
                    confidence,
                    confidence / usual,
                )
            )
    return sorted(found, key=lambda r: (-r.lift, -r.both, r.product, r.other))
