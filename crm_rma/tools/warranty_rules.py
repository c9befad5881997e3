"""Which warranty term holds for what is delivered: the most specific one.

Each way to name a term (on a product, a category, the company, or in a rule for a
customer and a period) is a :class:`Rule`. :func:`choose` takes the best of those that
fit and says why::

    >>> rules = [Rule(1, term=10, category=5), Rule(2, term=20, product=7)]
    >>> choose(rules, Goods(day=date(2026, 3, 1), product=7, categories=(6, 5))).term
    20

The order: a lower priority number; then rules for a customer, then for a customer tag;
then the nearest goods (variant, product, the kit it was sold in, category, parent
category, everything); then rules for a period; then the one that began last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

#: How near a rule is to the goods, best first.
GOODS = ("variant", "product", "kit", "category", "all")


@dataclass(frozen=True)
class Rule:
    """One way in which a term is named. Empty criteria fit everything.

    ``id`` 0 stands for the general term of a product, category or company. ``product``
    and ``template`` are those of the goods themselves or of a kit.
    """

    id: int
    term: int
    priority: int = 10
    product: int = 0
    template: int = 0
    category: int = 0
    partner: int = 0
    tag: int = 0
    start: date | None = None
    end: date | None = None

    @property
    def key(self) -> tuple[str, int]:
        """The goods it names: ``(criterion, id)``, to find it by :attr:`Goods.keys`."""
        for name in ("product", "template", "category"):
            if value := getattr(self, name):
                return name, value
        return "all", 0


@dataclass(frozen=True)
class Goods:
    """What is delivered, when and to whom.

    ``categories`` from the nearest upwards; ``kits`` pairs of variant and template of
    the kit the goods were sold in.
    """

    day: date
    product: int = 0
    template: int = 0
    categories: tuple[int, ...] = ()
    kits: tuple[tuple[int, int], ...] = ()
    partner: int = 0
    tags: frozenset[int] = field(default_factory=frozenset)

    @property
    def keys(self) -> list[tuple[str, int]]:
        """What a rule may name to be a candidate for these goods."""
        return [
            ("product", self.product),
            ("template", self.template),
            *(("product", variant) for variant, _template in self.kits),
            *(("template", template) for _variant, template in self.kits),
            *(("category", category) for category in self.categories),
            ("all", 0),
        ]


@dataclass(frozen=True)
class Choice:
    """The term that holds, the rule that names it, and why it goes before the others.

    ``goods`` is one of :data:`GOODS`, ``customer`` is ``partner``, ``tag`` or empty;
    ``over`` are the terms that fit as well, best first.
    """

    term: int
    rule: int
    goods: str
    customer: str
    category: int
    dated: bool
    over: tuple[int, ...] = ()


def choose(rules: Iterable[Rule], goods: Goods) -> Choice | None:
    """The best of the rules that fit, or None."""
    ranked = sorted(
        ((rank, rule) for rule in rules if (rank := _rank(rule, goods))),
        key=lambda pair: pair[0],
    )
    if not ranked:
        return None
    (_priority, _customer, near, depth, _dated, _start, _id), best = ranked[0]
    over = dict.fromkeys(rule.term for _rank, rule in ranked[1:])
    over.pop(best.term, None)
    return Choice(
        term=best.term,
        rule=best.id,
        goods=GOODS[near],
        customer="partner" if best.partner else "tag" if best.tag else "",
        category=goods.categories[depth] if GOODS[near] == "category" else 0,
        dated=bool(best.start or best.end),
        over=tuple(over),
    )


def _rank(rule: Rule, goods: Goods) -> tuple | None:
    """Sort key of a rule that fits; None for one that does not."""
    if (rule.start and goods.day < rule.start) or (rule.end and goods.day > rule.end):
        return None
    if rule.partner and rule.partner != goods.partner:
        return None
    if rule.tag and rule.tag not in goods.tags:
        return None
    near = _nearness(rule, goods)
    if near is None:
        return None
    customer = 0 if rule.partner else 1 if rule.tag else 2
    dated = 0 if rule.start or rule.end else 1
    start = -(rule.start or date.min).toordinal()
    return (rule.priority, customer, *near, dated, start, -rule.id)


def _nearness(rule: Rule, goods: Goods) -> tuple[int, int] | None:
    """Position in :data:`GOODS` and depth of the category."""
    variants = {variant for variant, _template in goods.kits}
    templates = {template for _variant, template in goods.kits}
    if rule.product:
        if rule.product == goods.product:
            return 0, 0
        return (2, 0) if rule.product in variants else None
    if rule.template:
        if rule.template == goods.template:
            return 1, 0
        return (2, 1) if rule.template in templates else None
    if rule.category:
        if rule.category not in goods.categories:
            return None
        return 3, goods.categories.index(rule.category)
    return 4, 0
