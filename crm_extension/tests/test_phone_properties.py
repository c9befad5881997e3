import unicodedata

import phonenumbers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.phone import (
    POSSIBLE,
    REASON_TEXTS,
    VALID,
    digits_of,
    is_phone_search,
    parse_phones,
    search_keys,
    where_from,
)

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
TYPES = sorted(phonenumbers.PhoneNumberType.values())
FORMATS = range(4)  # E.164, international, national, RFC 3966
E164, INTERNATIONAL = FORMATS[:2]
WIDE = str.maketrans("0123456789+-()", "０１２３４５６７８９＋－（）")
PIECES = [
    *"0123456789 -/、,;|()+#*x.:~",
    *("\u200b", "\u202d", "\u200f", "\xa0", "−", "ー", "·", "\t", "\n", "\x00", "٣"),
    *("13800138000", "010-88888888", "转801", "分机", "ext", "张三", "０１０", "或"),
    *("0086", "+86", "tel:", "(0)", "½", "e\u0301", "🙂", "FLOWERS"),
]
SLOW = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def examples(region):
    """Example numbers of a region, one for each type it has."""
    for kind in TYPES:
        number = phonenumbers.example_number_for_type(region, kind)
        if number and phonenumbers.is_valid_number_for_region(number, region):
            yield number


@tagged("post_install", "-at_install")
class TestPhoneProperties(BaseCase):
    """X10: what is true of any number and of any text."""

    def test_every_region_in_every_format(self):
        """X10: example numbers of all countries are read back from all spellings."""
        for region in REGIONS:
            for number in examples(region):
                e164 = phonenumbers.format_number(number, E164)
                for form in FORMATS:
                    text = phonenumbers.format_number(number, form)
                    for spelled in (text, text.translate(WIDE), f"\u202d{text}\u202c"):
                        phones = parse_phones(spelled, [region])
                        with self.subTest(region=region, text=spelled):
                            self.assertEqual([p.e164 for p in phones], [e164])
                            self.assertEqual(phones[0].status, VALID)

    def test_search_finds_what_was_stored(self):
        """X10: the keys of a spelling are those of the number."""
        for region in REGIONS:
            number = phonenumbers.example_number(region)
            e164 = phonenumbers.format_number(number, E164)
            for form in FORMATS:
                text = phonenumbers.format_number(number, form)
                self.assertIn(e164, search_keys(text, [region])[0])
                self.assertEqual(is_phone_search(text), len(digits_of(text)) >= 4)

    @SLOW
    @given(
        text=st.one_of(
            st.text(max_size=60),
            st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
        ),
        region=st.sampled_from([*REGIONS, ""]),
    )
    def test_any_text(self, text, region):
        """X10: never raises, loses no letter or digit, says why it is not valid."""
        phones = parse_phones(text, [region])
        self.assertEqual(
            [c for c in text if c.isalnum()],
            [c for phone in phones for c in phone.raw if c.isalnum()],
        )
        for phone in phones:
            self.assertEqual(bool(phone.reason), phone.status != VALID)
            self.assertEqual(bool(phone.e164), phone.status in (VALID, POSSIBLE))
            self.assertTrue(not phone.reason or phone.reason in REASON_TEXTS)
            self.assertTrue(phone.national.isascii())
            self.assertIsInstance(phone.use + phone.note + phone.international, str)

    @SLOW
    @given(
        region=st.sampled_from(REGIONS),
        marks=st.text(
            alphabet="\u200b\u200e\u200f\u202a\u202c\u2060\ufeff", max_size=6
        ),
        extension=st.integers(1, 99999).map(str),
        word=st.sampled_from(
            ["转", "轉", "分机", "分機：", " ext ", "#", "x", ";ext="]
        ),
    )
    def test_marks_and_extensions(self, region, marks, extension, word):
        """X10: marks that nobody sees and any word for an extension, in any country."""
        number = phonenumbers.example_number(region)
        spelled = phonenumbers.format_number(number, INTERNATIONAL)
        half = len(spelled) // 2
        text = f"{spelled[:half]}{marks}{spelled[half:]}{word}{extension}{marks}"
        [phone] = parse_phones(text, ["CN"])
        self.assertEqual(
            (phone.e164, phone.ext),
            (phonenumbers.format_number(number, E164), extension),
        )
        self.assertEqual(phone.raw, text.strip(" \t\r\n/、，,;；|"))

    def test_linear(self):
        """X10: four times the text takes no sixteen times the work."""
        for piece in (
            "(",
            "+",
            "1",
            "1-",
            "x1",
            "1(",
            "a1",
            "转 ",
            "13800138000、",
            "+( ",
        ):
            with self.subTest(piece=piece):
                kept = parse_phones(piece * 10000, limit=20)
                self.assertLessEqual(len(kept), 21)
                letters = [c for c in piece * 10000 if c.isalnum()]
                self.assertEqual(
                    letters, [c for p in kept for c in p.raw if c.isalnum()]
                )

    def test_hostile_spellings(self):
        """X10: spellings nobody listed."""
        mobile, other, office = "+8613800138000", "+8613900139000", "+861088888888"
        for text, expected in (
            ("138\u200b0013\u200b8000", [(mobile, "")]),
            ("138\u00ad00138000", [(mobile, "")]),
            ("138−0013−8000", [(mobile, "")]),
            ("138ー0013ー8000", [(mobile, "")]),
            ("138·0013·8000", [(mobile, "")]),
            ("+13800138000", [(mobile, "")]),
            ("+86(0)10 88888888", [(office, "")]),
            ("010-88888888(801)", [(office, "801")]),
            ("010-88888888（８０１）", [(office, "801")]),
            ("010-88888888,,801", [(office, "801")]),
            ("010-88888888p801", [(office, "801")]),
            ("13800138000-13900139000", [(mobile, ""), (other, "")]),
            ("13800138000+13900139000", [(mobile, ""), (other, "")]),
            ("1380013800013900139000", [(mobile, ""), (other, "")]),
            ("+1-800-FLOWERS", [("+18003569377", "")]),
            ("١٣٨٠٠١٣٨٠٠٠", [(mobile, "")]),
        ):
            with self.subTest(text=text):
                phones = parse_phones(text)
                self.assertEqual([(p.e164, p.ext) for p in phones], expected)

    def test_use_and_note(self):
        """X10: the words around a number say what it is for."""
        for text, use, note in (
            ("W: 010-88888888", "work", ""),
            ("H: 010-88888888", "home", ""),
            ("传真 010-88888888", "fax", ""),
            ("微信13800138000", "wechat", "微信"),
            ("WhatsApp +85291234567", "whatsapp", "WhatsApp"),
            ("手机13800138000 王经理", "mobile", "王经理"),
        ):
            with self.subTest(text=text):
                [phone] = parse_phones(text)
                self.assertEqual((phone.use, phone.note), (use, note))

    def test_where_from(self):
        """X10: place and carrier, offline, in the language of the reader."""
        hint = where_from("+8613800138000", "zh_CN")
        self.assertEqual(
            hint, {"country": "CN", "place": "北京市", "carrier": "中国移动"}
        )
        self.assertEqual(where_from("+8613800138000", "zh_TW")["carrier"], "中國移動")
        self.assertEqual(where_from("+861088888888", "en_US")["place"], "Beijing")
        self.assertEqual(unicodedata.normalize("NFC", hint["place"]), hint["place"])
