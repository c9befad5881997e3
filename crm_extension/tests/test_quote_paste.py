import random

from odoo.tests import BaseCase, tagged

from ..tools.quote_cells import split
from ..tools.quote_paste import REASONS, read, texts

KNOWN = {"Chai", "Chang", "NW1", "4711", "柴茶", "iPhone 15"}


@tagged("post_install", "-at_install")
class TestQuotePaste(BaseCase):
    """X12: rows of a quotation out of a paste, nothing dropped in silence."""

    def _read(self, text, **options):
        return read(split(text), KNOWN.__contains__, {"box"}.__contains__, **options)

    def test_x12_a_table_with_dirty_cells(self):
        paste = self._read(
            "Inquiry\n"
            "Code\tQty\tPrice\tDiscount\n"
            "NW1\t２４\t17,40\t5%\n"
            "Chai\tabc\t\t\n"
            "Chang\t0\t-3\t\n"
            "4.7E+12\t\t\t150\n"
            "\t7\t\t\n"
            "Total\t31\t\t\n"
        )
        self.assertEqual(paste.layout.roles, ["code", "quantity", "price", "discount"])
        rows = {row.code: row for row in paste.rows}
        self.assertEqual(rows["NW1"][4:8], (24, "", 17.4, 5))
        self.assertEqual(rows["NW1"].problems, ())
        self.assertEqual(rows["Chai"].problems, ("quantity_unreadable",))
        self.assertIsNone(rows["Chai"].quantity)
        self.assertEqual(
            rows["Chang"].problems, ("quantity_not_positive", "price_unreadable")
        )
        self.assertEqual(
            rows["4.7E+12"].problems,
            ("quantity_missing", "discount_unreadable", "code_rounded"),
        )
        self.assertEqual(
            [(left.number, left.reason) for left in paste.left_out],
            [(1, "title"), (2, "header"), (7, "no_product"), (8, "total")],
        )

    def test_x12_words_without_columns(self):
        paste = self._read("Chai x 24\n柴茶 3箱\niPhone 15\nChang")
        self.assertEqual(
            [(row.code, row.quantity, row.unit) for row in paste.rows],
            [
                ("Chai", 24, ""),
                ("柴茶", 3, "箱"),
                ("iPhone 15", 1, ""),
                ("Chang", 1, ""),
            ],
        )
        self.assertEqual(paste.rows[3].problems, ("quantity_missing",))
        self.assertIn("iPhone 15", texts(split("iPhone 15")))
        self.assertIn("iPhone", texts(split("iPhone 15")))

    def test_x12_discounts_as_people_write_them(self):
        paste = self._read("Code\tQty\tDisc\nChai\t1\t9折\nChang\t1\t85折\nNW1\t1\t10%")
        self.assertEqual([row.discount for row in paste.rows], [10, 15, 10])
        paste = self._read("Code\tQty\tDisc\nChai\t1\t0.1\nChang\t1\t0.05")
        self.assertEqual([row.discount for row in paste.rows], [10, 5])
        paste = self._read("Code\tQty\tDisc\nChai\t1\t0.1\nChang\t1\t5")
        self.assertEqual([row.discount for row in paste.rows], [0.1, 5])

    def test_x12_decimals_follow_the_column_then_the_language(self):
        paste = self._read("Code\tQty\nChai\t1,234\nChang\t2,5")
        self.assertEqual([row.quantity for row in paste.rows], [1.234, 2.5])
        paste = self._read("Code\tQty\nChai\t1,234", decimal=".")
        self.assertEqual(paste.rows[0].quantity, 1234)
        paste = self._read("Code\tQty\nChai\t1,234")
        self.assertIn("number_ambiguous", paste.rows[0].problems)

    def test_x12_somebody_says_what_the_columns_are(self):
        text = "Chai\t24\t17"
        self.assertEqual(self._read(text).rows[0].price, 17)
        told = self._read(text, roles=["code", "price", "quantity"])
        self.assertEqual((told.rows[0].quantity, told.rows[0].price), (17, 24))
        wrong = self._read(text, roles=["x", None, "quantity", "code", "unit"])
        self.assertEqual(wrong.layout.roles, [None, None, "quantity"])
        self.assertEqual(wrong.left_out[0].reason, "no_product")

    def test_properties_of_any_paste(self):
        """P: every row is a line or left out with a reason; numbers are positive."""
        rng = random.Random(14)
        cells = [
            "",
            "Chai",
            "24",
            "-3",
            "1,234",
            "Qty",
            "合计",
            "10%",
            "9折",
            "箱",
            "?",
            "NW1",
        ]
        for _round in range(500):
            rows = [
                [rng.choice(cells) for _n in range(rng.randrange(1, 6))]
                for _m in range(rng.randrange(1, 8))
            ]
            paste = read(rows, KNOWN.__contains__, {"箱"}.__contains__)
            numbers = [r.number for r in paste.rows] + [
                r.number for r in paste.left_out
            ]
            self.assertEqual(sorted(numbers), list(range(1, len(rows) + 1)))
            self.assertTrue(all(left.reason in REASONS for left in paste.left_out))
            for row in paste.rows:
                self.assertTrue(row.code or row.name)
                self.assertTrue(row.quantity is None or row.quantity > 0)
                self.assertTrue(row.discount is None or 0 <= row.discount <= 100)
                self.assertTrue(row.price is None or row.price >= 0)
