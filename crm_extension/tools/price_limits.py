"""How far down who may go with a price: which limits bind a line, and what they allow.

A limit names a right of Sales and binds everybody who has it or less. For a person the
limit nearest above counts, and of several of one right the one that says most about the
line: a product before its category before everything. Each *kind* of limit (discount,
margin, price, price of another list) is looked for by itself; the strictest one holds.

>>> limits = [Limit(1, "discount", 10.0, OWN), Limit(2, "discount", 20.0, TEAM)]
>>> table = LimitTable(limits, [Line(list_price=100.0)])
>>> [table.floor(0, rank).price for rank in (OWN, TEAM)], table.floor(0, ALL)
([90.0, 80.0], None)
>>> table.rank_for(0, 85.0, OWN)
1
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

#: Rights of Sales, from the least to the most.
RANKS = (OWN, TEAM, ALL, MANAGER) = range(4)
KINDS = ("discount", "margin", "price", "pricelist")
#: Prices that differ by less are the same.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Limit:
    """One limit; an empty scope fits everything."""

    id: int
    kind: str
    value: float
    rank: int
    product: int | None = None
    template: int | None = None
    category: int | None = None
    team: int | None = None
    pricelist: int | None = None


@dataclass(frozen=True)
class Line:
    """What is known of a line: prices are net, in its currency and unit.

    ``categories`` are the ids from the topmost category to the product's own;
    ``floors`` the lowest prices that limits of the kinds ``price`` and ``pricelist``
    name, by their id.
    """

    list_price: float = 0.0
    cost: float = 0.0
    product: int | None = None
    template: int | None = None
    categories: tuple[int, ...] = ()
    team: int | None = None
    pricelist: int | None = None
    floors: dict[int, float] = field(default_factory=dict)


class Floor(NamedTuple):
    """The lowest price, and the limit that says so."""

    price: float
    limit: Limit


def closeness(limit: Limit, line: Line) -> tuple[int, ...] | None:
    """How much a limit says about a line; None when it is about others."""
    scopes = (
        (limit.product, line.product, 1000),
        (limit.template, line.template, 900),
        (limit.team, line.team, 1),
        (limit.pricelist, line.pricelist, 1),
    )
    points = []
    for wanted, found, worth in scopes:
        if wanted is not None and wanted != found:
            return None
        points.append(worth if wanted is not None else 0)
    depth = 0
    if limit.category is not None:
        if limit.category not in line.categories:
            return None
        depth = 1 + line.categories.index(limit.category)
    product, template, team, pricelist = points
    return max(product, template, depth), team, pricelist


def lowest_price(limit: Limit, line: Line) -> float:
    """What a limit allows for a line; nothing is below zero."""
    if limit.kind == "discount":
        return max(0.0, line.list_price * (1 - limit.value / 100))
    if limit.kind == "margin":
        return max(0.0, line.cost / (1 - min(limit.value, 99.99) / 100))
    return max(0.0, line.floors.get(limit.id, 0.0))


class LimitTable:
    """The limits of a quotation, ready to be asked for any line and any right."""

    def __init__(self, limits: Sequence[Limit], lines: Sequence[Line]):
        self.lines = lines
        self.fitting = [self._fitting(limits, line) for line in lines]

    @staticmethod
    def _fitting(limits, line):
        """Limits about a line: the nearest right first, what says most first."""
        found = [(limit, closeness(limit, line)) for limit in limits]
        found = [(limit, close) for limit, close in found if close is not None]
        return sorted(
            found, key=lambda pair: (pair[0].rank, *(-n for n in pair[1]), pair[0].id)
        )

    def floor(self, row: int, rank: int) -> Floor | None:
        """The lowest price that a right may give for a line, None without a limit."""
        chosen: dict[str, Limit] = {}
        for limit, _close in self.fitting[row]:
            if limit.rank >= rank:
                chosen.setdefault(limit.kind, limit)
        floors = [
            Floor(lowest_price(limit, self.lines[row]), limit)
            for limit in chosen.values()
        ]
        return max(floors, key=lambda floor: floor.price, default=None)

    def is_below(self, row: int, price: float, rank: int) -> bool:
        floor = self.floor(row, rank)
        return floor is not None and price < floor.price - TOLERANCE

    def rank_for(self, row: int, price: float, rank: int) -> int | None:
        """The least right above ``rank`` that may give a price; None when nobody may."""
        for higher in range(rank + 1, len(RANKS)):
            if not self.is_below(row, price, higher):
                return higher
        return None
