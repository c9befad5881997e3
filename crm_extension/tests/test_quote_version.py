import random
from itertools import pairwise

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import BaseCase, Form, tagged

from ..tools.quote_diff import compare, pair
from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestQuoteDiff(BaseCase):
    """X12: what differs between two versions, as plain data."""

    def _line(self, number, **vals):
        return {
            "id": number,
            "product": number,
            "name": f"P{number}",
            "price": 1.0,
            **vals,
        }

    def _version(self, *lines, total=0.0, **fields):
        return {"fields": fields, "lines": list(lines), "total": total}

    def test_x12_added_removed_and_changed(self):
        old = self._version(self._line(1), self._line(2), validity_date="2026-05-01")
        new = self._version(
            self._line(1, price=2.0), self._line(3), total=5, validity_date="2026-06-01"
        )
        found = compare(old, new)
        self.assertEqual(found.fields, [("validity_date", "2026-05-01", "2026-06-01")])
        self.assertEqual(
            [(change.kind, change.name) for change in found.lines],
            [("changed", "P1"), ("added", "P3"), ("removed", "P2")],
        )
        self.assertEqual(found.lines[0].fields, [("price", 1.0, 2.0)])
        self.assertEqual(found.total, (0, 5))

    def test_x12_a_line_that_was_typed_again_is_a_changed_one(self):
        old, new = self._line(1), self._line(9, product=1, name="P1", price=3.0)
        [change] = compare(self._version(old), self._version(new)).lines
        self.assertEqual(change.kind, "changed")

    def test_x12_order_of_the_lines_does_not_matter(self):
        lines = [self._line(1), self._line(2)]
        self.assertFalse(compare(self._version(*lines), self._version(*lines[::-1])))

    def test_properties_of_differences(self):
        """P: nothing differs from itself; there and back is the mirror; every line of
        both sides is in exactly one pair."""
        rng = random.Random(16)

        def version():
            return self._version(
                *(
                    self._line(
                        rng.randrange(1, 30),
                        product=rng.choice([False, 1, 2, 3]),
                        price=rng.choice([1.0, 2.0]),
                        name=rng.choice(["a", "b", ""]),
                    )
                    for _n in range(rng.randrange(7))
                ),
                total=rng.random(),
                note=rng.choice(["", None, "x"]),
            )

        for _round in range(400):
            old, new = version(), version()
            self.assertFalse(compare(old, old))
            there, back = compare(old, new), compare(new, old)
            kinds = {"added": "removed", "removed": "added", "changed": "changed"}
            self.assertEqual(
                sorted(kinds[change.kind] for change in there.lines),
                sorted(change.kind for change in back.lines),
            )
            pairs = pair(old["lines"], new["lines"])
            self.assertEqual(
                [id(after) for _before, after in pairs if after],
                [id(line) for line in new["lines"]],
            )
            befores = [id(before) for before, _after in pairs if before]
            self.assertEqual(sorted(befores), sorted(map(id, old["lines"])))


@tagged("post_install", "-at_install")
class TestQuoteVersion(CrmExtensionCommon):
    """X12: versions of a quotation, compared and restored."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order(user=cls.seller)
        cls.line = cls.order.order_line[0]
        cls.env.flush_all()

    def _difference(self, version, new=None):
        action = version.action_compare()
        wizard = self.env[action["res_model"]].with_user(self.seller)
        form = Form(wizard.with_context(**action["context"]))
        if new:
            form.new_id = new
        return str(form.difference)

    def test_x12_what_is_sent_is_kept(self):
        self.order.with_user(self.seller).action_quotation_sent()
        [version] = self.order.version_ids
        self.assertRecordValues(
            version,
            [
                {
                    "number": 1,
                    "sent": True,
                    "user_id": self.seller.id,
                    "amount_untaxed": 60,
                }
            ],
        )
        self.line.price_unit = 8
        self.order.action_draft()
        self.order.action_quotation_sent()
        self.assertEqual(self.order.version_ids.mapped("number"), [1, 2])
        self.assertEqual(self.order.version, 2)

    def test_x12_sending_the_same_again_is_no_version(self):
        for _time in range(2):
            self.order.action_quotation_sent()
            self.order.action_draft()
        self.assertEqual(len(self.order.version_ids), 1)

    def test_x12_revise_difference_and_restore(self):
        order = self.order.with_user(self.seller)
        order.action_quotation_sent()
        order.action_revise("They want less")
        self.assertEqual((order.state, order.version), ("draft", 2))
        first = self.order.version_ids
        self.assertEqual(first.reason, "They want less")
        order.write(
            {
                "client_order_ref": "PO 7",
                "order_line": [
                    Command.update(
                        self.line.id, {"product_uom_qty": 5, "price_unit": 9}
                    ),
                    Command.delete(self.order.order_line[1].id),
                    Command.create(
                        {"name": "Cool, please", "display_type": "line_note"}
                    ),
                ],
            }
        )
        text = self._difference(first.with_user(self.seller))
        for word in ("Product 1", "Product 2", "Cool, please", "PO 7", "9.00", "60.00"):
            self.assertIn(word, text)
        self.assertNotIn("Product 3", text)
        first.with_user(self.seller).action_restore()
        self.assertRecordValues(
            self.order.order_line,
            [
                {"product_id": p.id, "price_unit": p.list_price, "product_uom_qty": 1}
                for p in self.products
            ],
        )
        self.assertFalse(self.order.client_order_ref)
        self.assertEqual(self.order.version, 3)
        self.assertEqual(self.order.version_ids.mapped("number"), [2, 1])
        self.assertIn("Version 1 was restored", self.order.message_ids[0].body)
        second = self.order.version_ids.sorted("number")[-1]
        self.assertIn("PO 7", self._difference(first, second))
        self.assertNotIn("del class", self._difference(first.with_user(self.seller)))

    def test_x12_restored_prices_are_those_of_then(self):
        self.line.write({"price_unit": 7.5, "discount": 10, "name": "Chai, dark"})
        tax = self.env["account.tax"].create({"name": "Five", "amount": 5})
        self.line.tax_ids = tax
        self.order.action_revise()
        self.line.write({"price_unit": 99, "discount": 0, "tax_ids": [Command.clear()]})
        self.order.version_ids.action_restore()
        line = self.order.order_line[0]
        self.assertRecordValues(
            line, [{"price_unit": 7.5, "discount": 10, "name": "Chai, dark"}]
        )
        self.assertEqual(line.tax_ids, tax)
        line.product_uom_qty = 50
        self.assertEqual(line.price_unit, 7.5)

    def test_x12_products_that_are_gone_are_named(self):
        self.order.action_revise()
        self.order.order_line[2].unlink()
        self.products[2].unlink()
        self.order.version_ids.action_restore()
        self.assertEqual(len(self.order.order_line), 2)
        self.assertIn("Product 3", self.order.message_ids[0].body)

    def test_x12_combos_come_back_whole(self):
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
        order.action_revise()
        order.order_line.unlink()
        order.version_ids.action_restore()
        child = order.order_line.filtered("combo_item_id")
        self.assertEqual(child.linked_line_id, order.order_line - child)

    def test_x12_orders_have_no_versions_to_go_back_to(self):
        self.order.action_revise()
        self.order.action_confirm()
        for way in (self.order.action_revise, self.order.version_ids.action_restore):
            with self.assertRaisesRegex(UserError, "not orders"):
                way()

    def test_x26_versions_are_read_like_the_quotation_and_written_by_nobody(self):
        self.order.action_revise()
        version = self.order.version_ids
        self.env.flush_all()
        self.assertEqual(version.with_user(self.seller).amount_untaxed, 60)
        for user in (self.seller, self.manager):
            with self.assertRaises(AccessError):
                version.with_user(user).write({"amount_untaxed": 1})
        with self.assertRaises(AccessError):
            version.with_user(self.colleague).action_compare()
        with self.assertRaises(AccessError):
            version.with_user(self.colleague).action_restore()
        with self.assertRaises(AccessError):
            self.order.with_user(self.colleague).action_revise()

    def test_x26_two_quotations_are_not_compared(self):
        other = self.make_order(self.other_customer)
        (self.order | other).sudo().action_revise()
        wizard = self.env["sale.order.compare"].create(
            {
                "order_id": self.order.id,
                "old_id": self.order.version_ids.id,
                "new_id": other.version_ids.id,
            }
        )
        self.assertFalse(wizard.difference)

    def test_x12_numbers_follow_each_other(self):
        for price in (8, 9, 10):
            self.line.price_unit = price
            self.order.action_revise()
        numbers = self.order.version_ids.mapped("number")
        self.assertTrue(all(b - a == 1 for a, b in pairwise(numbers)), numbers)
        self.assertEqual(self.order.version, numbers[-1] + 1)
