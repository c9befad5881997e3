import random
import string

from odoo.tests import BaseCase, tagged

from ..tools.phone import (
    BAD,
    POSSIBLE,
    REASON_TEXTS,
    VALID,
    best_phone,
    parse_phones,
)

MOBILE, OTHER_MOBILE = "+8613800138000", "+8613900139000"
OFFICE = "+861088888888"


@tagged("post_install", "-at_install")
class TestPhone(BaseCase):
    """X10: phone numbers in any spelling are understood, none is lost."""

    def assertReads(self, text, *expected, regions=("CN",), area_code=""):
        """`text` reads as (E.164, extension) pairs, all of them valid."""
        phones = parse_phones(text, regions, area_code)
        self.assertEqual([(p.e164, p.ext) for p in phones], list(expected), text)
        self.assertEqual({p.status for p in phones}, {VALID}, text)
        self.assertFalse("".join(p.reason for p in phones), text)

    def test_one_number_in_many_spellings(self):
        """X10: blanks, full-width digits, prefixes and names do not matter."""
        for text in (
            "138 0013 8000",
            "１３８００１３８０００",
            "0086 13800138000",
            "008613800138000",
            "8613800138000",
            "+86 138-0013-8000",
            "(+86)13800138000",
            "张三13800138000",
            "13800138000 张三",
            "13800138000（王经理）",
            "手机：13800138000",
            "Tel. 13800138000",
        ):
            with self.subTest(text=text):
                self.assertReads(text, (MOBILE, ""))

    def test_valid_numbers_of_all_kinds(self):
        """X10: landline, service number, new ranges and Hong Kong."""
        for text, e164, kind in (
            ("010-88888888", OFFICE, "landline"),
            ("010-8888-8888", OFFICE, "landline"),
            ("400-800-8888", "+864008008888", "service"),
            ("17012345678", "+8617012345678", "mobile"),
            ("19912345678", "+8619912345678", "mobile"),
            ("+852 9123 4567", "+85291234567", "mobile"),
            ("00852 91234567", "+85291234567", "mobile"),
        ):
            with self.subTest(text=text):
                self.assertReads(text, (e164, ""))
                self.assertEqual(parse_phones(text)[0].kind, kind)

    def test_extension(self):
        """X10: an extension is found however it is written, and kept."""
        for text in (
            "010-88888888转801",
            "010-88888888轉801",
            "010-88888888分机801",
            "010-88888888 分機：801",
            "010－88888888转８０１",
            "010-88888888#801",
            "010-88888888*801",
            "010-88888888 ext 801",
            "010-88888888 ext.801",
            "010-88888888 extension 801",
            "010-88888888x801",
            "010-88888888-801",
            "tel:+86-10-88888888;ext=801",
        ):
            with self.subTest(text=text):
                self.assertReads(text, (OFFICE, "801"))

    def test_several_numbers(self):
        """X10: two numbers in one field, as migrated databases hold them."""
        both = ((MOBILE, ""), (OTHER_MOBILE, ""))
        for text in (
            "13800138000/13900139000",
            "13800138000、13900139000",
            "13800138000，13900139000",
            "13800138000；13900139000",
            "13800138000 | 13900139000",
            "13800138000 13900139000",
            "13800138000  13900139000",
            "138 0013 8000 139 0013 9000",
            "13800138000\n13900139000",
            "13800138000或13900139000",
            "13800138000 or 13900139000",
            "张三 13800138000 李四 13900139000",
        ):
            with self.subTest(text=text):
                self.assertReads(text, *both)

    def test_number_with_extension_before_another(self):
        """X10: the extension ends the first number."""
        self.assertReads("010-88888888转801 13800138000", (OFFICE, "801"), (MOBILE, ""))

    def test_names_stay_as_labels(self):
        """X10: names around numbers are kept as labels."""
        text = "张三 13800138000、李四 13900139000 / 010-88888888"
        phones = parse_phones(text)
        self.assertEqual(
            [(p.label, p.e164) for p in phones],
            [("张三", MOBILE), ("李四", OTHER_MOBILE), ("李四", OFFICE)],
        )

    def test_fax_is_told_by_its_label(self):
        """X10: a fax number is no number to call."""
        fax, call = parse_phones("传真:010-88888888 手机:13800138000")
        self.assertEqual(fax.kind, "fax")
        self.assertEqual(best_phone([fax, call]), call)

    def test_possible_but_not_valid(self):
        """X10: what may be a number is kept as possible, with a reason."""
        for text in (
            "88888888",
            "95588",
            "12345",
            "0755-2345678",
            "0912345678",
            "852-91234567",
            "1380013800",
        ):
            with self.subTest(text=text):
                (phone,) = parse_phones(text)
                self.assertEqual(phone.status, POSSIBLE)
                self.assertIn(phone.reason, REASON_TEXTS)
                self.assertEqual(phone.raw, text)

    def test_area_code_of_the_city(self):
        """X10: a local number gets the area code of the partner's city."""
        self.assertReads("88888888", (OFFICE, ""), area_code="010")
        self.assertReads("13800138000", (MOBILE, ""), area_code="010")

    def test_regions_in_their_order(self):
        """X10: the first region in which the number is valid wins."""
        self.assertReads("0912345678", ("+886912345678", ""), regions=("CN", "TW"))
        self.assertReads("030/901820", ("+4930901820", ""), regions=("DE",))

    def test_bad_numbers_keep_text_and_reason(self):
        """X10: no number, an extension alone, too short, too long."""
        for text, reason in (
            ("ask the porter", "no_number"),
            ("转801", "ext_only"),
            ("1", "no_number"),
            ("123", "too_short"),
            ("1" * 50, "too_long"),
            ("+999 1234567", "invalid_country"),
        ):
            with self.subTest(text=text):
                (phone,) = parse_phones(text)
                self.assertEqual((phone.status, phone.reason), (BAD, reason))
                self.assertEqual((phone.raw, phone.e164), (text, ""))
                self.assertEqual(phone.international, text)

    def test_good_and_bad_beside_each_other(self):
        """X10: a bad piece does not spoil the good one."""
        good, bad = parse_phones("13800138000/801")
        self.assertEqual((good.status, bad.status), (VALID, BAD))
        self.assertEqual(bad.raw, "801")

    def test_empty(self):
        """X10: nothing typed is no number."""
        for text in (None, "", "   ", "\n"):
            self.assertEqual(parse_phones(text), [])
        self.assertIsNone(best_phone([]))

    def test_international(self):
        """X10: the form to show, with its extension."""
        (phone,) = parse_phones("010-88888888转801")
        self.assertEqual(phone.international, "+86 10 8888 8888 ext. 801")

    def test_any_spelling_of_a_number_reads_the_same(self):
        """X10, property: separators, widths, prefixes and names change nothing."""
        chance = random.Random(19)
        wide = str.maketrans(string.digits, "０１２３４５６７８９")
        for _index in range(300):
            digits = f"138{chance.randrange(10**8):08d}"
            first, second = sorted(chance.sample(range(1, 11), 2))
            parts = [digits[:first], digits[first:second], digits[second:]]
            text = chance.choice([" ", "-", ""]).join(parts)
            text = chance.choice(["", "+86 ", "0086 ", "+86-"]) + text
            text = chance.choice(["", "张三 ", "手机："]) + text
            text += chance.choice(["", " ", "（李四）"])
            text = text.translate(wide) if chance.random() < 0.3 else text
            with self.subTest(text=text):
                self.assertReads(text, (f"+86{digits}", ""))

    def test_nothing_is_ever_lost(self):
        """X10, property: whatever is typed, every letter and digit is kept."""
        chance = random.Random(91)
        pieces = [
            *"0123456789 -/、,;|()+#*x",
            "13800138000",
            "010-88888888",
            "转801",
            "分机",
            "ext",
            "张三",
            "\n",
            "１２",
            "或",
            "٣",
            "½",
            "\x00",
        ]
        for _index in range(2000):
            text = "".join(chance.choices(pieces, k=chance.randrange(14)))
            phones = parse_phones(text)
            with self.subTest(text=text):
                self.assertEqual(
                    [c for c in text if c.isalnum()],
                    [c for phone in phones for c in phone.raw if c.isalnum()],
                )
                for phone in phones:
                    self.assertEqual(bool(phone.reason), phone.status != VALID)
                    self.assertEqual(bool(phone.e164), phone.status != BAD)

    def test_long_text_is_read_in_reasonable_time(self):
        """X10: a pasted page is no reason to hang."""
        phones = parse_phones("1 " * 20000)
        self.assertTrue(phones)
