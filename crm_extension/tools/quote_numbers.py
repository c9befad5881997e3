"""Numbers as people type them: full-width, with separators, currency, unit and dirt.

>>> parse_number("１，２３４．５０ 元").value
1234.5
>>> parse_number("24箱")
Amount(value=24.0, unit='箱', percent=False, money=False, exact=True)
>>> parse_number("1.234,5").value, parse_number("12 - 1 lb pkgs.")
(1234.5, None)
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

MAX_LENGTH = 60

_MONEY = (
    r"(?:US|HK|NT|AU|CA|SG)?\$|[€£¥₩₹]|元|圆|塊|块|"
    r"\b(?:USD|EUR|GBP|CNY|RMB|TWD|HKD|JPY|CHF|AUD|CAD|SGD|INR|KRW)\b"
)
_MONEY_SIGN = re.compile(_MONEY, re.IGNORECASE)
_LEAD = re.compile(r"^\s*(?:[x×*@#]|qty|数量|數量|单价|單價|price)?\s*[:=]?\s*", re.I)
_BODY = re.compile(
    r"""(?P<minus>[-\u2212\u2013]?)\s*
        (?P<digits>\d+(?:[., '\u2019]\d+)*)
        (?P<exponent>e[+-]?\d{1,2})?
        \s*(?P<rest>.*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_UNIT = re.compile(r"[^\W\d_]{1,12}\.?")
_GROUPS = re.compile(r"\d{1,3}(?:[., '\u2019]\d{3})+")
_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
}
_CHINESE_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE_NUMBER = re.compile(r"([零一二三四五六七八九〇两兩十百千]{1,9})(\w{0,4})")
_TIMES = {"万": 10_000, "萬": 10_000}


class Amount(NamedTuple):
    """A number and what stood beside it; ``exact`` is False when it could be another
    number ("1,234" in a text that does not say which sign is the decimal one)."""

    value: float
    unit: str = ""
    percent: bool = False
    money: bool = False
    exact: bool = True


def plain(text: object) -> str:
    """A cell in one width, without invisible characters and with single blanks."""
    flat = unicodedata.normalize("NFKC", str(text if text is not None else ""))
    flat = "".join(" " if c.isspace() else c for c in flat if _is_seen(c))
    return re.sub(r" {2,}", " ", flat).strip()


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"


def parse_number(text: object, decimal: str | None = None) -> Amount | None:
    """Read a whole cell as one number; None when it is anything else.

    :param decimal: ``"."`` or ``","`` when it is known how these numbers are written
    """
    flat = plain(text)
    if not flat or len(flat) > MAX_LENGTH:
        return None
    money = bool(_MONEY_SIGN.search(flat))
    bare = _LEAD.sub("", _MONEY_SIGN.sub(" ", flat)).strip()
    negative = bare.startswith("(") and bare.endswith(")")
    if negative:
        bare = bare[1:-1].strip()
    found = _BODY.fullmatch(bare)
    if not found:
        return _chinese_amount(bare, money)
    rest, percent = found["rest"].strip(), False
    if rest.startswith("%"):
        rest, percent = rest[1:].strip(), True
    if rest in ("-", "\u2212"):  # accountants' minus
        rest, negative = "", True
    times = _TIMES.get(rest[:1], 1)
    rest = rest[1:].strip() if times != 1 else rest
    rest = rest.removeprefix("/").strip()  # "17.40/箱"
    if rest and not _UNIT.fullmatch(rest):
        return None
    value, exact = _value(found["digits"], decimal)
    if value is None:
        return None
    value *= times * float(f"1{found['exponent'] or 'e0'}")
    sign = -1 if negative or found["minus"] else 1
    return Amount(sign * value, rest.rstrip("."), percent, money, exact)


def _value(digits: str, decimal: str | None) -> tuple[float | None, bool]:
    """Value of digits with separators, and whether there was no other reading."""
    body = re.sub(r"[ '\u2019]", "", digits)
    if body != digits and not _GROUPS.match(digits):
        return None, True
    signs = [c for c in body if c in ".,"]
    if not signs:
        return float(body), True
    if len(set(signs)) == 2:
        last = signs[-1]
        if signs.count(last) > 1:
            return None, True
        other = "," if last == "." else "."
        whole = body.partition(last)[0]
        if not _GROUPS.fullmatch(whole):
            return None, True
        return float(body.replace(other, "").replace(last, ".")), True
    sign = signs[0]
    if len(signs) > 1:
        grouped = _GROUPS.fullmatch(body)
        return (float(body.replace(sign, "")) if grouped else None), True
    return _one_sign(body, sign, decimal)


def _one_sign(body: str, sign: str, decimal: str | None) -> tuple[float, bool]:
    """ "1.234" and "1,234": three digits behind one sign can mean both."""
    whole, _sign, part = body.partition(sign)
    as_decimal = float(f"{whole}.{part}")
    if len(part) != 3 or len(whole) > 3 or whole.startswith("0"):
        return as_decimal, True
    if decimal:
        return (as_decimal if sign == decimal else float(whole + part)), True
    return (as_decimal if sign == "." else float(whole + part)), False


def _chinese_amount(text: str, money: bool) -> Amount | None:
    """``三十箱``: up to 9,999 in characters."""
    found = _CHINESE_NUMBER.fullmatch(text)
    if not found:
        return None
    total = digit = 0
    for character in found[1]:
        if character in _CHINESE_TENS:
            total += (digit or 1) * _CHINESE_TENS[character]
            digit = 0
        else:
            digit = digit * 10 + _CHINESE[character]
    return Amount(float(total + digit), found[2], False, money)


def guess_decimal(texts: Iterable[object]) -> str | None:
    """Which sign the numbers of a column put before the decimals, if they tell.

    >>> guess_decimal(["1,234", "2,5"])
    ','
    """
    votes = {".": 0, ",": 0}
    for text in texts:
        flat = plain(text)
        for digits in re.findall(r"\d+(?:[.,]\d+)+", flat):
            signs = [c for c in digits if c in ".,"]
            last = signs[-1]
            behind = len(digits) - digits.rindex(last) - 1
            if len(set(signs)) == 2 or (len(signs) == 1 and behind != 3):
                votes[last] += 1
    if votes["."] == votes[","]:
        return None
    return max(votes, key=lambda sign: votes[sign])
