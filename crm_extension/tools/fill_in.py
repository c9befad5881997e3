"""Plain texts with places to fill in: ``Dear {name}``.

A place is one of a fixed list of words in braces. Nothing else in braces is accepted
when a text is saved, and nothing is ever executed: no attribute, no format, no template
language. ``{{`` and ``}}`` stand for a brace.
"""

import re
from collections.abc import Collection, Mapping

PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
#: What template languages begin with: a text that has them was meant for another one.
FOREIGN = re.compile(r"\$\{|\{%|<%|%\(|<t[ >]|\bt-(?:out|esc|if|foreach)\b|#\{")


class PlaceError(ValueError):
    """A text has a place that nobody can fill in; the argument is this place."""


def check_places(text: str, known: Collection[str]) -> None:
    """Raise :class:`PlaceError` for the first place that is not of the list."""
    if found := FOREIGN.search(text or ""):
        raise PlaceError(found.group())
    for found in PLACE.finditer(text or ""):
        if found.group() in ("{{", "}}"):
            continue
        if found[1] is None or found[1].strip() not in known:
            raise PlaceError(found.group())


def places(text: str) -> set[str]:
    """The words in braces of a text."""
    return {f[1].strip() for f in PLACE.finditer(text or "") if f[1] is not None}


def fill_in(text: str, values: Mapping[str, object]) -> str:
    """Put the values in. What a value contains is never looked at again.

    :raise KeyError: a place has no value
    """

    def put(found):
        if found.group() in ("{{", "}}"):
            return found.group()[0]
        if found[1] is None:
            return found.group()
        return str(values[found[1].strip()])

    return PLACE.sub(put, text or "")
