"""Reading foreign address files: encodings, separators, headings (X14)."""

import io

from odoo.tests import BaseCase, tagged

from ..tools.prospect_columns import fold, guess_fields, row_values
from ..tools.prospect_file import ProspectFileError, guess_encoding, read_rows

SIMPLIFIED = (
    "公司名称,联系人,手机,备注\n北京市朝阳区贸易有限公司,张三,13800138000,我们的客户\n"
)
TRADITIONAL = (
    "公司名稱,聯絡人,行動電話,備註\n台灣電子股份有限公司,陳大文,0912345678,我們的客戶\n"
)


@tagged("post_install", "-at_install")
class TestProspectFile(BaseCase):
    def read(self, data, encoding="auto"):
        return list(read_rows(data, encoding))

    def test_encodings_are_told_apart(self):
        """X14: Unicode, GB 18030 and Big5 files are read without being asked."""
        for text in (SIMPLIFIED, TRADITIONAL, "company,name\nCafé Zürich,Ö\n"):
            for encoding in ("utf-8", "utf-8-sig", "utf-16"):
                with self.subTest(text=text[:5], encoding=encoding):
                    rows = self.read(text.encode(encoding))
                    self.assertEqual(rows[1][0], text.splitlines()[1].split(",")[0])
        self.assertEqual(guess_encoding(SIMPLIFIED.encode("gb18030")), "gb18030")
        self.assertEqual(guess_encoding(TRADITIONAL.encode("big5")), "big5")
        self.assertEqual(self.read(TRADITIONAL.encode("big5"))[1][1], "陳大文")

    def test_chosen_encoding_wins(self):
        data = SIMPLIFIED.encode("gb18030")
        self.assertEqual(self.read(data, "gb18030")[1][1], "张三")
        with self.assertRaises(ProspectFileError) as caught:
            self.read(data, "utf-8")
        self.assertEqual(caught.exception.code, "encoding")

    def test_separators_and_quotes(self):
        for separator in ",;\t|":
            text = separator.join(["company", "phone"]) + "\n"
            text += separator.join(['"A ""B"" Ltd"', "1"]) + "\r\n\r\n"
            with self.subTest(separator=separator):
                self.assertEqual(self.read(text.encode())[1:], [['A "B" Ltd', "1"]])

    def test_spreadsheet(self):
        from openpyxl import Workbook

        book = Workbook()
        book.active.append(["Company", "Phone", "Empty"])
        book.active.append(["Ernst Handel", 13800138000.0, None])
        book.active.append([None, None, None])
        stream = io.BytesIO()
        book.save(stream)
        rows = self.read(stream.getvalue())
        self.assertEqual(rows[1:], [["Ernst Handel", "13800138000", ""]])

    def test_hostile_files(self):
        """X14: what is no table is refused with a reason, never with a traceback."""
        for data, code in (
            (b"", "empty"),
            (b" \n ", "empty"),
            (b"PK\x03\x04 no zip", "format"),
            (b"\xff\xff\xff\x81", "encoding"),
            (b"a\x00b,c\x00d", "format"),
        ):
            with (
                self.subTest(data=data),
                self.assertRaises(ProspectFileError) as caught,
            ):
                self.read(data)
            self.assertEqual(caught.exception.code, code)
        (row,) = self.read(b'"' + b"x" * 100_000)
        self.assertEqual(len(row[0]), 4000)

    def test_headings(self):
        """X14: headings are understood in English and Chinese, in any spelling."""
        self.assertEqual(
            guess_fields(
                ["Company name", "TEL. 2", "手机号", "E-Mail", "地址", "?", ""]
            ),
            ["company_name", "phone", "phone", "email", "street", None, None],
        )
        self.assertEqual(guess_fields(["Company", "公司"]), ["company_name", None])
        self.assertEqual(fold(" Ｅ－ｍａｉｌ "), "email")

    def test_repeated_columns_are_joined(self):
        values = row_values(
            ["A", "1", "", "2", "x"], ["company_name", "phone", "phone"]
        )
        self.assertEqual(values, {"company_name": "A", "phone": "1"})
        values = row_values(["1", "2"], ["phone", "phone"])
        self.assertEqual(values, {"phone": "1 / 2"})
