"""From a pasted table to rows of a quotation: what is asked for, how many, at what price.

Nothing is dropped in silence: a row that is no product (a title, a total) is listed with
its reason, a cell that cannot be read is a problem of its row.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from .quote_columns import ROLES, Layout, guess_roles, is_total
from .quote_lines import readings
from .quote_match import codes_in, is_rounded
from .quote_numbers import Amount, guess_decimal, parse_number, plain

_ZHE = re.compile(r"(\d{1,2}(?:\.\d)?)\s*折")
#: Why a row is no line: above the headings, a sum, or without a product.
REASONS = ("title", "header", "total", "no_product")
MAX_NUMBER = 10**12


class PastedRow(NamedTuple):
    """One line that is asked for. ``problems`` are codes, see ``crm.quote``."""

    number: int
    typed: str
    code: str
    name: str
    quantity: float | None
    unit: str
    price: float | None
    discount: float | None
    problems: tuple[str, ...] = ()


class LeftOut(NamedTuple):
    """A row that is no line, and why (one of ``REASONS``)."""

    number: int
    typed: str
    reason: str


class Paste(NamedTuple):
    layout: Layout
    rows: list[PastedRow]
    left_out: list[LeftOut]


def texts(rows: Sequence[Sequence[str]]) -> list[str]:
    """Everything in a table that may be the code or name of a product."""
    found: dict[str, None] = {}
    for row in rows:
        for cell in filter(None, row):
            found[cell] = None
        if len(row) == 1:
            found.update(dict.fromkeys(line.product for line in readings(row[0])))
    for text in list(found):
        found.update(dict.fromkeys(codes_in(text)))
    return list(found)


def read(
    rows: Sequence[Sequence[str]],
    is_known: Callable[[str], bool],
    is_unit: Callable[[str], bool],
    roles: Sequence[str | None] | None = None,
    decimal: str | None = None,
) -> Paste:
    """Turn rows of cells into lines.

    :param is_known: tells whether a text is the code or name of a product
    :param is_unit: tells whether a text is the name of a unit
    :param roles: what the columns mean, when somebody has said so
    :param decimal: sign before the decimals, where the numbers themselves do not tell
    """
    layout = guess_roles(rows, is_known, is_unit)
    if roles is not None:
        layout = Layout(_checked(roles, len(layout.roles)), layout.header)
    reader = _Reader(layout, rows, is_known, decimal)
    taken, left_out = [], []
    for number, row in enumerate(rows, 1):
        reason = reader.reason(number, row)
        if reason:
            left_out.append(LeftOut(number, _typed(row), reason))
        else:
            taken.append(reader.read(number, row))
    return Paste(layout, taken, left_out)


def _checked(roles, width):
    known = [role if role in ROLES else None for role in roles][:width]
    return known + [None] * (width - len(known))


def _typed(row):
    return "  ".join(cell for cell in row if cell)


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, layout, rows, is_known, decimal):
        self.header = layout.header
        self.places = {role: n for n, role in enumerate(layout.roles) if role}
        self.is_known = is_known
        body = rows[layout.header + 1 if layout.header is not None else 0 :]
        self.decimals = {
            role: guess_decimal(self._cell(row, role) for row in body) or decimal
            for role in ("quantity", "price", "discount")
        }
        self.is_share = self._are_shares(body)

    def _cell(self, row, role):
        place = self.places.get(role)
        return row[place] if place is not None and place < len(row) else ""

    def _are_shares(self, body):
        """Discounts that are all below one are shares: 0.1 is 10 percent."""
        values = [parse_number(self._cell(row, "discount")) for row in body]
        values = [amount for amount in values if amount and amount.value]
        return bool(values) and all(0 < a.value < 1 and not a.percent for a in values)

    def reason(self, number, row):
        """Why a row is no line, None when it is one."""
        if self.header is not None and number <= self.header + 1:
            return "header" if number == self.header + 1 else "title"
        if is_total(row):
            return "total"
        if not self._cell(row, "code") and not self._cell(row, "name"):
            return "no_product"
        return None

    def read(self, number, row):
        code, name = self._cell(row, "code"), self._cell(row, "name")
        cells = {role: self._cell(row, role) for role in self.decimals}
        if "quantity" not in self.places:
            code, name, cells = self._split_words(code, name, cells)
        problems: list[str] = []
        quantity, unit = self._quantity(cells["quantity"], problems)
        price = self._price(cells["price"], problems)
        discount = self._discount(cells["discount"], problems)
        if is_rounded(code):
            problems.append("code_rounded")
        return PastedRow(
            number,
            _typed(row),
            code,
            name,
            quantity,
            self._cell(row, "unit") or unit,
            price,
            discount,
            tuple(problems),
        )

    def _split_words(self, code, name, cells):
        """Quantity and price may stand in the words: "Chai x 24"."""
        ways = readings(code or name)
        line = next((way for way in ways if self.is_known(way.product)), ways[0])
        found = {
            role: cells[role] or getattr(line, role)
            for role in ("quantity", "price", "discount")
        }
        return (line.product, name, found) if code else ("", line.product, found)

    def _number(self, text, role, problems) -> Amount | None:
        amount = parse_number(text, self.decimals[role])
        if text and (amount is None or abs(amount.value) > MAX_NUMBER):
            problems.append(f"{role}_unreadable")
            return None
        if amount and not amount.exact:
            problems.append("number_ambiguous")
        return amount

    def _quantity(self, text, problems):
        amount = self._number(text, "quantity", problems)
        if amount is None:
            if text:
                return None, ""
            problems.append("quantity_missing")
            return 1.0, ""
        if amount.value <= 0:
            problems.append("quantity_not_positive")
            return None, amount.unit
        return amount.value, amount.unit

    def _price(self, text, problems):
        amount = self._number(text, "price", problems)
        if amount and amount.value < 0:
            problems.append("price_unreadable")
            return None
        return amount.value if amount else None

    def _discount(self, text, problems):
        """Percent off; ``9折`` and ``85折`` say what is left to pay."""
        found = _ZHE.fullmatch(plain(text))
        if found:
            left = float(found[1])
            return round(100 - left * (10 if left < 10 else 1), 4)
        amount = self._number(text, "discount", problems)
        if amount is None:
            return None
        value = amount.value * (100 if self.is_share else 1)
        if not 0 <= value <= 100:
            problems.append("discount_unreadable")
            return None
        return value
