import io
from datetime import date

import openpyxl
from openpyxl.utils.escape import unescape

from odoo.tests import BaseCase, tagged

from ..tools.xlsx import Workbook, is_risky


@tagged("post_install", "-at_install")
class TestXlsx(BaseCase):
    """A03: a workbook that is safe to open."""

    def _read(self, book):
        return openpyxl.load_workbook(io.BytesIO(book.get_content()))

    def test_a03_texts_are_never_formulas(self):
        """A03: whatever a name begins with, it is a text, and stays one when edited."""
        names = [
            "=1+1",
            "+49 30",
            "-5",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1",
            "  =HYPERLINK('x')",
            "{=1}",
            "http://example.com",
            "12",
            "陈氏贸易",
        ]
        book = Workbook()
        book.add_sheet("x", [("Customer", "text")], [[name] for name in names])
        sheet = self._read(book).active
        cells = [sheet.cell(row=n, column=1) for n in range(2, len(names) + 2)]
        for cell, name in zip(cells, names, strict=True):
            self.assertEqual(cell.data_type, "s", name)
            self.assertIsNone(cell.hyperlink, name)
            self.assertEqual(unescape(cell.value).strip(), name.strip(), name)
            self.assertEqual(bool(cell.quotePrefix), is_risky(name), name)
        self.assertTrue(all(map(is_risky, names[:8])))
        self.assertFalse(any(map(is_risky, names[8:])))

    def test_a03_numbers_dates_and_currencies(self):
        """A03: numbers stay numbers, with the decimals of their currency."""
        book = Workbook(0)
        columns = [
            ("Yen", "money"),
            ("Dinar", "money:3"),
            ("Growth", "percent"),
            ("Day", "date"),
            ("Count", "number"),
        ]
        row = [1234.0, 1.005, 5.0, date(2026, 11, 28), 3]
        book.add_sheet("x", columns, [row], [None, None, None, None, float("nan")])
        sheet = self._read(book).active
        cells = sheet[2]
        self.assertEqual([cell.value for cell in cells][:3], [1234, 1.005, 0.05])
        self.assertEqual(cells[3].value.date(), date(2026, 11, 28))
        formats = [cell.number_format for cell in cells]
        self.assertEqual(formats[:3], ["#,##0", "#,##0.000", "0.0%"])
        self.assertIsNone(sheet["E3"].value)

    def test_a03_names_of_sheets(self):
        """A03: long, equal and odd titles make sheets that every program opens."""
        book = Workbook()
        for title in ("a" * 40, "a" * 40, "x/y:z?", "'", "X Y Z"):
            book.add_sheet(title, [("c", "text")], [])
        names = self._read(book).sheetnames
        self.assertEqual(len({name.lower() for name in names}), 5)
        self.assertTrue(all(0 < len(name) <= 31 for name in names))
