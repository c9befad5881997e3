"""What the intervals of a warranty mean for the day on which a fault was reported.

The answer is given class by class (parts, labour, transport, work on site) from the
union of the intervals, and once for the whole repair. It carries what it rests on, so
that it can be explained and stored::

    >>> cover = Interval(date(2026, 2, 22), date(2027, 2, 22))
    >>> judge([cover], date(2027, 2, 22)).classes["parts"].status
    'in'
    >>> judge([cover], date(2027, 2, 23)).status
    'out'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from .warranty import CLASSES, DAY, REPAIR_CLASSES, Interval, merge

#: From best to worst for the customer. ``partial``: only one of parts and labour is
#: covered; ``limited``: only what an earlier repair replaced; ``hold``: covered once
#: something is settled, e.g. the invoice is paid.
STATUSES = ("in", "partial", "limited", "hold", "out", "void", "none")
#: A decision of ours that no void and no hold takes back.
IMMUNE = "goodwill"


@dataclass(frozen=True)
class Block:
    """Not covered from ``start`` to ``end`` (None: for good), whatever was promised.

    ``kind`` is ``void`` (for good) or ``hold`` (until it is settled).
    """

    start: date
    end: date | None
    kind: str
    source: int | str = ""

    def holds(self, day: date) -> bool:
        """Whether the block holds on ``day``."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class ClassVerdict:
    """What was decided for one class.

    ``until`` is the last covered day of the unbroken cover that holds the day, or that
    ended last before it; ``intervals`` are those the decision rests on: what covers
    the day, and what goes on from there until then.
    """

    status: str
    until: date | None = None
    intervals: tuple[Interval, ...] = ()

    @property
    def covered(self) -> bool:
        """Whether the class is free for the customer."""
        return self.status == "in"


@dataclass(frozen=True)
class Verdict:
    """What was decided for one day: for the whole repair and for each class.

    Only classes that were ever promised stand in ``classes``.
    """

    status: str
    until: date | None = None
    classes: dict[str, ClassVerdict] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()

    @property
    def covered(self) -> bool:
        """Whether the repair is free for the customer."""
        return self.status == "in"


def judge(
    intervals: Iterable[Interval], day: date, blocks: Iterable[Block] = ()
) -> Verdict:
    """Verdict for the ``day`` on which the fault was reported.

    A warranty is void from the start of its block on; faults reported before keep
    their cover, which then ends on the day before.
    """
    blocks = sorted(blocks, key=lambda block: (block.start, block.kind))
    cut = min(
        (b.start for b in blocks if b.kind == "void" and b.start > day), default=None
    )
    holding = tuple(block for block in blocks if block.holds(day))
    kinds = {block.kind for block in holding}
    block = "void" if "void" in kinds else "hold" if kinds else None
    by_class: dict[str, list[Interval]] = {}
    for interval in sorted(intervals, key=lambda i: (i.start, i.end)):
        by_class.setdefault(interval.coverage, []).append(interval)
    classes = {
        name: _judge_class(by_class[name], day, block, cut)
        for name in CLASSES
        if name in by_class
    }
    status, until = _overall(classes)
    return Verdict(status, until, classes, holding)


def _judge_class(
    intervals: list[Interval], day: date, block: str | None, cut: date | None
) -> ClassVerdict:
    """:param cut: the day from which a later void block ends the cover"""
    covering = [i for i in intervals if i.covers(day)]
    if block:
        covering = [i for i in covering if i.kind == IMMUNE]
        if not covering:
            return ClassVerdict(block, None, tuple(intervals))
    whole = [i for i in covering if not i.limited]
    if whole:
        kept = [i for i in intervals if not i.limited and (not block or i in whole)]
        until = _until(kept, day, cut)
        chain = [i for i in kept if i.end >= day and i.start <= until]
        return ClassVerdict("in", until, tuple(chain))
    if covering:
        return ClassVerdict("limited", _until(covering, day, cut), tuple(covering))
    return ClassVerdict("out", _until(intervals, day, None), tuple(intervals))


def _until(intervals: list[Interval], day: date, cut: date | None) -> date | None:
    before = [span for span in merge(intervals) if span[0] <= day]
    if not before:
        return None
    return min(before[-1][1], cut - DAY) if cut else before[-1][1]


def _overall(classes: dict[str, ClassVerdict]) -> tuple[str, date | None]:
    """Status and last day for the whole repair: parts and labour decide."""
    if not classes:
        return "none", None
    deciding = [classes[name] for name in REPAIR_CLASSES if name in classes]
    missing = len(deciding) < len(REPAIR_CLASSES)
    deciding = deciding or list(classes.values())
    statuses = {verdict.status for verdict in deciding}
    covered = [verdict.until for verdict in deciding if verdict.covered]
    if covered:
        whole = statuses == {"in"} and not missing
        return "in" if whole else "partial", min(filter(None, covered))
    worst = max(statuses, key=STATUSES.index)
    best = min(statuses, key=STATUSES.index)
    status = best if best == "limited" else worst
    ends = [v.until for v in deciding if v.status == status and v.until]
    return status, max(ends, default=None)


def gap_before(interval: Interval, day: date) -> int:
    """Days between the end of ``interval`` and ``day``; negative: it starts later."""
    if day < interval.start:
        return (day - interval.start).days
    return max((day - interval.end).days, 0)
