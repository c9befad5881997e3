import random

from odoo.tests import BaseCase, tagged

from ..tools.quote_cells import guess_delimiter, split
from ..tools.quote_columns import guess_roles, is_total
from ..tools.quote_lines import parse_line, readings
from ..tools.quote_match import (
    GAP,
    POSSIBLE,
    SURE,
    choose,
    code_key,
    codes_in,
    is_rounded,
    name_key,
    name_keys,
    score,
    words,
)
from ..tools.quote_numbers import guess_decimal, parse_number, plain
from ..tools.quote_units import find_unit, is_unit, unit_keys

WIDE = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")


@tagged("post_install", "-at_install")
class TestQuoteNumbers(BaseCase):
    """X12: numbers of dirty cells."""

    def assertValue(self, text, value, decimal=None):
        amount = parse_number(text, decimal)
        self.assertIsNotNone(amount, text)
        self.assertAlmostEqual(amount.value, value, msg=text)

    def test_x12_as_people_write_them(self):
        for text, value in {
            "24": 24,
            "２４": 24,
            "x24": 24,
            "×２４": 24,
            "1,234.50": 1234.5,
            "1.234,50": 1234.5,
            "1 234,50": 1234.5,
            "1'234.50": 1234.5,
            "1\u00a0234,5": 1234.5,
            "１，２３４．５０": 1234.5,
            "$ 1,299.00": 1299,
            "¥1,299": 1299,
            "12.50 €": 12.5,
            "RMB 30": 30,
            "17.4元": 17.4,
            "17.40/箱": 17.4,
            "(12.50)": -12.5,
            "12-": -12,
            "−5": -5,
            "10％": 10,
            "0,125": 0.125,
            "三十箱": 30,
            "一百二十": 120,
            "两": 2,
            "1.2万": 12000,
            "\ufeff 7 \u200b": 7,
        }.items():
            with self.subTest(text=text):
                self.assertValue(text, value)

    def test_x12_what_is_no_number_is_none(self):
        for text in (
            "",
            "abc",
            "12 - 1 lb pkgs.",
            "2 x 12",
            "12,34,567",
            "5-10",
            "1 23",
        ):
            with self.subTest(text=text):
                self.assertIsNone(parse_number(text))
        self.assertIsNone(parse_number("9" * 100))

    def test_x12_units_and_marks_beside_a_number(self):
        self.assertEqual(parse_number("24箱").unit, "箱")
        self.assertEqual(parse_number("24 pcs.").unit, "pcs")
        self.assertEqual(parse_number("5千克")[:2], (5.0, "千克"))
        self.assertTrue(parse_number("5%").percent)
        self.assertTrue(parse_number("5 €").money)
        self.assertFalse(parse_number("5").money)

    def test_x12_three_digits_behind_one_sign_follow_the_column(self):
        self.assertValue("1,234", 1234, ".")
        self.assertValue("1,234", 1.234, ",")
        self.assertValue("1.234", 1234, ",")
        self.assertFalse(parse_number("1,234").exact)
        self.assertTrue(parse_number("1,234", ".").exact)
        self.assertEqual(guess_decimal(["1,234", "2,5"]), ",")
        self.assertEqual(guess_decimal(["1,234", "2.5"]), ".")
        self.assertIsNone(guess_decimal(["1,234", "7"]))

    def test_properties_of_written_numbers(self):
        """P: a number written in any usual way is read back, in any width."""
        rng = random.Random(7)
        for _round in range(500):
            value = round(rng.uniform(0, 10**6), rng.choice([0, 1, 2]))
            english = f"{value:,.2f}"
            german = english.translate(str.maketrans(".,", ",."))
            french = german.replace(".", "\u202f")
            for text, decimal in ((english, "."), (german, ","), (french, ",")):
                self.assertValue(text, value, decimal)
                self.assertValue(text.translate(WIDE), value, decimal)
                self.assertValue(f"  {text} 箱", value, decimal)

    def test_properties_of_anything(self):
        """P: no text raises, and what is read is finite."""
        rng = random.Random(8)
        signs = "0123456789.,'%-–()x×箱元万 \t\u3000\ufeffeE$#"
        for _round in range(2000):
            text = "".join(rng.choice(signs) for _n in range(rng.randrange(14)))
            amount = parse_number(text, rng.choice([None, ".", ","]))
            if amount:
                self.assertLess(abs(amount.value), float("inf"))
            self.assertEqual(plain(plain(text)), plain(text))


@tagged("post_install", "-at_install")
class TestQuoteCells(BaseCase):
    """X12: rows and cells of whatever was copied."""

    def test_x12_tabs_semicolons_commas_and_words(self):
        self.assertEqual(split("A\t1\r\nB\t2\r\n"), [["A", "1"], ["B", "2"]])
        self.assertEqual(split("A;1\nB;2"), [["A", "1"], ["B", "2"]])
        self.assertEqual(split("A, 1\nB, 2"), [["A", "1"], ["B", "2"]])
        self.assertEqual(split("柴茶，24\n绿茶，3"), [["柴茶", "24"], ["绿茶", "3"]])
        self.assertEqual(split("Chai 24\nChang 3"), [["Chai 24"], ["Chang 3"]])
        self.assertEqual(split("Chai 1,5\nChang 2,5"), [["Chai 1,5"], ["Chang 2,5"]])
        self.assertEqual(split("4711,24\n4712,3"), [["4711", "24"], ["4712", "3"]])

    def test_x12_quotation_marks_belong_to_cells_or_to_inches(self):
        self.assertEqual(split('"a\tb"\t1\nc\t2'), [["a b", "1"], ["c", "2"]])
        self.assertEqual(split('"line one\nline two"\t1'), [["line one line two", "1"]])
        self.assertEqual(
            split('24" screen\t3\nx\t1'), [['24" screen', "3"], ["x", "1"]]
        )
        self.assertEqual(split('"open\t3\nx\t1'), [['"open', "3"], ["x", "1"]])

    def test_x12_dirty_cells(self):
        self.assertEqual(split(" Ａ１ \t\u00a0２４\u200b\n\t\n\n"), [["A1", "24"]])

    def test_properties_of_tables(self):
        """P: what a spreadsheet writes is read back cell by cell."""
        rng = random.Random(9)
        signs = "abcAB12柴茶 \",;.'-"
        for _round in range(300):
            rows = [
                [
                    "".join(rng.choice(signs) for _c in range(rng.randrange(1, 9)))
                    for _n in range(3)
                ]
                for _m in range(rng.randrange(1, 6))
            ]
            text = "\r\n".join(
                "\t".join(f'"{c.replace(chr(34), chr(34) * 2)}"' for c in row)
                for row in rows
            )
            expected = [[plain(cell) for cell in row] for row in rows]
            self.assertEqual(split(text), [row for row in expected if any(row)])

    def test_properties_of_anything(self):
        """P: no text raises, no row is empty, and no line is swallowed."""
        rng = random.Random(10)
        for _round in range(500):
            lines = [
                "".join(rng.choice('ab1"\t;,| x') for _c in range(rng.randrange(12)))
                for _n in range(rng.randrange(8))
            ]
            found = split("\n".join(lines))
            self.assertTrue(all(any(row) for row in found))
            if not any('"' in line for line in lines) and found:
                delimiter = guess_delimiter([x for x in lines if x.strip()]) or "\0"
                full = [x for x in lines if x.replace(delimiter, "").strip()]
                self.assertEqual(len(found), len(full))


@tagged("post_install", "-at_install")
class TestQuoteColumns(BaseCase):
    """X12: any order of columns, with or without headings."""

    def _roles(self, *rows, known=(), units=()):
        layout = guess_roles(rows, known.__contains__, units.__contains__)
        return layout.roles

    def test_x12_headings_in_english_and_chinese(self):
        self.assertEqual(
            self._roles(
                ["Disc. %", "Item No.", "Qty", "Unit Price"], ["5", "A", "1", "2"]
            ),
            ["discount", "code", "quantity", "price"],
        )
        self.assertEqual(
            self._roles(
                [
                    "序号",
                    "物料编码",
                    "品名",
                    "数量",
                    "单位",
                    "未税单价",
                    "金额",
                    "备注",
                ],
                ["1", "NW1", "柴茶", "24", "箱", "17.4", "417.6", ""],
            ),
            [None, "code", "name", "quantity", "unit", "price", None, None],
        )
        self.assertEqual(
            self._roles(["品號", "數量(箱)", "單價"], ["A", "1", "2"]),
            ["code", "quantity", "price"],
        )

    def test_x12_titles_above_the_headings(self):
        layout = guess_roles(
            [["Order of 12 March"], ["ACME Ltd."], ["Code", "Qty"], ["A", "3"]]
        )
        self.assertEqual((layout.header, layout.roles), (2, ["code", "quantity"]))

    def test_x12_without_headings(self):
        self.assertEqual(
            self._roles(["Chai", "24"], ["Chang", "3"]), ["code", "quantity"]
        )
        self.assertEqual(
            self._roles(["24", "Chai"], ["3", "Chang"]), ["quantity", "code"]
        )
        self.assertEqual(
            self._roles(["1", "Chai", "24"], ["2", "Chang", "3"]),
            [None, "code", "quantity"],
        )
        self.assertEqual(
            self._roles(["Chai", "24", "17.40", "10%"], ["Chang", "3", "19", "0%"]),
            ["code", "quantity", "price", "discount"],
        )
        self.assertEqual(
            self._roles(["$ 17.40", "24", "Chai"], ["$ 19.00", "3", "Chang"]),
            ["price", "quantity", "code"],
        )

    def test_x12_codes_that_are_numbers_are_known_by_the_catalogue(self):
        self.assertEqual(
            self._roles(["24", "4711"], ["3", "4712"], known={"4711", "4712"}),
            ["quantity", "code"],
        )

    def test_x12_a_total_is_neither_price_nor_quantity(self):
        self.assertEqual(
            self._roles(["A", "24", "17.40", "417.60"], ["B", "3", "9.00", "27.00"]),
            ["code", "quantity", "price", None],
        )

    def test_x12_a_column_of_units(self):
        self.assertEqual(
            self._roles(["A", "2", "box"], ["B", "3", "box"], units={"box"}),
            ["code", "quantity", "unit"],
        )

    def test_x12_sums_are_told_apart(self):
        for text in ("Total", "合计：", "小计", "Grand total", "TOTALS"):
            self.assertTrue(is_total(["", text, "7"]), text)
        self.assertFalse(is_total(["Total care shampoo", "7"]))

    def test_properties_of_any_table(self):
        """P: each role at most once, one role or none for each column."""
        rng = random.Random(11)
        cells = ["", "A1", "24", "1.5", "10%", "$ 3", "Qty", "数量", "box", "Chai tea"]
        for _round in range(400):
            rows = [
                [rng.choice(cells) for _n in range(rng.randrange(1, 7))]
                for _m in range(rng.randrange(1, 7))
            ]
            roles = self._roles(*rows, known={"A1"}, units={"box"})
            given = [role for role in roles if role]
            self.assertEqual(len(given), len(set(given)))
            self.assertEqual(len(roles), max(map(len, rows)))


@tagged("post_install", "-at_install")
class TestQuoteWords(BaseCase):
    """X12: lines of words, names and units."""

    def test_x12_one_line_of_a_mail_or_chat(self):
        for text, expected in {
            "CHAI x 24": ("CHAI", "24", "", ""),
            "24 x Chai": ("Chai", "24", "", ""),
            "Chai, 24 boxes": ("Chai", "24 boxes", "", ""),
            "24 boxes Chai": ("Chai", "24 boxes", "", ""),
            "柴茶24箱": ("柴茶", "24箱", "", ""),
            "24箱 柴茶": ("柴茶", "24箱", "", ""),
            "柴茶，24箱，单价17.4元": ("柴茶", "24箱", "17.4元", ""),
            "- Chai x 3 @ 17.40": ("Chai", "3", "17.40", ""),
            "(1) 柴茶 × ３": ("柴茶", "3", "", ""),
            "Chai 24 -10%": ("Chai", "24", "", "10%"),
            "Chai": ("Chai", "", "", ""),
            '24" screen': ('24" screen', "", "", ""),
        }.items():
            with self.subTest(text=text):
                self.assertEqual(tuple(parse_line(text)), expected)

    def test_x12_the_whole_line_is_always_a_reading(self):
        self.assertEqual(readings("iPhone 15")[-1].product, "iPhone 15")
        self.assertEqual(readings("iPhone 15")[0].product, "iPhone")

    def test_x12_similar_names(self):
        self.assertGreater(
            score("Uncle Bob pears", ["Uncle Bob's Organic Dried Pears"]), SURE
        )
        self.assertGreater(score("gorgonzolla", ["Gorgonzola Telino"]), SURE)
        self.assertGreater(
            score("Frankfurter grune sosse", ["Frankfurter grüne Soße"]), SURE
        )
        self.assertGreater(score("乌龙茶", ["台湾烏龍茶 100g"]), SURE)
        self.assertGreater(score("Chia", ["Chai"]), POSSIBLE)
        self.assertLess(score("Chai", ["Chang"]), POSSIBLE)
        self.assertLess(score("绿茶", ["红酒"]), POSSIBLE)
        self.assertEqual(score("Chai", []), 0)

    def test_x12_two_near_names_are_not_decided(self):
        ranked = [score("Sir Rodney", [f"Sir Rodney's {x}"]) for x in ("Scones", "Tea")]
        self.assertGreater(min(ranked), POSSIBLE)
        self.assertFalse(choose(sorted(ranked, reverse=True)))
        self.assertTrue(choose([SURE]))
        self.assertTrue(choose([SURE + GAP, SURE]))
        self.assertFalse(choose([POSSIBLE]))
        self.assertFalse(choose([]))

    def test_properties_of_names(self):
        """P: every name is like itself; likeness lies between 0 and 1; order of the
        words changes nothing but the exact equality."""
        rng = random.Random(13)
        pieces = ["chai", "Tea", "绿茶", "500g", "XL", "Söße", "烏龍", "a", "7"]
        for _round in range(300):
            one = " ".join(rng.choices(pieces, k=rng.randrange(1, 5)))
            other = " ".join(rng.choices(pieces, k=rng.randrange(1, 5)))
            self.assertEqual(score(one, [one]), 1)
            self.assertTrue(0 <= score(one, [other]) <= 1)
            self.assertIn(f"|{name_key(one)}|", name_keys([one, other]))
            self.assertTrue(name_key(one).replace(" ", "").isalnum())
            self.assertTrue(name_key(one).isascii())
            self.assertEqual(code_key(one), name_key(one).replace(" ", ""))

    def test_x12_codes(self):
        self.assertEqual(code_key("ab-12"), code_key("ＡＢ 12"))
        self.assertEqual(codes_in("[NW7] Uncle Bob"), ["NW7"])
        self.assertEqual(codes_in("pears NW-7"), ["NW-7"])
        self.assertTrue(is_rounded("4.00638E+12"))
        self.assertFalse(is_rounded("4006381333931"))
        self.assertEqual(words("Uncle Bob's 绿茶"), ["uncle", "bobs", "绿茶"])

    def test_x12_units(self):
        names = {1: ["Units", "单位"], 2: ["Dozens"], 3: ["Box of 12"], 4: ["kg"]}
        for typed, unit in {
            "pcs": 1,
            "个": 1,
            "Units": 1,
            "打": 2,
            "箱": 3,
            "ctn.": 3,
            "公斤": 4,
            "Box of 12": 3,
            "parsec": None,
            "": None,
        }.items():
            with self.subTest(typed=typed):
                self.assertEqual(find_unit(typed, names), unit)
        self.assertTrue(is_unit("箱"))
        self.assertFalse(is_unit("Chai"))
        self.assertEqual(unit_keys("parsec"), ("parsec",))
