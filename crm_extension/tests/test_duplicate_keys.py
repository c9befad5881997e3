from odoo.tests import BaseCase, tagged

from ..tools.duplicate_keys import (
    Key,
    ascii_form,
    code_key,
    combined,
    core_key,
    domain_key,
    email_key,
    fold,
    name_key,
    name_keys,
    person_key,
    phone_keys,
    tokens,
)


@tagged("post_install", "-at_install")
class TestDuplicateKeys(BaseCase):
    """X15: two spellings of one customer give the same key."""

    def assertSame(self, key, *texts):
        found = {key(text) for text in texts}
        self.assertEqual(len(found), 1, list(zip(map(key, texts), texts, strict=True)))
        self.assertTrue(found.pop())

    def test_legal_forms_do_not_count(self):
        """X15: with and without legal form, in any spelling, width and bracket."""
        for spellings in (
            (
                "华为技术有限公司",
                "华为技术",
                "华为技术股份有限公司",
                "华为技术（集团）公司",
            ),
            ("上海华为技术有限责任公司", "上海華為技術集團", "上海华为技术商行"),
            ("ABC株式会社", "株式会社ＡＢＣ", "㈱ABC", "ABC K.K.", "Abc (株)"),
            (
                "Müller & Söhne GmbH & Co. KG",
                "MULLER UND SOHNE",
                "Müller Söhne g.m.b.h.",
            ),
            ("Foo S.p.A.", "FOO SPA", "Foo S.p.A", "foo s.r.l.", "Foo"),
            ("Foo B.V.", "foo bv", "Foo N.V.", "Foo Oy", "Foo AB", "AB Foo"),
            ("Foo Pty Ltd", "FOO PTY. LTD.", "Foo Co., Ltd", "Foo Company Limited"),
            ("Foo, Inc.", "Foo L.L.C.", "Foo Corp", "The Foo Corporation"),
            (
                "Foo S.A. de C.V.",
                "Foo, S.A.",
                "Foo A/S",
                "Foo Sp. z o.o.",
                "Foo s.r.o.",
            ),
            ("O'Brien Ltd", "OBRIEN", "O’Brien Limited"),
        ):
            self.assertSame(name_key, *spellings)

    def test_something_always_remains(self):
        """X15: a name made of legal forms only is still a name."""
        for name in ("有限公司", "集团", "Ltd", "AG", "Sa Sa Limited", "Co Co"):
            self.assertTrue(tokens(name), name)

    def test_places_are_weak(self):
        """X15: the place in front stays in the name and goes from the core."""
        self.assertNotEqual(
            name_key("上海宏达贸易有限公司"), name_key("宏达贸易有限公司")
        )
        self.assertSame(
            core_key, "上海宏达贸易有限公司", "宏达贸易", "北京市宏达贸易公司"
        )
        self.assertSame(
            core_key, "ABC Trading (Shanghai) Co., Ltd.", "China ABC Trading"
        )
        self.assertSame(core_key, "中国石油集团", "石油有限公司")

    def test_different_customers_differ(self):
        for one, other in (
            ("华为技术有限公司", "华美技术有限公司"),
            ("Foo Trading Ltd", "Foo Transport Ltd"),
            ("华为技术有限公司上海分公司", "华为技术有限公司北京分公司"),
        ):
            self.assertNotEqual(name_key(one), name_key(other))

    def test_people_change_the_order_of_their_names(self):
        self.assertSame(person_key, "Roland Mendel", "Mendel, Roland", "MENDEL ROLAND")

    def test_mail(self):
        """X15: mail providers, where anybody has an address, are no domain."""
        self.assertSame(email_key, "R.M@Handel.AT", "Roland <r.m@handel.at>; x@y.zz")
        self.assertSame(
            domain_key, "r@handel.at", "x@mail.handel.at", "https://www.handel.at/a?b"
        )
        for free in (
            "a@qq.com",
            "a@vip.163.com",
            "a@yahoo.co.uk",
            "a@GMAIL.com",
            "a",
            "",
        ):
            self.assertEqual(domain_key(free), "", free)

    def test_numbers(self):
        """X15: tax numbers without signs, prefix and "n/a"."""
        self.assertSame(code_key, "DE 123.456.789", "123456789", "de123456789")
        self.assertSame(code_key, "９１31-0000 ma1fl0xx5k", "91310000MA1FL0XX5K")
        for useless in ("n/a", "/", "000000000", "12345", "", None):
            self.assertEqual(code_key(useless), "")

    def test_phones(self):
        """X15: several numbers in one field, any spelling."""
        one = phone_keys(["0086 138 0013 8000"])
        both = phone_keys(["138-0013-8000/13900139000"], ("CN",))
        self.assertLess(one, both)
        self.assertIn(Key("tail", "800138000"), phone_keys(["13800138000"], ("US",)))

    def test_any_script_has_trigrams(self):
        """X15: the key is ASCII: PostgreSQL's trigrams skip Chinese with locale C."""
        for text in ("华为", "ромашка", "서울", "カタカナ"):
            self.assertRegex(ascii_form(text), r"^[0-9a-z]+$")
            self.assertEqual(len(ascii_form(text)), 3 * len(text))

    def test_reasons_add_up(self):
        self.assertEqual(combined([80, 50]), 90)
        self.assertEqual(combined([]), 0)
        self.assertEqual(combined([95, 95, 95]), 99)

    def test_hostile(self):
        """X15: signs, markup and very long texts are only text."""
        for text in (
            "%",
            "_",
            "%%__",
            "a.*(",
            "\x00",
            "<b>",
            "'; --",
            "(",
            "x" * 10**5,
        ):
            for kind, value in name_keys(text, text):
                self.assertRegex(value, r"^[0-9a-z]+$", kind)
        self.assertLessEqual(len(fold("ß" * 10**5)), 1000)
