from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestLookup(CrmExtensionCommon):
    """X13: everything about the customer beside the document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls._make_sale(12, date_order="2025-03-01 10:00:00")
        cls.new = cls._make_sale(11, date_order="2026-03-01 10:00:00")
        cls.contact.phone = "+43 7675 3425"

    @classmethod
    def _make_sale(cls, price, confirm=True, **vals):
        """An order of the first product at a price, confirmed on its own day."""
        order = cls.make_order(products=cls.products[0], user_id=cls.seller.id)
        order.order_line.price_unit = price
        if confirm:
            order.action_confirm()
        order.write(vals)
        return order

    def _fetch(self, user=None, partner=None, **options):
        lookup = self.env["crm.lookup"].with_user(user or self.seller)
        return lookup.lookup_fetch((partner or self.customer).id, **options)

    def _prices(self, **options):
        return {item["product_id"]: item for item in self._fetch(**options)["prices"]}

    def test_x13_who_is_it(self):
        self.log(user=self.seller)
        self.plan(self.customer, self.seller, date_deadline="2030-01-01")
        self.env.flush_all()
        data = self._fetch(partner=self.contact)
        self.assertEqual(data["id"], self.customer.id)
        self.assertEqual(data["header"]["name"], "Ernst Handel")
        self.assertEqual(data["header"]["next_step"]["summary"], "Call back")
        (person,) = data["people"]["items"]
        self.assertEqual(person["title"], "Roland Mendel")
        self.assertEqual(person["phone"]["href"], "tel:+4376753425")

    def test_x13_last_price_is_the_newest_by_date(self):
        """Not by the order in which the orders were typed."""
        price = self._prices()[self.products[0].id]
        self.assertEqual(price["sold"]["order_id"], self.new.id)
        self.old.date_order = "2026-05-01 10:00:00"
        price = self._prices()[self.products[0].id]
        self.assertEqual(price["sold"]["order_id"], self.old.id)

    def test_x13_price_after_discount_and_offer_beside_the_sale(self):
        self.new.order_line.discount = 10
        offer = self._make_sale(9, confirm=False)
        price = self._prices()[self.products[0].id]
        self.assertIn("9.90", price["sold"]["price"])
        self.assertEqual(price["quoted"]["order_id"], offer.id)

    def test_x13_only_products_of_the_document_in_its_order(self):
        self.make_order(products=self.products, user=self.seller).action_confirm()
        wanted = [self.products[2].id, self.products[0].id]
        data = self._fetch(product_ids=wanted)
        self.assertEqual([item["product_id"] for item in data["prices"]], wanted)

    def test_x13_the_quotation_at_hand_is_no_old_one(self):
        data = self._fetch(order_id=self.new.id)
        self.assertEqual([quote["id"] for quote in data["quotes"]], [self.old.id])
        price = self._prices(order_id=self.new.id)[self.products[0].id]
        self.assertEqual(price["sold"]["order_id"], self.old.id)

    def test_x13_old_quotations_with_lines(self):
        first = self._fetch()["quotes"][0]
        self.assertEqual(first["name"], self.new.name)
        self.assertEqual(first["lines"][0]["name"], "Product 1")
        self.assertIn("11.00", first["lines"][0]["price"])

    def test_x13_open_documents(self):
        self._make_sale(9, confirm=False)
        self.make_lead(self.customer, user_id=self.seller.id)
        groups = {group["name"] for group in self._fetch()["open"]}
        self.assertLessEqual({"leads", "quotations"}, groups)

    def test_x13_unpaid_invoices_for_those_who_may_read_them(self):
        self.new._create_invoices().action_post()
        groups = {group["name"]: group for group in self._fetch(self.manager)["open"]}
        self.assertIn("11.00", groups["invoices"]["items"][0]["value"])
        clerk = new_test_user(
            self.env,
            "crm_lookup_unpaid",
            groups="base.group_user,crm_extension.crm_extension_group_history",
        )
        groups = {group["name"] for group in self._fetch(clerk)["open"]}
        self.assertNotIn("invoices", groups)

    def test_x13_cancelled_orders_tell_no_price(self):
        (self.old | self.new)._action_cancel()
        self.assertEqual(self._fetch()["prices"], [])

    def test_x26_orders_of_others_are_not_shown(self):
        """A colleague with "own documents" sees neither orders nor their prices."""
        data = self._fetch(user=self.colleague)
        self.assertEqual((data["prices"], data["quotes"]), ([], []))

    def test_x26_service_user_without_sales_sees_no_prices(self):
        clerk = new_test_user(
            self.env,
            "crm_lookup_service",
            groups="base.group_user,crm_extension.crm_extension_group_history",
        )
        data = self._fetch(user=clerk)
        self.assertIs(data["prices"], False)
        self.assertIs(data["quotes"], False)
        self.assertFalse(data["can_quote"])

    def test_x26_employees_and_portal_get_nothing(self):
        for group in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, f"crm_look_{group}", groups=group)
            with self.assertRaises(AccessError):
                self._fetch(user=user)

    def test_x26_wrong_arguments_get_a_sentence(self):
        lookup = self.env["crm.lookup"].with_user(self.seller)
        for args in [
            (0,),
            ("1",),
            (True,),
            (None,),
            (2**40,),
            (self.customer.id, "1"),
            (self.customer.id, ["1"]),
            (self.customer.id, [True]),
            (self.customer.id, None, "x"),
        ]:
            with self.subTest(args=args), self.assertRaises(UserError):
                lookup.lookup_fetch(*args)

    def test_other_company_stays_apart(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        boss = self.make_user(
            "look_boss",
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertEqual(self._fetch(user=boss)["quotes"], [])

    def test_x13_the_panel_costs_a_bounded_number_of_queries(self):
        """The same for one order and for twelve."""
        counts = []
        for number in (0, 11):
            orders = self.env["sale.order"].with_user(self.seller)
            for _order in range(number):
                orders += self.make_order(user=self.seller)
            orders.action_confirm()
            self._fetch()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._fetch()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts), 50)
        self.assertLessEqual(counts[1], counts[0] + 4)
