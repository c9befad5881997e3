"""Cuts a pasted text into rows of cells, whatever it was copied from.

A spreadsheet puts tabs between cells, a CSV file commas or semicolons, a mail nothing at
all. Quotation marks are taken for marks of a cell only where they close again, so that a
24" screen does not swallow the lines below it.

>>> split('Chai\\t24\\n"Uncle ""Bob"" pears"\\t10')
[['Chai', '24'], ['Uncle "Bob" pears', '10']]
>>> split("4711;3\\n4712;5")
[['4711', '3'], ['4712', '5']]
>>> split("Chai x 24")
[['Chai x 24']]
"""

import re
from collections import Counter

from .quote_numbers import plain

#: Kept of one cell; longer ones are descriptions that nobody types twice.
CELL_LENGTH = 500
MAX_CELLS = 40
DELIMITERS = ("\t", ";", "|", ",")
#: Full-width signs that stand for a delimiter
WIDE = {"；": ";", "，": ",", "｜": "|"}
#: So many of the lines must be cut by a delimiter, and alike.
ENOUGH = 0.6
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")


def split(text: str) -> list[list[str]]:
    """Rows of cells in one width and without outer blanks; empty rows are left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    lines = [line for line in text.split("\n") if line.strip()]
    delimiter = guess_delimiter(lines)
    if not delimiter:
        return [[cell] for line in lines if (cell := plain(line)[:CELL_LENGTH])]
    rows = []
    for row in _rows(_narrow(text, delimiter), delimiter):
        cells = [plain(cell)[:CELL_LENGTH] for cell in row[:MAX_CELLS]]
        if any(cells):
            rows.append(cells)
    return rows


def guess_delimiter(lines: list[str]) -> str | None:
    """The sign between the cells of some lines, None for lines of plain words."""
    if any("\t" in line for line in lines):
        return "\t"
    for delimiter in DELIMITERS[1:]:
        counts = [_count(_narrow(line, delimiter), delimiter) for line in lines]
        cut = [count for count in counts if count]
        if not cut or len(cut) < ENOUGH * len(lines):
            continue
        [(_usual, alike)] = Counter(cut).most_common(1)
        if alike >= ENOUGH * len(cut):
            return delimiter
    return None


def _narrow(text: str, delimiter: str) -> str:
    for wide, narrow in WIDE.items():
        if narrow == delimiter:
            text = text.replace(wide, narrow)
    return text


def _count(line: str, delimiter: str) -> int:
    """Delimiters of a line. A comma between digits is one only behind a lone code:
    ``4711,24`` has two cells, ``Chai 1,5`` has one."""
    if delimiter != ",":
        return line.count(delimiter)
    first = line.partition(",")[0]
    if re.fullmatch(r"\s*[\w-]*\d[\w-]*\s*", first) or line.count(",") > 2:
        return line.count(",")
    return line.count(",") - len(_DECIMAL_COMMA.findall(line))


def _rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = [[]]
    position, end = 0, len(text)
    while position <= end:
        cell, position = _cell(text, position, delimiter)
        rows[-1].append(cell)
        sign = text[position] if position < end else ""
        position += 1
        if sign == "\n":
            rows.append([])
        elif not sign:
            break
    return rows


def _cell(text: str, start: int, delimiter: str) -> tuple[str, int]:
    """One cell and where it ends: at a delimiter, a line break or the end."""
    quoted = _quoted(text, start, delimiter)
    if quoted:
        return quoted
    position = start
    while position < len(text) and text[position] not in (delimiter, "\n"):
        position += 1
    return text[start:position], position


def _quoted(text: str, start: int, delimiter: str) -> tuple[str, int] | None:
    """A cell in quotation marks; None when they are none of a cell."""
    while start < len(text) and text[start] == " ":
        start += 1
    if text[start : start + 1] != '"':
        return None
    parts, position = [], start + 1
    while True:
        close = text.find('"', position)
        if close < 0:
            return None
        parts.append(text[position:close])
        if text[close + 1 : close + 2] != '"':
            break
        parts.append('"')
        position = close + 2
    behind = close + 1
    while text[behind : behind + 1] == " ":
        behind += 1
    if behind < len(text) and text[behind] not in (delimiter, "\n"):
        return None
    return "".join(parts), behind
