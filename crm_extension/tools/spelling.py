"""One pattern for all ways in which a searched word may stand in the database.

Chinese texts hold simplified or traditional characters, and letters and digits of
full or half width, mostly by the keyboard of whoever typed them. A search for one
finds the others::

    >>> search_pattern("华为")
    '华[为爲為]'
    >>> search_pattern("Ａ4")
    '(?:[AaＡａ][4４]|Ａ4)'
    >>> search_pattern("Ernst") is None
    True

The pattern is a regular expression that PostgreSQL and Python read alike. Words that
have only one spelling give none: a plain comparison is cheaper and knows accents.
"""

import re
import unicodedata
from functools import lru_cache

from .chinese import SIMPLIFIED, TO_SIMPLIFIED, TRADITIONAL

_FORMS: dict[str, str] = {}
for _simple, _old in zip(SIMPLIFIED, TRADITIONAL, strict=True):
    _FORMS[_simple] = _FORMS.get(_simple, "") + _old
#: From ``!`` to ``~``, each sign of ASCII has a wide form so many places further on.
_WIDE_SHIFT = 0xFEE0


def search_pattern(text: str) -> str | None:
    """Return a regular expression for `text`, or None when a plain comparison does."""
    if text.isascii():
        return None
    plain = unicodedata.normalize("NFKC", text)
    choices = [_spellings(character) for character in plain]
    pattern = "".join(map(_one_of, choices))
    if plain != text:
        return f"(?:{pattern}|{re.escape(text)})"
    has_forms = any(len(each) > 1 for each in choices if not each[0].isascii())
    return pattern if has_forms else None


def full_width(text: str) -> str:
    """Return Latin letters and digits as Chinese keyboards may type them."""
    return "".join(
        chr(ord(each) + _WIDE_SHIFT) if each.isascii() and each.isalnum() else each
        for each in text
    )


def matches(pattern: str, text: str | None) -> bool:
    """Tell whether a text holds the pattern, as PostgreSQL's ``~*`` does."""
    return bool(text) and bool(re.search(pattern, text, re.IGNORECASE))


@lru_cache(maxsize=4096)
def _spellings(character: str) -> str:
    """All characters that may stand for one, itself first."""
    simple = character.translate(TO_SIMPLIFIED)
    forms = character + simple + _FORMS.get(simple, "")
    if "!" <= character <= "~":
        both = character + character.swapcase()
        forms = both + "".join(chr(ord(each) + _WIDE_SHIFT) for each in both)
    return "".join(dict.fromkeys(forms))


def _one_of(characters: str) -> str:
    if len(characters) == 1:
        return re.escape(characters)
    return f"[{''.join(re.escape(each) for each in sorted(characters))}]"
