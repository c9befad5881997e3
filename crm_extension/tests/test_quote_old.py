from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .test_quote import QuoteCommon


@tagged("post_install", "-at_install")
class TestQuoteOld(QuoteCommon):
    """X12: lines of several old quotations at once, and the usual basket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls._make_old(cls.customer, "2025-03-01 10:00:00", 9)
        cls.newer = cls._make_old(cls.contact, "2026-03-01 10:00:00", 8)
        cls.foreign = cls._make_old(cls.other_customer, "2026-04-01 10:00:00", 7)

    @classmethod
    def _make_old(cls, partner, date, price):
        order = cls.make_order(partner, user_id=cls.seller.id)
        order.order_line.price_unit = price
        order.action_confirm()
        order.date_order = date
        return order

    def _old(self, user=None, cursor=None, **filters):
        page = self.quote(user).quote_old(self.order.id, filters, cursor)
        return [order["id"] for order in page["orders"]]

    def test_x12_old_quotations_of_this_customer_or_of_others(self):
        self.assertEqual(self._old(), [self.newer.id, self.old.id])
        self.assertEqual(
            self._old(whose="all")[:3], [self.foreign.id, self.newer.id, self.old.id]
        )

    def test_x12_filters(self):
        self.assertEqual(self._old(year=2025), [self.old.id])
        self.assertEqual(self._old(search=self.newer.name), [self.newer.id])
        self.assertEqual(
            self._old(whose="all", search="Vins et alcools"), [self.foreign.id]
        )
        page = self.quote().quote_old(self.order.id, {"product": "pears"})
        lines = page["orders"][0]["lines"]
        self.assertEqual([line["product_id"] for line in lines], self.pears.ids)
        self.assertEqual(self._old(product="no such thing"), [])

    def test_x12_pages_go_on_where_they_stopped(self):
        for day in range(1, 16):
            self._make_old(self.customer, f"2024-01-{day:02} 10:00:00", 5)
        page = self.quote().quote_old(self.order.id)
        self.assertEqual(len(page["orders"]), 12)
        rest = self.quote().quote_old(self.order.id, {}, page["cursor"])
        self.assertEqual(len(rest["orders"]), 5)
        self.assertFalse(rest["cursor"])
        ids = [order["id"] for order in page["orders"] + rest["orders"]]
        self.assertEqual(len(set(ids)), 17)

    def test_x12_lines_of_several_quotations_with_their_prices(self):
        lines = self.old.order_line[:1] | self.foreign.order_line[1:2]
        rows = self.quote().quote_take(self.order.id, lines.ids)
        self.assertEqual([row["price"] for row in rows], [9, 7])
        self.assertEqual(
            [row["source"] for row in rows], [self.old.name, self.foreign.name]
        )
        self.assertEqual(rows[0]["facts"]["price"], 10)

    def test_x12_a_taken_line_keeps_description_and_price(self):
        line = self.old.order_line[0]
        line.write({"name": "Chai, dark", "discount": 10})
        asked = self.asked(self.chai, price=9, discount=10, quantity=4, line_id=line.id)
        self.add(asked)
        self.assertRecordValues(
            self.order.order_line,
            [
                {
                    "name": "Chai, dark",
                    "price_unit": 9,
                    "discount": 10,
                    "product_uom_qty": 4,
                    "order_id": self.order.id,
                }
            ],
        )

    def test_x12_nothing_of_an_old_line_comes_along_in_silence(self):
        """Another product in the row drops what the old line said."""
        line = self.old.order_line[0]
        line.name = "Chai, dark"
        self.add(self.asked(self.pears, line_id=line.id))
        self.assertNotIn("dark", self.order.order_line.name)

    def test_x12_changes_are_named_before_they_are_taken(self):
        self.chai.list_price = 12
        self.pears.active = False
        page = self.quote().quote_old(self.order.id)
        first = {line["product_id"]: line for line in page["orders"][0]["lines"]}
        self.assertEqual(first[self.pears.id]["changes"], ["archived"])
        self.assertFalse(first[self.pears.id]["available"])
        [row] = self.quote().quote_take(self.order.id, self.newer.order_line[:1].ids)
        self.assertIn("12.00", row["changes"][0])
        self.assertIn("10.00", row["changes"][0])
        listed = self.make_order(user_id=self.seller.id)
        self.scones.list_price = 33
        [row] = self.quote().quote_take(self.order.id, listed.order_line[2:3].ids)
        self.assertIn("33.00", row["changes"][0])

    def test_x12_rewards_and_down_payments_are_not_offered(self):
        self.newer.order_line[0].is_downpayment = True
        page = self.quote().quote_old(self.order.id)
        self.assertEqual(len(page["orders"][0]["lines"]), 2)
        rows = self.quote().quote_take(self.order.id, self.newer.order_line[:1].ids)
        self.assertEqual(rows, [])

    # Who sees what

    def test_x26_orders_that_may_not_be_read_cannot_be_taken(self):
        (self.old | self.newer | self.foreign).user_id = self.boss
        self.customer.user_id = False
        self.order.user_id = self.colleague
        self.env.flush_all()
        self.assertEqual(self._old(self.colleague, whose="all"), [])
        with self.assertRaises(AccessError):
            self.quote(self.colleague).quote_take(
                self.order.id, self.old.order_line.ids
            )
        asked = self.asked(self.chai, line_id=self.old.order_line[0].id)
        with self.assertRaises(AccessError):
            self.add(asked, user=self.colleague)
        self.assertFalse(self.order.order_line)

    def test_x26_masked_customers_leak_nothing(self):
        """Orders of a colleague's customer that have no salesperson could be opened by
        everybody; their prices are not offered."""
        (self.old | self.newer).user_id = False
        mine = self.make_order(
            self.other_customer, order_line=[], user_id=self.colleague.id
        )
        quote = self.quote(self.colleague)
        filters = {"whose": "all"}
        self.env.flush_all()
        self.assertTrue(quote.quote_old(mine.id, filters)["orders"])
        self.company.crm_masking = "masked"
        self.assertEqual(quote.quote_old(mine.id, filters)["orders"], [])
        with self.assertRaises(AccessError):
            quote.quote_take(mine.id, self.old.order_line.ids)
        masked = self.make_order(order_line=[], user_id=self.colleague.id)
        self.assertEqual(quote.quote_basket(masked.id), [])
        self.env["crm.product.code"].create(
            {"partner_id": self.customer.id, "product_id": self.chai.id, "code": "EH1"}
        )
        [row] = quote.quote_read(masked.id, "EH1\t2")["rows"]
        self.assertFalse(row["product"])

    def test_x12_wrong_arguments_get_a_sentence(self):
        quote = self.quote()
        for filters in ("x", [1], {"whose": "x"}, {"year": "2026"}, {"year": 10**9}):
            with self.subTest(filters=filters), self.assertRaises(UserError):
                quote.quote_old(self.order.id, filters)
        for cursor in ("x", [1], ["x", 1], ["2026-01-01", "x"], [None, 1], 7):
            with self.subTest(cursor=cursor), self.assertRaises(UserError):
                quote.quote_old(self.order.id, {}, cursor)
        for ids in (None, "x", ["x"], [True], [0], [2**40], [1] * 501):
            with self.subTest(ids=ids), self.assertRaises(UserError):
                quote.quote_take(self.order.id, ids)

    # The usual basket

    @freeze_time("2026-05-20 10:00:00")
    def test_x12_usual_basket_with_rhythm_and_quantity(self):
        for month, quantity in ((1, 12), (2, 24), (3, 24), (4, 100)):
            order = self.make_order(products=self.marmalade, user_id=self.seller.id)
            order.order_line.product_uom_qty = quantity
            order.action_confirm()
            order.date_order = f"2026-{month:02}-15 10:00:00"
        self.env.flush_all()
        rows = self.quote().quote_basket(self.order.id)
        first = rows[0]
        self.assertEqual(first["product"]["id"], self.marmalade.id)
        self.assertEqual((first["rhythm"], first["orders"]), (30, 4))
        self.assertEqual(first["quantity"], 24)
        self.assertEqual((first["due"], first["is_due"]), (-5, True))
        self.assertEqual(first["price"], 81)
        others = [row for row in rows if row["product"]["id"] == self.chai.id]
        self.assertFalse(others[0]["is_due"])

    @freeze_time("2026-05-20 10:00:00")
    def test_x12_usual_quantity_in_the_unit_of_the_last_line(self):
        self.newer.order_line[0].write(
            {"product_uom_id": self.box.id, "product_uom_qty": 2}
        )
        self.env.flush_all()
        rows = {
            row["product"]["id"]: row
            for row in self.quote().quote_basket(self.order.id)
        }
        self.assertEqual(rows[self.chai.id]["uom_id"], self.box.id)
        self.assertLess(rows[self.chai.id]["quantity"], 2)

    def test_x12_what_is_not_sold_any_more_is_not_in_the_basket(self):
        self.chai.active = False
        rows = self.quote().quote_basket(self.order.id)
        self.assertNotIn(self.chai.id, [row["product"]["id"] for row in rows])

    def test_x12_a_page_costs_the_same_for_few_and_many_lines(self):
        counts = []
        for _round in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.quote().quote_old(self.order.id)
            counts.append(self.env.cr.sql_log_count - before)
            products = self.make_products([3] * 20)
            self.newer.order_line = [
                Command.create({"product_id": product.id}) for product in products
            ]
        self.assertLessEqual(counts[2], counts[1] + 2)
        self.assertLessEqual(counts[2], 60)
