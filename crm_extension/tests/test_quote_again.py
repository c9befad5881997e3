from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestQuoteAgain(CrmExtensionCommon):
    """X12: an old order becomes a quotation in seconds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order(cls.contact, user=cls.seller)
        first = cls.order.order_line[0]
        first.write({"price_unit": 7.5, "discount": 10, "name": "Chai, dark"})
        cls.order.order_line = [
            Command.create(
                {"display_type": "line_section", "name": "Drinks", "sequence": 1}
            ),
            Command.create(
                {"display_type": "line_note", "name": "Cool, please", "sequence": 99}
            ),
        ]
        cls.order.action_confirm()
        cls.products[0].list_price = 12

    def test_x12_keeps_lines_prices_discounts_sections_and_notes(self):
        quotation = self.order._quote_again("keep")
        self.assertRecordValues(
            quotation,
            [
                {
                    "state": "draft",
                    "partner_id": self.contact.id,
                    "origin": self.order.name,
                    "quote_again_source_id": self.order.id,
                    "amount_total": self.order.amount_total,
                }
            ],
        )
        self.assertEqual(
            quotation.order_line.mapped("name"),
            self.order.order_line.sorted("sequence").mapped("name"),
        )
        line = quotation.order_line.filtered("product_id")[0]
        self.assertRecordValues(line, [{"price_unit": 7.5, "discount": 10}])

    def test_x12_what_has_changed_since_is_named(self):
        """Quote Again and Odoo's own Duplicate."""
        tax = self.env["account.tax"].create({"name": "Sin tax", "amount": 5})
        self.products[1].write({"taxes_id": tax.ids, "list_price": 25})
        self.products[2].active = False
        for quotation in (self.order._quote_again("keep"), self.order.copy()):
            told = "".join(
                str(message.body)
                for message in quotation.message_ids
                if "Taken over" in (message.body or "")
            )
            self.assertIn(self.order.name, told)
            self.assertIn("Product 2: tax Sin tax", told)
            self.assertIn("25.00", told)
        self.assertIn("Product 3: archived", told)

    def test_x12_nothing_is_said_where_nothing_has_changed(self):
        self.products[0].list_price = 10
        bodies = self.order.copy().message_ids.mapped("body")
        self.assertFalse([body for body in bodies if "Taken over" in (body or "")])

    def test_kept_price_survives_a_new_quantity(self):
        line = self.order._quote_again("keep").order_line.filtered("product_id")[0]
        line.product_uom_qty = 50
        self.assertEqual(line.price_unit, 7.5)

    def test_kept_price_of_nothing_stays_nothing(self):
        self.order.order_line.filtered("product_id")[1].price_unit = 0
        line = self.order._quote_again("keep").order_line.filtered("product_id")[1]
        line.product_uom_qty = 50
        self.assertEqual(line.price_unit, 0)

    def test_x12_list_prices_of_today(self):
        line = self.order._quote_again("list").order_line.filtered("product_id")[0]
        self.assertRecordValues(line, [{"price_unit": 12, "discount": 0}])

    def test_archived_and_unsellable_products_are_left_out_and_named(self):
        self.products[1].active = False
        self.products[2].sale_ok = False
        action = self.order.with_user(self.seller).action_quote_again()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("Product 2", action["params"]["message"])
        self.assertIn("Product 3", action["params"]["message"])
        quotation = self.env["sale.order"].browse(action["params"]["next"]["res_id"])
        self.assertEqual(quotation.order_line.product_id, self.products[0])
        self.assertIn("Product 2", quotation.message_ids[0].body)

    def test_several_orders_get_a_section_each(self):
        other = self.make_order(products=self.products[:1])
        quotation = (self.order | other)._quote_again()
        sections = quotation.order_line.filtered(
            lambda line: line.name.startswith("From ")
        )
        self.assertEqual(len(sections), 2)
        self.assertEqual(len(quotation.order_line.filtered("product_id")), 4)
        self.assertIn(other.name, quotation.origin)
        self.assertIn(self.order.name, quotation.origin)

    def test_different_customers_are_refused(self):
        other = self.make_order(self.other_customer)
        with self.assertRaisesRegex(UserError, "different customers"):
            (self.order | other).action_quote_again()

    def test_it_enters_the_timeline(self):
        quotation = self.order._quote_again()
        row = self.history().filtered(lambda row: row.res_id == quotation.id)
        self.assertEqual(row.source_key, f"sale.order,{quotation.id}:quoted_again:1")
        self.assertIn(self.order.name, row.subject)

    def test_dialog_shows_and_creates(self):
        self.products[1].active = False
        action = self.order.with_user(self.seller).action_open_quote_again()
        wizard = self.env[action["res_model"]].with_user(self.seller)
        form = Form(wizard.with_context(**action["context"]))
        self.assertEqual(form.line_count, 2)
        self.assertIn("Product 2", form.skipped)
        form.price_mode = "list"
        result = form.save().action_quote_again()
        quotation = self.env["sale.order"].browse(result["params"]["next"]["res_id"])
        self.assertEqual(quotation.quote_again_source_id, self.order)

    def test_salesperson_does_it_alone(self):
        action = self.order.with_user(self.seller).action_quote_again()
        quotation = self.env["sale.order"].browse(action["res_id"])
        self.assertEqual(quotation.user_id, self.seller)

    def test_combo_products_stay_together(self):
        combo = self.env["product.combo"].create(
            {
                "name": "Drink",
                "combo_item_ids": [Command.create({"product_id": self.products[0].id})],
            }
        )
        menu = self.env["product.product"].create(
            {"name": "Menu", "type": "combo", "combo_ids": [Command.link(combo.id)]}
        )
        order = self.make_order(products=menu)
        order.order_line = [
            Command.create(
                {
                    "product_id": self.products[0].id,
                    "linked_line_id": order.order_line.id,
                    "combo_item_id": combo.combo_item_ids.id,
                }
            )
        ]
        lines = order._quote_again().order_line
        child = lines.filtered("combo_item_id")
        self.assertEqual(len(lines), 2)
        self.assertEqual(child.linked_line_id, lines - child)

    def test_combo_is_left_out_as_a_whole(self):
        """A combo of which a part is not sold any more is not half quoted."""
        combo = self.env["product.combo"].create(
            {
                "name": "Drink",
                "combo_item_ids": [Command.create({"product_id": self.products[0].id})],
            }
        )
        menu = self.env["product.product"].create(
            {"name": "Menu", "type": "combo", "combo_ids": [Command.link(combo.id)]}
        )
        for gone in (self.products[0], menu):
            order = self.make_order(products=menu | self.products[1])
            parent = order.order_line.filtered(lambda line: line.product_id == menu)
            order.order_line = [
                Command.create(
                    {
                        "product_id": self.products[0].id,
                        "linked_line_id": parent.id,
                        "combo_item_id": combo.combo_item_ids.id,
                    }
                )
            ]
            gone.active = False
            quotation = order._quote_again()
            self.assertEqual(quotation.order_line.product_id, self.products[1])
            self.assertIn(menu, order._quote_again_skipped().product_id)
            gone.active = True

    def test_forty_lines_cost_one_create(self):
        """The number of queries does not grow with the lines."""
        products = self.make_products([5] * 40)
        order = self.make_order(products=products)
        self.make_order(products=products)._quote_again()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(90):
            order._quote_again()
            self.env.flush_all()
