from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..models import crm_price_history_query
from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestPriceHistory(CrmExtensionCommon):
    """X12: price changes of one item over time, beside each line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.products[0]
        cls.eur = cls._make_currency("EUR")
        cls.usd = cls._make_currency("USD")
        # 2 dollars for a euro, whatever the company's own currency is
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            [
                {"currency_id": cls.eur.id, "rate": 1, "name": "2020-01-01"},
                {"currency_id": cls.usd.id, "rate": 2, "name": "2020-01-01"},
            ]
        )
        cls.dozen = cls.env["uom.uom"].create(
            {
                "name": "Dozen of tests",
                "relative_factor": 12,
                "relative_uom_id": cls.product.uom_id.id,
            }
        )
        cls.old = cls._make_sale(12, date_order="2025-03-01 10:00:00")
        cls.new = cls._make_sale(11, date_order="2026-03-01 10:00:00")

    @classmethod
    def _make_currency(cls, name):
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", name)])
        currency.active = True
        return currency

    @classmethod
    def _make_sale(cls, price, partner=None, confirm=True, currency=None, **vals):
        """An order of one product in euros, confirmed on its own day."""
        lists = cls.env["product.pricelist"]
        order = cls.make_order(
            partner,
            products=cls.product,
            user_id=cls.seller.id,
            pricelist_id=lists.create(
                {"name": "Test", "currency_id": (currency or cls.eur).id}
            ).id,
        )
        order.order_line.price_unit = price
        if confirm:
            order.action_confirm()
        order.write(vals)
        return order

    def _fetch(self, user=None, partner=None, unit=None, currency=None, **options):
        history = self.env["crm.price.history"].with_user(user or self.seller)
        [facts] = history.history_fetch(
            (partner or self.customer).id,
            [[self.product.id, unit.id if unit else False]],
            currency_id=(currency or self.eur).id,
            **options,
        )
        return facts

    def _detail(self, user=None, partner=None, **options):
        history = self.env["crm.price.history"].with_user(user or self.seller)
        return history.history_detail(
            (partner or self.customer).id,
            self.product.id,
            currency_id=self.eur.id,
            **options,
        )

    def test_x12_last_lowest_highest_and_trend(self):
        facts = self._fetch()
        self.assertEqual(facts["last"]["price"], 11)
        self.assertEqual(facts["last"]["document"], self.new.name)
        self.assertEqual((facts["low"], facts["high"]), (11, 12))
        self.assertEqual(facts["trend"], [12, 11])
        self.assertEqual(facts["count"], 2)

    def test_x12_newest_by_the_date_of_the_order(self):
        self.old.date_order = "2026-05-01 10:00:00"
        self.assertEqual(self._fetch()["last"]["price"], 12)

    def test_x12_prices_of_all_contacts_of_the_customer(self):
        self._make_sale(9, partner=self.contact)
        facts = self._fetch(partner=self.contact)
        self.assertEqual((facts["last"]["price"], facts["count"]), (9, 3))

    def test_x12_what_was_sold_comes_before_many_quotes(self):
        """Versions of a quotation never hide the last sale; the list shows them."""
        for price in (7, 6, 5):
            self._make_sale(price, confirm=False, date_order="2026-04-01 10:00:00")
        with patch.object(crm_price_history_query, "DEPTH", 2):
            facts = self._fetch()
        self.assertEqual(facts["last"]["price"], 11)
        self.assertEqual((facts["trend"], facts["count"]), ([12, 11], 2))
        shown = [row["kind"] for row in self._detail()]
        self.assertEqual(shown, ["quoted"] * 3 + ["sold"] * 2)

    def test_x12_price_is_after_discount(self):
        self.new.order_line.discount = 10
        last = self._fetch()["last"]
        self.assertAlmostEqual(last["price"], 9.9)
        self.assertEqual((last["price_unit"], last["discount"]), (11, 10))

    def test_x12_the_same_past_in_two_currencies(self):
        self._make_sale(30, currency=self.usd)
        euros, dollars = self._fetch(), self._fetch(currency=self.usd)
        self.assertAlmostEqual(euros["last"]["price"], 15)
        self.assertTrue(euros["last"]["converted"])
        self.assertEqual(euros["last"]["currency"], "USD")
        self.assertAlmostEqual(dollars["last"]["price"], 30)
        self.assertFalse(dollars["last"]["converted"])
        self.assertEqual([p * 2 for p in euros["trend"]], dollars["trend"])

    def test_x12_price_for_another_unit(self):
        dozens = self._make_sale(120)
        dozens.order_line.write({"product_uom_id": self.dozen.id, "price_unit": 120})
        self.assertAlmostEqual(self._fetch()["last"]["price"], 10)
        facts = self._fetch(unit=self.dozen)
        self.assertAlmostEqual(facts["last"]["price"], 120)
        self.assertFalse(facts["last"]["converted"])
        self.assertAlmostEqual(facts["high"], 144)

    def test_x12_units_without_a_common_reference_are_not_compared(self):
        hours = self.env["uom.uom"].create({"name": "Hour of tests"})
        facts = self._fetch(unit=hours)
        self.assertFalse(facts["last"])
        self.assertEqual((facts["trend"], facts["count"]), ([], 2))
        [row, _older] = self._detail(uom_id=hours.id)
        self.assertIs(row["price"], False)
        self.assertIn("11.00", row["text"])

    def test_x12_a_quote_counts_only_where_nothing_was_sold(self):
        quote = self._make_sale(8, confirm=False)
        facts = self._fetch()
        self.assertEqual((facts["last"]["price"], facts["low"]), (11, 11))
        (self.old | self.new)._action_cancel()
        last = self._fetch()["last"]
        self.assertEqual((last["kind"], last["document"]), ("quoted", quote.name))

    def test_x12_the_quotation_at_hand_is_no_past_one(self):
        self.assertEqual(self._fetch(order_id=self.new.id)["last"]["price"], 12)

    def test_x12_direct_invoice_and_a_price_changed_on_the_invoice(self):
        invoice = self.new._create_invoices()
        invoice.action_post()
        self.assertEqual(self._fetch(self.manager)["count"], 2)
        changed = self.old._create_invoices()
        changed.invoice_line_ids.price_unit = 7
        changed.invoice_date = "2027-01-01"
        changed.action_post()
        last = self._fetch(self.manager)["last"]
        self.assertEqual((last["kind"], last["price"]), ("invoiced", 7))
        self.assertEqual(last["document"], changed.name)

    def test_x12_rewards_and_down_payments_tell_no_price(self):
        program = self.env["loyalty.program"].create(
            {"name": "Gift", "reward_ids": [Command.create({"discount": 10})]}
        )
        self.new.order_line.reward_id = program.reward_ids
        self.assertEqual(self._fetch()["last"]["price"], 12)

    def test_x12_last_ten_of_this_customer_and_of_all(self):
        for price in range(20, 32):
            self._make_sale(price)
        other = self._make_sale(5, partner=self.other_customer)
        rows = self._detail()
        self.assertEqual(len(rows), 10)
        self.assertTrue(all(row["own_customer"] for row in rows))
        everybody = self._detail(scope="all")
        self.assertEqual(len(everybody), 10)
        self.assertEqual(everybody[0]["document"], other.name)
        self.assertEqual(everybody[0]["customer"], self.other_customer.name)
        self.assertFalse(everybody[0]["own_customer"])

    # Who sees what

    def test_x26_orders_of_others_stay_closed(self):
        self.assertEqual(self._fetch(self.colleague)["count"], 0)
        self.assertEqual(self._detail(self.colleague, scope="all"), [])
        self.assertEqual(self._fetch(self.boss)["count"], 2)

    def test_x26_masked_customers_leak_no_price(self):
        """Not even by an order that has no salesperson and that everybody may open."""
        (self.old | self.new).user_id = False
        self.env.flush_all()
        self.assertEqual(self._fetch(self.colleague)["count"], 2)
        self.company.crm_masking = "masked"
        self.assertEqual(self._fetch(self.colleague)["count"], 0)
        self.assertEqual(self._detail(self.colleague, scope="all"), [])
        mine = self._make_sale(10)
        mine.user_id = self.colleague
        self.assertEqual(self._fetch(self.colleague)["count"], 1)
        self.assertEqual(self._fetch(self.seller)["count"], 3)

    def test_x26_other_company_stays_apart(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        boss = self.make_user(
            "history_boss",
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertEqual(self._fetch(boss)["count"], 0)

    def test_x26_service_user_without_sales_sees_no_prices(self):
        clerk = new_test_user(
            self.env,
            "crm_history_service",
            groups="base.group_user,crm_extension.crm_extension_group_history",
        )
        self.assertEqual(self._fetch(clerk)["count"], 0)
        with self.assertRaises(AccessError):
            self._fetch(clerk, order_id=self.new.id)

    def test_x26_wrong_arguments_get_a_sentence(self):
        history = self.env["crm.price.history"].with_user(self.seller)
        for args in [
            (self.customer.id, "x"),
            (self.customer.id, [1]),
            (self.customer.id, [["1", False]]),
            (self.customer.id, [[True, False]]),
            (self.customer.id, [[2**40, False]]),
            (self.customer.id, [[1, False]] * 501),
            (self.customer.id, [], "x"),
            (self.customer.id, [], None, "x"),
            (None, []),
        ]:
            with self.subTest(args=args), self.assertRaises(UserError):
                history.history_fetch(*args)
        with self.assertRaises(UserError):
            history.history_detail(self.customer.id, self.product.id, scope="x")

    # The form

    def test_x12_the_form_asks_and_does_not_wait(self):
        """Reading forty lines asks the past of none of them."""
        order = self.make_order(products=self.make_products([5] * 40))
        spec = {"order_line": {"fields": {"price_history": {}}}}
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            [data] = order.web_read(spec)
        self.assertEqual(
            data["order_line"][0]["price_history"]["partner_id"], self.customer.id
        )

    def test_x12_question_follows_the_form(self):
        form = Form(self.env["sale.order"].with_user(self.seller))
        form.partner_id = self.customer
        with form.order_line.new() as line:
            self.assertFalse(line.price_history)
            line.product_id = self.product
            self.assertEqual(line.price_history["product_id"], self.product.id)
            self.assertEqual(line.price_history["partner_id"], self.customer.id)
        form.partner_id = self.other_customer
        with form.order_line.edit(0) as line:
            asked = line.price_history["partner_id"]
        self.assertEqual(asked, self.other_customer.id)

    def test_x12_forty_lines_are_one_query_more_than_one_line(self):
        """The history of any number of products is one query."""
        products = self.make_products([5] * 40)
        self.make_order(products=products, user_id=self.seller.id).action_confirm()
        history = self.env["crm.price.history"].with_user(self.seller)
        counts = []
        for some in (products[:1], products[:1], products):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            history.history_fetch(self.customer.id, [[p.id, False] for p in some])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 30)
