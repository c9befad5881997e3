from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_quote import QuoteCommon


@tagged("post_install", "-at_install")
class TestQuotePrice(QuoteCommon):
    """X12: what stands beside each row."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").write(
            {
                "implied_ids": [
                    Command.link(cls.env.ref("sale.group_discount_per_so_line").id)
                ]
            }
        )
        cls.currency = cls.env["res.currency"].with_context(active_test=False)
        cls.currency = cls.currency.search(
            [("name", "in", ["USD", "EUR"]), ("id", "!=", cls.company.currency_id.id)],
            limit=1,
        )
        cls.currency.active = True
        cls.env["res.currency.rate"].search([]).unlink()
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.currency.id, "rate": 2, "name": "2020-01-01"}
        )

    def _facts(self, product, user=None, order=None, **vals):
        order = order or self.order
        [facts] = self.quote(user).quote_facts(order.id, [self.asked(product, **vals)])
        return facts

    def _pricelist(self, *rules, **vals):
        return self.env["product.pricelist"].create(
            {
                "name": "Test",
                "item_ids": [Command.create(rule) for rule in rules],
                **vals,
            }
        )

    def assertAsLines(self, order, wanted):
        """The preview is what Odoo's lines get."""
        preview = order._list_prices(wanted)
        order.order_line = [
            Command.create(
                {
                    "product_id": product.id,
                    "product_uom_id": unit.id,
                    "product_uom_qty": quantity,
                }
            )
            for product, unit, quantity in wanted
        ]
        lines = order.order_line[-len(wanted) :]
        for line, (price, discount) in zip(lines, preview, strict=True):
            with self.subTest(product=line.product_id.name, qty=line.product_uom_qty):
                self.assertAlmostEqual(price, line.price_unit, 4)
                self.assertAlmostEqual(discount, line.discount, 4)

    def test_x12_list_prices_are_those_of_the_lines(self):
        unit = self.chai.uom_id
        wanted = [
            (self.chai, unit, 1),
            (self.chai, unit, 100),
            (self.chai, self.box, 2),
            (self.pears, unit, 3),
            (self.scones, unit, 1),
            (self.marmalade, unit, 7),
        ]
        rules = (
            {
                "applied_on": "0_product_variant",
                "product_id": self.chai.id,
                "compute_price": "fixed",
                "fixed_price": 8,
                "min_quantity": 50,
            },
            {
                "applied_on": "1_product",
                "product_tmpl_id": self.pears.product_tmpl_id.id,
                "compute_price": "percentage",
                "percent_price": 12.5,
            },
            {
                "applied_on": "1_product",
                "product_tmpl_id": self.scones.product_tmpl_id.id,
                "compute_price": "formula",
                "price_discount": 7,
                "price_surcharge": 1.5,
                "price_round": 0.05,
            },
            {
                "applied_on": "1_product",
                "product_tmpl_id": self.marmalade.product_tmpl_id.id,
                "compute_price": "percentage",
                "percent_price": -10,
            },
        )
        for vals in (
            {},
            {"pricelist_id": self._pricelist(*rules).id},
            {"pricelist_id": self._pricelist(*rules, currency_id=self.currency.id).id},
        ):
            order = self.make_order(order_line=[], **vals)
            self.assertAsLines(order, wanted)

    def test_x12_list_prices_of_taxes_that_are_included(self):
        tax, other = self.env["account.tax"].create(
            [
                {
                    "name": f"T{amount}",
                    "amount": amount,
                    "price_include_override": "tax_included",
                }
                for amount in (10, 20)
            ]
        )
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        other.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(tax.ids)],
            }
        )
        self.chai.taxes_id = tax
        order = self.make_order(order_line=[], fiscal_position_id=position.id)
        self.assertAsLines(order, [(self.chai, self.chai.uom_id, 1)])
        self.assertNotEqual(order.order_line.price_unit, self.chai.list_price)

    def test_x12_facts_of_a_row(self):
        old = self.make_order(products=self.chai, user_id=self.seller.id)
        old.order_line.price_unit = 8
        old.action_confirm()
        facts = self._facts(self.chai)
        self.assertEqual((facts["price"], facts["discount"]), (10, 0))
        self.assertEqual(facts["history"]["last"]["price"], 8)
        self.assertEqual(facts["history"]["trend"], [8])
        self.assertEqual(facts["changes"], [])

    def test_x12_the_same_quote_in_two_currencies(self):
        old = self.make_order(products=self.chai, user_id=self.seller.id)
        old.order_line.price_unit = 8
        old.action_confirm()
        abroad = self.make_order(
            order_line=[],
            user_id=self.seller.id,
            pricelist_id=self._pricelist(currency_id=self.currency.id).id,
        )
        facts = self._facts(self.chai, order=abroad)
        self.assertEqual((facts["price"], facts["history"]["last"]["price"]), (20, 16))
        self.assertTrue(facts["history"]["last"]["converted"])
        [row] = self.quote().quote_take(abroad.id, old.order_line.ids)
        self.assertEqual((row["price"], row["problems"]), (16, ["converted"]))

    def test_x12_costs_only_for_those_who_may_see_them(self):
        self.chai.standard_price = 6
        self.assertIs(self._facts(self.chai)["cost"], False)
        self.assertEqual(self._facts(self.chai, self.manager)["cost"], 6)
        self.assertEqual(
            self._facts(self.chai, self.manager, uom_id=self.box.id)["cost"], 72
        )

    def test_x12_changes_since_the_last_sale_are_named(self):
        tax = self.env["account.tax"].create({"name": "Sugar tax", "amount": 3})
        old = self.make_order(products=self.chai, user_id=self.seller.id)
        old.action_confirm()
        self.assertEqual(self._facts(self.chai)["changes"], [])
        self.chai.write({"list_price": 12, "taxes_id": [Command.set(tax.ids)]})
        changes = " ".join(self._facts(self.chai)["changes"])
        self.assertIn("12.00", changes)
        self.assertIn("10.00", changes)
        self.assertIn("Sugar tax", changes)

    def test_x12_without_discounts_the_price_contains_them(self):
        self.env.ref("base.group_user").write(
            {
                "implied_ids": [
                    Command.unlink(self.env.ref("sale.group_discount_per_so_line").id)
                ]
            }
        )
        self.seller.group_ids -= self.env.ref("sale.group_discount_per_so_line")
        row = self.row("Code\tQty\tPrice\tDisc\nNW-1\t2\t10\t20%")
        self.assertEqual((row["price"], row["discount"]), (8, False))

    def test_x12_wrong_arguments_get_a_sentence(self):
        for wanted in (None, "x", [1], [{}], [{"product_id": 0}], [[]]):
            with self.subTest(wanted=wanted), self.assertRaises(UserError):
                self.quote().quote_facts(self.order.id, wanted)
        for order_id in (None, "1", 0, True, 2**40, self.order.id + 10**6):
            with self.subTest(order=order_id), self.assertRaises(UserError):
                self.quote().quote_open(order_id)
