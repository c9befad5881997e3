import re

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, TransactionCase, tagged

from ..tools.chinese import TRADITIONAL
from ..tools.spelling import full_width, matches, search_pattern
from ..tools.text_domain import text_domain

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("华为華為发票發髮后後里裏裡ＡＢａ１％＿a1%_[]\\^$.*+?(){}|-"),
        st.characters(exclude_categories=("Cs", "Cc")),
    ),
    min_size=1,
    max_size=12,
)


@tagged("post_install", "-at_install")
class TestSpelling(BaseCase):
    """X01 X10: one search finds all spellings of a word."""

    def test_scripts_and_widths(self):
        """Simplified finds traditional and the other way round; widths are one."""
        for text, stored in (
            ("华为", "深圳市華為技術有限公司"),
            ("華為", "深圳市华为技术有限公司"),
            ("发票", "請寄發票"),
            ("后面发展里程", "後面發展里程"),
            ("ＡＢＣ", "abc Ltd"),
            ("Ａ4纸", "A４紙"),
            ("50％", "50% off"),
        ):
            with self.subTest(text=text):
                self.assertTrue(matches(search_pattern(text), stored))
                self.assertFalse(matches(search_pattern(text), "something else"))

    def test_one_spelling_needs_no_pattern(self):
        """Latin words and characters with one form are compared plainly."""
        for text in ("Ernst", "50%_", "中", "Müller", ""):
            with self.subTest(text=text):
                self.assertIsNone(search_pattern(text))

    def test_full_width(self):
        self.assertEqual(full_width("Ab 1%中"), "Ａｂ １%中")

    @settings(max_examples=200, deadline=None, derandomize=True)
    @given(TEXTS)
    def test_a_text_finds_itself(self, text):
        """Whatever signs it holds: nothing in it is read as a command."""
        pattern = search_pattern(text)
        if pattern is not None:
            self.assertTrue(re.search(pattern, text, re.IGNORECASE), pattern)

    def test_every_traditional_character(self):
        for character in TRADITIONAL:
            self.assertTrue(matches(search_pattern(character), character))


@tagged("post_install", "-at_install")
class TestTextDomain(TransactionCase):
    """The same in the database, for every sign that means something there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.names = [
            "深圳市華為技術",
            "A４紙 100%_off",
            "Ernst [Handel] (x|y)",
            "中国\\",
        ]
        cls.partners = cls.env["res.partner"].create(
            [{"name": name} for name in cls.names]
        )

    def find(self, text, wide=False):
        domain = text_domain(("name",), text, wide)
        found = self.partners.search([("id", "in", self.partners.ids)]).filtered_domain(
            domain
        )
        searched = self.env["res.partner"].search(
            [("id", "in", self.partners.ids)] + list(domain)
        )
        self.assertEqual(found, searched, "in Python as in PostgreSQL")
        return searched.mapped("name")

    def test_search(self):
        for text, number in (
            ("华为技术", 0),
            ("為", 0),
            ("Ａ4纸", 1),
            ("100%_", 1),
            ("１００％", 1),
            ("［handel］", 2),
            ("(x|y)", 2),
            ("（ｘ｜ｙ）", 2),
            ("国\\", 3),
            ("國＼", 3),
        ):
            with self.subTest(text=text):
                self.assertEqual(self.find(text), [self.names[number]])
        for text in ("1%f", "E_nst", "（x.y）", "[a-z]"):
            with self.subTest(text=text):
                self.assertEqual(self.find(text), [])

    def test_full_width_is_found_by_half_width(self):
        self.partners.name = "anything"
        self.partners[0].name = "型号 Ａ４"
        self.assertEqual(self.find("A4", wide=True), ["型号 Ａ４"])
