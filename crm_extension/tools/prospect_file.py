"""Rows of an address file that somebody was given: CSV or XLSX, in any Chinese encoding.

Plain Python: bytes in, lists of texts out, one at a time, so that fifty thousand rows
need no memory to speak of.
"""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

#: What ``encoding`` may be; ``auto`` decides by :func:`guess_encoding`.
ENCODINGS = ("auto", "utf-8", "gb18030", "big5")
DELIMITERS = ",;\t|"
SAMPLE = 64 * 1024
#: Longer cells are no addresses; they would only make the file unreadable.
CELL_LIMIT = 4000
XLSX_MAGIC = b"PK\x03\x04"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Lead bytes of the everyday characters of each set ("level 1")
COMMON = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}


class ProspectFileError(ValueError):
    """The file cannot be read; ``code`` says why: ``empty``, ``encoding``, ``format``."""

    def __init__(self, code: str, detail: str = ""):
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


def read_rows(data: bytes, encoding: str = "auto") -> Iterator[list[str]]:
    """Yield the rows of a file as lists of stripped texts, empty rows left out.

    The kind of file is read from its first bytes, never from its name.

    :raises ProspectFileError: when it is no table or in another encoding
    """
    if not data.strip():
        raise ProspectFileError("empty")
    rows = (
        _xlsx_rows(data) if data.startswith(XLSX_MAGIC) else _csv_rows(data, encoding)
    )
    for row in rows:
        cells = [_text(cell) for cell in row]
        if any(cells):
            yield cells


def guess_encoding(data: bytes) -> str:
    """The encoding of a text: a mark at its start, UTF-8, or the likelier Chinese one.

    GB 18030 gives a meaning to almost every pair of bytes, so "it can be decoded" says
    nothing. Real text is made of everyday characters: the set in which more of them
    are everyday is the right one.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            return name
    if _decodes(data, "utf-8"):
        return "utf-8"
    found = [name for name in COMMON if _decodes(data, name)]
    if not found:
        raise ProspectFileError("encoding")
    return max(found, key=lambda name: _everyday(data[:SAMPLE], COMMON[name]))


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _everyday(data: bytes, common: range) -> float:
    """Share of everyday characters among the double-byte ones."""
    pairs = good = position = 0
    while position < len(data):
        if data[position] < 0x80:
            position += 1
            continue
        pairs += 1
        good += data[position] in common
        position += 2
    return good / pairs if pairs else 0.0


def _csv_rows(data: bytes, encoding: str) -> Iterator[list[str]]:
    name = guess_encoding(data) if encoding == "auto" else encoding
    try:
        text = data.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError as error:
        raise ProspectFileError("encoding", str(error)) from error
    if "\0" in text[:SAMPLE]:
        raise ProspectFileError("format")
    stream = io.StringIO(text, newline="")
    try:
        yield from csv.reader(stream, delimiter=_delimiter(text), strict=False)
    except csv.Error as error:
        raise ProspectFileError("format", str(error)) from error


def _delimiter(text: str) -> str:
    """The separator that the first line has most of."""
    first = text.lstrip().splitlines()[0]
    return max(DELIMITERS, key=first.count)


def _xlsx_rows(data: bytes) -> Iterator[tuple]:
    """Rows of the first sheet; formulas give the values that were saved with them."""
    from openpyxl import load_workbook  # comes with Odoo; slow to import

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(values_only=True)
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, TypeError) as error:
        raise ProspectFileError("format", str(error)) from error


def _text(cell: object) -> str:
    """One cell as text: numbers without ".0", so that a phone stays a phone."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, datetime | date):
        cell = cell.isoformat()
    return str(cell).replace("\0", "").strip()[:CELL_LIMIT]
