"""Complete what people leave out behind the first number of a phone field.

``0755-28780808/9`` are two lines of one office, ``010-88888888转801/802`` two desks,
``+852 2345 6789 / 9876 5432`` two numbers of Hong Kong, and the name in
``13800138000，张三`` belongs to the number before it. :mod:`phone` reads such a text
piece by piece; this module looks at each piece beside the number it follows::

    >>> [p.e164 for p in parse_phones("0755-28780808/9")]
    ['+8675528780808', '+8675528780809']

A reading counts only if it gives a valid number; anything else stays as it was.
"""

import re
from collections.abc import Callable
from dataclasses import replace

import phonenumbers

#: At most so many digits are the end of the line beside, more are an extension.
_SIBLING_DIGITS = 2
_SHORT = re.compile(r"[\s/、,~|\-]*(?P<digits>\d{1,5})[\s/、,;|]*")
_JOINED = re.compile(r"[/、,~|]\s*$|^\s*[/、,~|]")


def complete(plain: str, found: list, read: Callable) -> list:
    """Return `found` with the pieces completed by the numbers before them.

    :param plain: the normalised text
    :param found: ``(start in plain, Phone)`` for each piece, in order
    :param read: ``(digits, region) -> Phone``, reads one number
    """
    if not found:
        return []
    result = []
    ends = [start for start, _phone in found[1:]] + [len(plain)]
    for (start, phone), end in zip(found, ends, strict=True):
        if not result:
            result.append((start, phone))
            continue
        before_start, before = result[-1]
        piece, gap = plain[start:end], plain[before_start:start]
        if _has_digits(before, gap) and _is_words(phone, piece):
            result[-1] = (before_start, _with_label(before, phone))
        elif _is_words(before, gap) and _has_digits(phone, piece):
            result[-1] = (before_start, _with_label(phone, before, first=True))
        elif _is_lone_extension(phone) and before.e164 and not before.ext:
            label = f"{before.label} {phone.label}".strip()
            result[-1] = (before_start, replace(before, ext=phone.ext, label=label))
        else:
            sibling = _sibling(before, gap, phone, piece, read)
            result.append((start, sibling or _relative(before, phone, piece, read)))
    return result


def _is_words(phone, piece: str) -> bool:
    """Tell whether a piece holds words and no digit."""
    return phone.reason == "no_number" and not re.search(r"\d", piece)


def _has_digits(phone, piece: str) -> bool:
    return bool(phone.e164) or bool(re.search(r"\d", piece))


def _is_lone_extension(phone) -> bool:
    return phone.reason == "ext_only"


def _with_label(phone, words, first: bool = False):
    """Return a number that is labelled with the words beside it, too."""
    labels = (words.label, phone.label) if first else (phone.label, words.label)
    return replace(phone, label=" ".join(filter(None, labels)))


def _sibling(before, gap: str, phone, piece: str, read: Callable):
    """Return the line or the desk beside the number before, or None.

    ``/9`` and ``~89`` behind a landline are its last digits; ``/802`` behind a number
    with an extension is another one of the same number.
    """
    short = _SHORT.fullmatch(piece)
    if not short or before.status != "valid" or phone.e164:
        return None
    if not (_JOINED.search(gap) or _JOINED.search(piece)):
        return None
    digits = short["digits"]
    if before.ext:
        return replace(before, ext=digits, label="")
    if before.kind != "landline" or len(digits) > _SIBLING_DIGITS:
        return None
    line = read(before.e164[: -len(digits)] + digits, "")
    return line if line.status == "valid" else None


def _relative(before, phone, piece: str, read: Callable):
    """Return a number of the city or the country of the one before, if that is valid."""
    digits = re.sub(r"\D", "", piece)
    is_local = before.status == "valid" and phone.status != "valid"
    if not is_local or phone.ext or "+" in piece or not 5 <= len(digits) <= 12:
        return phone
    number = phonenumbers.parse(before.e164)
    area = phonenumbers.length_of_geographical_area_code(number)
    national = phonenumbers.national_significant_number(number)
    candidates = [read(digits, before.region)]
    if area and before.kind == "landline" and not digits.startswith("0"):
        city = f"+{number.country_code}{national[:area]}{digits}"
        candidates.insert(0, read(city, ""))
    for candidate in candidates:
        if candidate.status == "valid":
            return replace(candidate, label=phone.label)
    return phone
