"""Finds out which product a typed name means, in any script.

Codes are compared without signs and case (``ab-12`` is ``AB 12``), names word by word.
Keys are ASCII, as those of ``duplicate_keys``: PostgreSQL's trigrams see no Chinese in a
database with the locale ``C``.

>>> score("Uncle Bob pears", ["Uncle Bob's Organic Dried Pears"]) > SURE
True
>>> score("乌龙茶", ["台湾烏龍茶 100g"]) > SURE
True
>>> score("Chai", ["Chang"]) < POSSIBLE
True
"""

import re
from collections.abc import Iterable, Sequence

from .duplicate_keys import ascii_form, fold

#: From here on a name is taken when no other one comes near (``GAP``), and offered.
SURE, POSSIBLE, GAP = 0.72, 0.4, 0.12
#: Candidates that are offered for one row
OFFERED = 6
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_WORD = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019`´](?=\w)")
_BRACKETED = re.compile(r"^\s*\[([^\]]{1,64})\]\s*(.*)$", re.DOTALL)
_CODE = re.compile(r"[^\s,;]*\d[^\s,;]*")
_SCIENTIFIC = re.compile(r"^\d(?:[.,]\d+)?e\+?\d{2}$", re.IGNORECASE)


def words(text: str | None) -> list[str]:
    """The words of a text without differences of width, case, accent and script."""
    return _WORD.findall(_APOSTROPHE.sub("", fold(text)))


def name_key(text: str | None) -> str:
    """Words of a name in ASCII, with one blank between them."""
    return " ".join(ascii_form(word) for word in words(text))


def name_keys(texts: Iterable[str | None]) -> str:
    """All names of a product as one text that ``LIKE '%|key|%'`` finds.

    >>> name_keys(["Chai", "chai", "Tea (green)"])
    '|chai|tea green|'
    """
    keys = sorted({key for text in texts if (key := name_key(text))})
    return f"|{'|'.join(keys)}|" if keys else ""


def code_key(text: str | None) -> str:
    """A code without signs, blanks and case."""
    return "".join(ascii_form(word) for word in words(text))


def codes_in(text: str) -> list[str]:
    """What may be a code in a longer text, the likeliest first.

    >>> codes_in("[NW7] Uncle Bob's pears"), codes_in("pears NW-7")
    (['NW7'], ['NW-7'])
    """
    found = _BRACKETED.match(text)
    if found:
        return [found[1]]
    return [word for word in _CODE.findall(text) if word != text]


def without_code(text: str) -> str:
    """The name behind a code in brackets."""
    found = _BRACKETED.match(text)
    return found[2] if found and found[2] else text


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet has made a number of a long code, and rounded it.

    >>> is_rounded("4.00638E+12"), is_rounded("E12")
    (True, False)
    """
    return bool(_SCIENTIFIC.match(text.strip()))


def score(typed: str, names: Sequence[str]) -> float:
    """How well a typed text fits the best of some names, 0 to 1."""
    asked = _pieces(typed)
    return max((_fit(asked, _pieces(name)) for name in names), default=0.0)


def _pieces(text: str) -> list[str]:
    """Words; a Chinese one falls into its characters."""
    return [
        piece
        for word in words(text)
        for piece in (list(word) if _IS_CJK.match(word) else [word])
    ]


def _fit(asked: list[str], offered: list[str]) -> float:
    if not asked or not offered:
        return 0.0
    if asked == offered:
        return 1.0
    found, used = 0.0, 0.0
    left = list(offered)
    for piece in asked:
        near, best = max(
            ((_alike(piece, other), other) for other in left), default=(0, "")
        )
        if near:
            left.remove(best)
            found += near * _weight(piece)
            used += near * _weight(best)
    covered = found / sum(map(_weight, asked))
    told = used / sum(map(_weight, offered))
    return round(0.85 * covered + 0.14 * told, 4)


def _weight(piece: str) -> float:
    """Long words say more; a character of Chinese says as much as a short word."""
    return 3.0 if _IS_CJK.match(piece) else float(min(len(piece), 8))


def _alike(one: str, other: str) -> float:
    """Likeness of two words: equal, one the beginning of the other, or a slip."""
    if one == other:
        return 1.0
    if _IS_CJK.match(one) or _IS_CJK.match(other):
        return 0.0
    short, long = sorted((one, other), key=len)
    if any(c.isdigit() for c in one + other):
        return 0.0
    if len(short) >= 3 and long.startswith(short):
        return 0.9
    if len(one) > 3 and sorted(one) == sorted(other):  # letters changed places
        return 0.75
    shared = _dice(one, other)
    return shared if shared >= 0.6 else 0.0


def _dice(one: str, other: str) -> float:
    """Share of the pairs of letters that two words have in common."""
    left = [one[n : n + 2] for n in range(len(one) - 1)]
    right = [other[n : n + 2] for n in range(len(other) - 1)]
    if not left or not right:
        return 0.0
    rest, common = list(right), 0
    for pair in left:
        if pair in rest:
            rest.remove(pair)
            common += 1
    return 2 * common / (len(left) + len(right))


def choose(ranked: Sequence[float]) -> bool:
    """Whether the first of some candidates, best first, may be taken unasked."""
    if not ranked or ranked[0] < SURE:
        return False
    return len(ranked) == 1 or ranked[0] - ranked[1] >= GAP
