"""What differs between two versions of a quotation.

A version is plain data: ``{"fields": {name: text}, "lines": [line, ...], "total": number}``
with lines ``{"id", "product", "name", "quantity", "unit", "price", "discount", "taxes",
"subtotal"}``. Lines are paired by their id, then by product and text, so that a line that
was deleted and typed again is a changed one and not two.

>>> old = {"fields": {}, "lines": [{"id": 1, "product": 5, "name": "Chai", "price": 10}],
...        "total": 10}
>>> new = {"fields": {}, "lines": [{"id": 9, "product": 5, "name": "Chai", "price": 8}],
...        "total": 8}
>>> compare(old, new).lines
[Change(kind='changed', name='Chai', fields=[('price', 10, 8)])]
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

#: What is compared of a line, in the order in which it is told.
LINE_FIELDS = ("name", "quantity", "unit", "price", "discount", "taxes")
DIGITS = 6

Line = dict[str, Any]


class Change(NamedTuple):
    """A line that is new, gone or changed, with its changed fields (old, new)."""

    kind: str
    name: str
    fields: list[tuple[str, Any, Any]]


class Difference(NamedTuple):
    """Everything that differs; ``fields`` are ``(name, old, new)`` of the quotation."""

    fields: list[tuple[str, Any, Any]]
    lines: list[Change]
    total: tuple[float, float]

    def __bool__(self) -> bool:
        return bool(self.fields or self.lines)


def compare(old: dict, new: dict) -> Difference:
    """What has become of the old version in the new one."""
    pairs = pair(old["lines"], new["lines"])
    return Difference(
        _fields(old["fields"], new["fields"], {**old["fields"], **new["fields"]}),
        [change for before, after in pairs if (change := _change(before, after))],
        (old["total"], new["total"]),
    )


def pair(
    old: Sequence[Line], new: Sequence[Line]
) -> list[tuple[Line | None, Line | None]]:
    """Lines that belong together, in the order of the new version; what is gone last."""
    left, partner = list(old), {}
    tests: tuple[Callable[[Line], Any], ...] = (
        lambda line: line.get("id"),
        lambda line: (line.get("product"), line.get("name")),
        lambda line: line.get("product"),
    )
    for key in tests:
        for number, line in enumerate(new):
            if number in partner:
                continue
            wanted = key(line)
            match = wanted and next((o for o in left if key(o) == wanted), None)
            if match is not None and match is not False and match != 0:
                partner[number] = match
                left = [other for other in left if other is not match]
    found = [(partner.get(number), line) for number, line in enumerate(new)]
    return [*found, *((line, None) for line in left)]


def _change(old: Line | None, new: Line | None) -> Change | None:
    line = new or old or {}
    kind = "changed" if old and new else "added" if new else "removed"
    found = _fields(old or {}, new or {}, LINE_FIELDS)
    if kind == "changed" and not found:
        return None
    if kind != "changed":  # its name stands beside it
        found = [change for change in found if change[0] != "name"]
    return Change(kind, line.get("name", ""), found)


def _fields(old, new, names):
    return [
        (name, old.get(name), new.get(name))
        for name in names
        if not _same(old.get(name), new.get(name))
    ]


def _same(one: Any, other: Any) -> bool:
    """Equal, also when one is empty in another way or differs by a rounding."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return round(one - other, DIGITS) == 0
    return (one or None) == (other or None)
