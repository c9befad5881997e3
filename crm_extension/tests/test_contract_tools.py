from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.chinese_amount import DIGITS, amount_in_capitals
from ..tools.contract_dates import (
    UNITS,
    notice_day,
    renewals_until,
    renewed_end,
    term_of,
)
from ..tools.contract_text import (
    BLANK,
    TemplateError,
    check_template,
    fill_template,
)

DATES = st.dates(date(1990, 1, 1), date(2080, 12, 31))
OFTEN = settings(max_examples=200, deadline=None, derandomize=True)
NAMES = ["customer.name", "company.name", "quotation.lines"]
BLOCKS = ["quotation.lines"]


@tagged("post_install", "-at_install")
class TestContractDates(BaseCase):
    """X11: terms, notice and renewal, with both ends inclusive."""

    def test_notice(self):
        """Three months to the end of the year: 30 September at the latest."""
        for end, count, unit, day in (
            (date(2026, 12, 31), 3, "month", date(2026, 9, 30)),
            (date(2026, 5, 31), 3, "month", date(2026, 2, 28)),
            (date(2028, 5, 31), 3, "month", date(2028, 2, 29)),
            (date(2026, 3, 30), 1, "month", date(2026, 2, 27)),
            (date(2026, 12, 31), 30, "day", date(2026, 12, 1)),
            (date(2027, 6, 30), 1, "year", date(2026, 6, 30)),
        ):
            self.assertEqual(notice_day(end, count, unit), day)
        self.assertIsNone(notice_day(None, 3, "month"))
        self.assertIsNone(notice_day(date(2026, 1, 1), 0, "month"))

    def test_renewal(self):
        self.assertEqual(renewed_end(date(2026, 12, 31), 1, "year"), date(2027, 12, 31))
        self.assertEqual(renewed_end(date(2026, 1, 31), 1, "month"), date(2026, 2, 28))
        self.assertEqual(renewed_end(date(2027, 2, 28), 1, "year"), date(2028, 2, 29))
        with self.assertRaises(ValueError):
            renewed_end(date(2026, 1, 31), 0, "month")
        with self.assertRaises(ValueError):
            renewed_end(date(2026, 1, 31), 1, "week")

    def test_catching_up(self):
        """Each month that has begun is a period; the months keep their last day."""
        ends = renewals_until(date(2026, 1, 31), 1, "month", date(2026, 5, 1))
        days = [(2, 28), (3, 31), (4, 30), (5, 31)]
        self.assertEqual(ends, [date(2026, month, day) for month, day in days])
        self.assertEqual(
            renewals_until(date(2026, 1, 31), 1, "month", date(2026, 1, 31)), []
        )

    def test_term(self):
        for start, end, term in (
            (date(2026, 1, 1), date(2026, 12, 31), (1, "year")),
            (date(2026, 2, 15), date(2028, 2, 14), (2, "year")),
            (date(2026, 1, 1), date(2026, 3, 31), (3, "month")),
            (date(2026, 1, 1), date(2026, 1, 10), (10, "day")),
            (None, date(2026, 1, 10), (1, "year")),
        ):
            self.assertEqual(term_of(start, end), term)

    @OFTEN
    @given(DATES, st.integers(1, 40), st.sampled_from(UNITS))
    def test_notice_lies_before_the_end(self, end, count, unit):
        """X11: notice comes before the end, and a longer period never later."""
        day = notice_day(end, count, unit)
        self.assertLess(day, end)
        self.assertLessEqual(notice_day(end, count + 1, unit), day)

    @OFTEN
    @given(DATES, st.integers(1, 40), st.sampled_from(UNITS), st.integers(0, 4000))
    def test_renewals_reach_today(self, end, count, unit, days):
        """X11: after catching up the running period holds today; ends only grow."""
        today = end + timedelta(days=days)
        ends = renewals_until(end, count, unit, today)
        chain = [end, *ends]
        self.assertEqual(chain, sorted(set(chain)))
        if len(ends) < 400:
            self.assertGreaterEqual(chain[-1], today)
        self.assertTrue(all(one < today for one in chain[:-1]))

    @OFTEN
    @given(DATES, st.integers(1, 12), st.sampled_from(UNITS))
    def test_term_of_a_renewal(self, start, count, unit):
        """X11: a term is measured by the unit that gives it back exactly."""
        end = renewed_end(start - timedelta(days=1), count, unit)
        measured = term_of(start, end)
        self.assertEqual(renewed_end(start - timedelta(days=1), *measured), end)


@tagged("post_install", "-at_install")
class TestChineseAmount(BaseCase):
    """X11: amounts in capital numerals, as Chinese contracts write them."""

    def test_examples(self):
        for amount, text in (
            ("0", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角整"),
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
            ("107000.53", "壹拾万柒仟元伍角叁分"),
            ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
            ("100000000", "壹亿元整"),
            ("100010001", "壹亿零壹万零壹元整"),
            ("-3.20", "负叁元贰角整"),
        ):
            self.assertEqual(amount_in_capitals(Decimal(amount)), text)
        self.assertEqual(amount_in_capitals(26000, traditional=True), "貳萬陸仟元整")
        with self.assertRaises(ValueError):
            amount_in_capitals(10**12)

    @OFTEN
    @given(st.decimals(0, 10**12 - 1, places=2, allow_nan=False))
    def test_read_back(self, amount):
        """X11: the numerals mean the amount, and no two zeros stand side by side."""
        text = amount_in_capitals(amount)
        self.assertNotIn("零零", text)
        self.assertEqual(self._read(text), amount)

    def _read(self, text):
        """An independent reading: digits times their place, group by group."""
        places = {"拾": 10, "佰": 100, "仟": 1000}
        groups = {"亿": 10**8, "万": 10**4, "元": 1}
        total, group, digit = Decimal(0), 0, 0
        for sign in text:
            if sign in DIGITS:
                digit = DIGITS.index(sign)
            elif sign in places:
                group, digit = group + digit * places[sign], 0
            elif sign in groups:
                total, group, digit = total + (group + digit) * groups[sign], 0, 0
            elif sign in "角分":
                total += digit * (Decimal("0.1") if sign == "角" else Decimal("0.01"))
                digit = 0
        return total


@tagged("post_install", "-at_install")
class TestContractText(BaseCase):
    """X11: placeholders are replaced by plain values, and nothing else happens."""

    def assertRefused(self, code, text):
        with self.assertRaises(TemplateError, msg=text) as caught:
            check_template(text, NAMES, BLOCKS)
        self.assertEqual(caught.exception.code, code, text)
        return caught.exception.detail

    def test_filled(self):
        text = (
            "<p>Between <b>{{ company.name }}</b> and {{customer.name}}, {{customer.name}}"
            "</p><p><span>{{quotation.lines}}</span></p><p>End</p>"
        )
        found = check_template(text, NAMES, BLOCKS)
        self.assertEqual(found, ["company.name", "customer.name", "quotation.lines"])
        filled = fill_template(
            text,
            {"customer.name": "A <b>& Co\nHouse 2", "company.name": ""},
            {"quotation.lines": "<table><tr><td>1</td></tr></table>"},
        )
        self.assertEqual(filled.missing, ("company.name",))
        self.assertIn(f"<b>{BLANK}</b>", filled.html)
        self.assertIn("A &lt;b&gt;&amp; Co<br>House 2, A &lt;b&gt;", filled.html)
        self.assertIn("</p><table><tr><td>1</td></tr></table><p>End</p>", filled.html)

    def test_values_are_not_read_again(self):
        """A customer who is called like a placeholder stays what it is."""
        text = "<p>{{customer.name}} {{company.name}}</p>"
        values = {"customer.name": "{{company.name}}", "company.name": "Us"}
        self.assertEqual(
            fill_template(text, values, {}).html, "<p>{{company.name}} Us</p>"
        )

    def test_hostile_templates(self):
        """X11: expressions, unknown names, code and links are refused with the words."""
        unknown = self.assertRefused("unknown", "<p>{{object.env}}</p>")
        self.assertEqual(unknown, "{{object.env}}")
        for code, text in (
            ("braces", "<p>{{ 7*7 }}</p>"),
            ("braces", "<p>{{customer.name.__class__}}</p>"),
            ("braces", "<p>{{customer.name</p>"),
            ("braces", "<p>customer.name}}</p>"),
            ("braces", "<p>${object.name}</p>"),
            ("braces", "<p>{% for x in y %}</p>"),
            ("braces", "<p>&lt;% x %></p>"),
            ("braces", "<p>｛｛customer.name｝｝</p>"),
            ("braces", "<p>{{<b>customer.name</b>}}</p>"),
            ("attribute", '<p><a href="{{customer.name}}">x</a></p>'),
            ("code", '<p t-out="user.password">x</p>'),
            ("code", "<t>x</t><p>y</p>"),
            ("code", "<p>x</p><script>alert(1)</script>"),
            ("code", '<p onclick="x()">y</p>'),
            ("code", '<a href=" javascript:x()">y</a>'),
            ("code", '<img src="file:///etc/passwd">x'),
            ("code", "<p>x</p><!-- {{customer.name}} -->"),
            ("block", "<p>Lines: {{quotation.lines}}</p>"),
            ("block", "<p>{{quotation.lines}}{{quotation.lines}}</p>"),
            ("empty", "<p> </p>"),
            ("empty", ""),
        ):
            with self.subTest(text=text):
                self.assertRefused(code, text)

    @OFTEN
    @given(st.text(alphabet=" {}.$<%>｛｝abcustomername&;/\"'=t-\n", max_size=120))
    def test_any_text(self, text):
        """X11: any text is a template without braces, or refused; never a crash."""
        try:
            found = check_template(text, NAMES, BLOCKS)
        except TemplateError:
            return
        filled = fill_template(text, dict.fromkeys(NAMES, "v"), {})
        self.assertNotIn("{{", filled.html)
        self.assertLessEqual(set(found), set(NAMES))
