"""Workbooks that are safe to open: text is text, whatever it begins with.

A customer called ``=HYPERLINK(...)`` must not become a formula in the manager's Excel.
Every text goes through :func:`Workbook._write_text`; the library is told not to guess.
"""

import io
import math
import re

import xlsxwriter

#: What Excel, WPS and LibreOffice take for the beginning of a formula or command, the
#: full-width signs of Chinese keyboards among them.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MAX_TEXT = 32767
MAX_TITLE = 31
WIDTHS = {"text": 32, "date": 12}
WIDTH = 16


def is_risky(text: str) -> bool:
    """Whether a program might take a text for a formula when it is edited."""
    return text.lstrip(" \u3000").startswith(RISKY) or text.startswith(RISKY)


class Workbook:
    """One sheet per table, with a bold head, frozen, and formats by column.

    A column is ``(label, kind)`` with the kinds ``text``, ``date`` (a
    :class:`datetime.date`), ``number``, ``percent`` (5.0 is 5 %) and ``money``, or
    ``money:3`` with the decimals of another currency.
    """

    def __init__(self, decimals: int = 2):
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "nan_inf_to_errors": False,
            },
        )
        self._decimals = decimals
        self._formats = {}
        self._titles = set()

    def add_sheet(self, title, columns, rows, total=None, notes=()):
        """Add a table; a row is a list of values, None or False leaves a cell empty."""
        sheet = self._book.add_worksheet(self._get_title(title))
        line = 0
        for note in notes:
            self._write_text(sheet, line, 0, note, {})
            line += 1
        line += bool(notes)
        for place, (label, kind) in enumerate(columns):
            self._write_text(sheet, line, place, label, {"bold": True, "bottom": 1})
            sheet.set_column(place, place, WIDTHS.get(kind, WIDTH))
        sheet.freeze_panes(line + 1, 1)
        for row in rows:
            line += 1
            self._write_row(sheet, line, columns, row, {})
        if total:
            self._write_row(sheet, line + 1, columns, total, {"bold": True, "top": 1})

    def get_content(self) -> bytes:
        """Close the workbook and return the file."""
        self._book.close()
        return self._buffer.getvalue()

    def _write_row(self, sheet, line, columns, row, style):
        for place, ((_label, kind), value) in enumerate(zip(columns, row, strict=True)):
            if value is None or value is False:
                continue
            if isinstance(value, str):
                self._write_text(sheet, line, place, value, style)
            elif kind == "date":
                style_of_day = {**style, "num_format": "yyyy-mm-dd"}
                sheet.write_datetime(line, place, value, self._get_format(style_of_day))
            else:
                self._write_number(sheet, line, place, kind, value, style)

    def _write_number(self, sheet, line, place, kind, value, style):
        if not math.isfinite(value):
            return
        kind, _colon, decimals = kind.partition(":")
        if kind == "percent":
            value, pattern = value / 100, "0.0%"
        elif kind == "money":
            decimals = int(decimals) if decimals else self._decimals
            pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        else:
            pattern = "#,##0"
        form = self._get_format({**style, "num_format": pattern})
        sheet.write_number(line, place, value, form)

    def _write_text(self, sheet, line, place, text, style):
        if is_risky(text):
            style = {**style, "quote_prefix": True}
        sheet.write_string(line, place, text[:MAX_TEXT], self._get_format(style))

    def _get_format(self, style):
        key = tuple(sorted(style.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(style)
        return self._formats[key]

    def _get_title(self, title):
        """A name that a sheet may have: short, without signs of paths, only once."""
        title = re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:MAX_TITLE] or "-"
        name, number = title, 1
        while name.lower() in self._titles:
            number += 1
            name = f"{title[: MAX_TITLE - 4]} {number}"
        self._titles.add(name.lower())
        return name
