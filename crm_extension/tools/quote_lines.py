"""One line of plain words as product, quantity, unit and price.

>>> parse_line("CHAI x 24")
Line(product='CHAI', quantity='24', price='', discount='')
>>> parse_line("24箱 柴茶 @17.40")
Line(product='柴茶', quantity='24箱', price='17.40', discount='')
>>> parse_line("Uncle Bob's pears")
Line(product="Uncle Bob's pears", quantity='', price='', discount='')
"""

import re
from typing import NamedTuple

from .quote_numbers import parse_number, plain

_NUMBER = r"\d+(?:[.,'\u2019]\d+)*"
_COUNTED = rf"{_NUMBER}\s*[^\W\d_]{{0,6}}\.?"
_PRICE = re.compile(
    rf"(?:@|\bà\s|\bat\s|单价|單價|每\w)\s*[:=]?\s*((?:[$€£¥]|NT\$|HK\$|US\$)?\s*{_NUMBER}"
    r"\s*(?:元|€|USD|EUR|CNY|RMB)?)(?:/\w+)?\s*$",
    re.IGNORECASE,
)
_DISCOUNT = re.compile(rf"[-\u2212]\s*({_NUMBER}\s*%)\s*$")
_BULLET = re.compile(r"^\s*(?:[-•·*]\s+|\(?\d{1,3}[.)]\s+(?=\D))")
_PATTERNS = (
    # product x 24
    re.compile(rf"^(?P<product>.+?)\s*[x×*]\s*(?P<quantity>{_COUNTED})\s*$", re.I),
    # 24 x product
    re.compile(rf"^(?P<quantity>{_NUMBER})\s*[x×*]\s*(?P<product>.*\S)\s*$", re.I),
    # product, 24 boxes
    re.compile(rf"^(?P<product>.+?)[\s,;:/–-]+(?P<quantity>{_COUNTED})\s*$"),
    # 24 boxes product: letters must follow
    re.compile(
        rf"^(?P<quantity>{_NUMBER}\s?[^\W\d_]{{0,6}}\.?)[\s,;:]+"
        r"(?P<product>.*[^\W\d_].*)$"
    ),
    # 柴茶24箱
    re.compile(rf"^(?P<product>.*[\u3400-\u9fff])(?P<quantity>{_COUNTED})$"),
)


class Line(NamedTuple):
    """Texts of one line; quantity, price and discount are still to be read."""

    product: str
    quantity: str = ""
    price: str = ""
    discount: str = ""


def parse_line(text: str) -> Line:
    """The surest way to read a line; a line without a number is a product alone."""
    return readings(text)[0]


def readings(text: str) -> list[Line]:
    """All ways to read a line, the surest first; the last one is the whole line.

    ``Vegie-spread 15`` is fifteen of a product, or the product of that name: who knows
    the products decides.
    """
    whole = plain(_BULLET.sub("", plain(text)))
    rest, price, discount = whole, "", ""
    if found := _DISCOUNT.search(rest):
        rest, discount = rest[: found.start()].strip(), found[1]
    if found := _PRICE.search(rest):
        rest, price = rest[: found.start()].strip(" ,;"), found[1].strip()
    ways = []
    for pattern in _PATTERNS:
        match = pattern.match(rest)
        if match and parse_number(match["quantity"]):
            product = match["product"].strip(" ,;:")
            if product:
                ways.append(Line(product, match["quantity"].strip(), price, discount))
    if rest != whole and rest:
        ways.append(Line(rest, "", price, discount))
    ways.append(Line(whole))
    return list(dict.fromkeys(ways))
