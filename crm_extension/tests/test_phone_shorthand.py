from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.phone import BAD, VALID, parse_phones

MOBILE, OTHER_MOBILE = "+8613800138000", "+8613900139000"
OFFICE, SHENZHEN = "+861088888888", "+8675528780808"


@tagged("post_install", "-at_install")
class TestPhoneShorthand(BaseCase):
    """X10: what people leave out behind the first number of a field is completed."""

    def assertReads(self, text, *expected, regions=("CN",)):
        """`text` reads as (E.164, extension) pairs, all of them valid."""
        phones = parse_phones(text, regions)
        self.assertEqual([(p.e164, p.ext) for p in phones], list(expected), text)
        self.assertEqual({p.status for p in phones}, {VALID}, text)

    def test_line_beside(self):
        """X10: the last digits after a slash are the next line of the office."""
        beside = "+8675528780809"
        for text in (
            "0755-28780808/9",
            "0755-28780808、09",
            "0755 28780808 / 9",
            "0755-28780808~9",
            "０７５５－２８７８０８０８／９",
        ):
            with self.subTest(text=text):
                self.assertReads(text, (SHENZHEN, ""), (beside, ""))

    def test_no_line_beside(self):
        """X10: a number is not made up: not behind a mobile, a gap or three digits."""
        for text in ("13800138000/9", "0755-28780808/801"):
            with self.subTest(text=text):
                phones = parse_phones(text)
                self.assertEqual([p.status for p in phones if p.e164], [VALID])

    def test_desk_beside(self):
        """X10: a second extension of the same number."""
        for text in ("010-88888888转801/802", "010-88888888 转 801、802"):
            with self.subTest(text=text):
                self.assertReads(text, (OFFICE, "801"), (OFFICE, "802"))

    def test_same_city_and_country(self):
        """X10: a number without its area code is in the city of the one before."""
        self.assertReads("010-88888888/88888889", (OFFICE, ""), ("+861088888889", ""))
        self.assertReads(
            "+852 2345 6789 / 9876 5432", ("+85223456789", ""), ("+85298765432", "")
        )
        self.assertReads("13800138000/010-88888888", (MOBILE, ""), (OFFICE, ""))

    def test_words_beside(self):
        """X10: a name after a comma belongs to the number before it, or else after."""
        first, second = parse_phones("13800138000，张三；13900139000，李四")
        self.assertEqual((first.e164, first.label), (MOBILE, "张三"))
        self.assertEqual((second.e164, second.label), (OTHER_MOBILE, "李四"))
        [only] = parse_phones("张三，13800138000")
        self.assertEqual(
            (only.e164, only.label, only.raw), (MOBILE, "张三", "张三，13800138000")
        )

    def test_extension_after_words(self):
        """X10: words between the number and its extension, and words for dialling."""
        for text in (
            "010-88888888（总机）转 801",
            "010-88888888 总机 转分机801",
            "010-88888888 拨 801",
            "010-88888888 按801",
            "tel:010-88888888,801#",
            "010-88888888转801分机",
        ):
            with self.subTest(text=text):
                self.assertReads(text, (OFFICE, "801"))
        self.assertReads("010-88888888-0", (OFFICE, "0"))

    def test_dash_between_blanks(self):
        """X10: a dash with blanks around it parts no number."""
        self.assertReads("0755 - 2878 0808", (SHENZHEN, ""))

    def test_number_of_lines(self):
        """X10: how many lines there are is a remark."""
        for text in ("0755-28780808 (22 lines)", "0755-28780808（8条线）"):
            with self.subTest(text=text):
                self.assertReads(text, (SHENZHEN, ""))

    def test_spreadsheets(self):
        """X10: `.0` is nothing; a rounded number is lost and says so."""
        self.assertReads("13800138000.0", (MOBILE, ""))
        self.assertReads("'13800138000", (MOBILE, ""))
        [lost] = parse_phones("1.38001E+10")
        self.assertEqual(
            (lost.status, lost.reason, lost.raw), (BAD, "rounded", "1.38001E+10")
        )

    def test_chinese_numerals(self):
        """X10: a number spelled in Chinese numerals; a word with one is no number."""
        self.assertReads("一三八零零一三八零零零", (MOBILE, ""))
        self.assertReads("幺三八〇〇幺三八〇〇〇", (MOBILE, ""))
        self.assertReads("13800138000（三楼）", (MOBILE, ""))

    def test_no_phone_number(self):
        """X10: a QQ number and a postcode cannot be dialled."""
        for text in ("QQ 123456789", "QQ：10001000", "邮编 518000"):
            with self.subTest(text=text):
                [entry] = parse_phones(text)
                self.assertEqual((entry.e164, entry.status), ("", BAD))
        self.assertReads("QQ/手机 13800138000", (MOBILE, ""))

    @settings(
        max_examples=200,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(
            st.sampled_from(
                [
                    *("010-88888888", "0755-28780808", "13800138000", "28780808"),
                    *("/9", "、", "，张三", "~89", "转801", "/802", " - ", "（总机）"),
                    *("+852 2345 6789", "9876 5432", "一三八零零一三八零零零", "拨"),
                    *("QQ", "1.38E+10", ".0", "(8线)", "\n", "+", "😀", "٣"),
                ]
            ),
            max_size=8,
        ).map("".join)
    )
    def test_any_mixture(self, text):
        """X10: no letter or digit of any mixture is lost, and nothing is doubled."""
        phones = parse_phones(text)
        self.assertEqual(
            [c for c in text if c.isalnum()],
            [c for phone in phones for c in phone.raw if c.isalnum()],
        )
        for phone in phones:
            self.assertEqual(bool(phone.reason), phone.status != VALID)
