from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import GROUP_ALL, GROUP_OWN
from .test_customer_360 import Customer360Common


@tagged("post_install", "-at_install")
class TestCustomer360Money(Customer360Common):
    """X03: what they owe and bring, by rights, company and currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            charts = cls.env["account.chart.template"]
            charts.try_loading("generic_coa", cls.company, install_demo=False)
        cls.accountant = cls.make_user(
            "accountant", f"{GROUP_OWN},account.group_account_invoice"
        )

    def _invoice(self, day, amount, user=None, partner=None, **vals):
        """A posted invoice of one line without tax, due on its own day."""
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.contact).id,
                "invoice_date": day,
                "invoice_date_due": day,
                "invoice_user_id": (user or self.seller).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.products[0].id,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    def _pay(self, move, day):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": day})._create_payments()

    @freeze_time("2026-11-23")
    def test_turnover_by_month_and_year_to_the_same_day(self):
        self._invoice("2026-11-02", 100)
        self._invoice("2026-01-05", 50)
        self._invoice("2025-11-23", 80)
        self._invoice("2025-11-24", 1000)
        [item] = self.section("money")["items"]
        self.assertEqual([m["value"] for m in item["spark"]], [0, 50, *[0] * 9, 100])
        self.assertIn("150.00", item["this_year"])
        self.assertIn("80.00", item["last_year"])
        self.assertEqual(item["growth"], 88)

    @freeze_time("2026-11-23")
    def test_credit_notes_are_subtracted(self):
        invoice = self._invoice("2026-11-02", 100)
        refund = invoice._reverse_moves([{"invoice_date": "2026-11-03"}])
        refund.invoice_line_ids.price_unit = 30
        refund.action_post()
        money = self.section("money")
        self.assertIn("70.00", money["items"][0]["total"])
        self.assertIn("70.00", money["balance"][0]["text"])

    @freeze_time("2026-11-23")
    def test_currencies_are_never_added_up(self):
        other = self.env.ref("base.EUR")
        if self.company.currency_id == other:
            other = self.env.ref("base.USD")
        other.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": other.id,
                "company_id": self.company.id,
                "name": "2026-11-01",
                "rate": 2,
            }
        )
        self._invoice("2026-11-02", 100)
        self._invoice("2026-11-02", 100, currency_id=other.id)
        money = self.section("money")
        [item] = money["items"]
        self.assertIn("150.00", item["total"])
        self.assertEqual(
            {balance["text"] for balance in money["balance"]},
            {self.company.currency_id.format(100), other.format(100)},
        )

    def test_overdue_is_told_and_opens(self):
        day = fields.Date.today() - timedelta(days=10)
        move = self._invoice(day, 100)
        self._invoice(fields.Date.today() + timedelta(days=10), 40)
        alert = self.alerts()["overdue"]
        self.assertIn("100.00", alert["text"])
        found = self.env["account.move"].search(alert["action"]["domain"])
        self.assertEqual(found, move)
        [balance] = self.section("money")["balance"]
        self.assertIn("140.00", balance["text"])
        self.assertIn("100.00", balance["overdue"])

    def test_days_to_pay(self):
        today = fields.Date.today()
        for paid_after in (10, 30):
            move = self._invoice(today - timedelta(days=60), 10)
            self._pay(move, today - timedelta(days=60 - paid_after))
        self.assertEqual(
            self.section("money")["days_to_pay"], {"days": 20, "late": 20, "count": 2}
        )

    def test_salesperson_sees_what_odoo_shows(self):
        self._invoice(fields.Date.today(), 100, user=self.boss)
        mine = self.section("money")
        self.assertEqual((mine["items"], mine["partial"]), ([], True))
        for user in (self.boss, self.accountant):
            money = self.section("money", user=user)
            self.assertIn("100.00", money["items"][0]["total"])
            self.assertFalse(money["partial"])

    def test_margin_for_its_group_only(self):
        self.products[0].standard_price = 4
        order = self.make_order(user=self.seller, products=self.products[0])
        order.action_confirm()
        self.assertEqual(self.section("money")["margin"], [])
        seer = self.make_user(
            "seer", f"{GROUP_ALL},crm_extension.crm_extension_group_margin"
        )
        [margin] = self.section("money", user=seer)["margin"]
        self.assertEqual(margin["percent"], 60)

    def test_other_companies_do_not_count(self):
        self._invoice(fields.Date.today(), 100)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        both = self.make_user(
            "both", GROUP_ALL, company_ids=[Command.set((self.company | other).ids)]
        )
        view = self.env["crm.customer.view"].with_user(both)
        page = view.with_context(allowed_company_ids=other.ids).customer_fetch(
            self.customer.id
        )
        self.assertEqual(self.section("money", page)["items"], [])
        page = view.with_context(
            allowed_company_ids=(other | self.company).ids
        ).customer_fetch(self.customer.id)
        [item] = self.section("money", page)["items"]
        self.assertEqual(item["company"], self.company.name)
