import base64
import io

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmExtensionCommon

TOKEN = "token-of-the-page"


class QuoteCommon(CrmExtensionCommon):
    """A catalogue with codes, barcodes, Chinese names and a packaging."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.box = cls.env["uom.uom"].create(
            {
                "name": "Box of 12",
                "relative_factor": 12,
                "relative_uom_id": cls.products.uom_id[0].id,
            }
        )
        cls.chai, cls.pears, cls.scones = cls.products
        cls.chai.write({"name": "Chai", "default_code": "NW-1", "barcode": "400638133"})
        cls.chai.with_context(lang="zh_CN").name = "柴茶"
        cls.chai.product_tmpl_id.uom_ids = cls.box
        cls.pears.write(
            {"name": "Uncle Bob's Organic Dried Pears", "default_code": "NW7"}
        )
        cls.scones.write({"name": "Sir Rodney's Scones", "default_code": "4711"})
        cls.marmalade = cls.env["product.product"].create(
            {
                "name": "Sir Rodney's Marmalade",
                "type": "consu",
                "list_price": 81,
                "taxes_id": [Command.clear()],
            }
        )
        cls.order = cls.make_order(order_line=[], user_id=cls.seller.id)
        cls.env.flush_all()

    def quote(self, user=None):
        return self.env["crm.quote"].with_user(user or self.seller)

    def read(self, text, user=None, **options):
        return self.quote(user).quote_read(self.order.id, text, **options)

    def row(self, text, user=None, **options):
        [row] = self.read(text, user, **options)["rows"]
        return row

    def asked(self, product, **vals):
        return {
            "product_id": product.id,
            "uom_id": False,
            "quantity": 1,
            "price": None,
            "discount": None,
            **vals,
        }

    def add(self, *rows, user=None, token=TOKEN):
        return self.quote(user).quote_add(self.order.id, list(rows), token)


@tagged("post_install", "-at_install")
class TestQuoteMatch(QuoteCommon):
    """X12: what is typed finds its product, or says why not."""

    def assertMatch(self, text, product, kind, user=None):
        row = self.row(f"{text}\t2", user)
        self.assertEqual((row["product"] or {}).get("id"), product.id, text)
        self.assertEqual(row["match"], kind)
        return row

    def test_x12_by_code_in_any_spelling(self):
        for text in ("NW-1", "nw1", "ＮＷ－１", "NW 1", "[NW-1] whatever"):
            self.assertMatch(text, self.chai, "code")

    def test_x12_by_barcode_and_packaging(self):
        self.assertMatch("400638133", self.chai, "barcode")
        self.env["product.uom"].create(
            {"product_id": self.chai.id, "uom_id": self.box.id, "barcode": "500638"}
        )
        row = self.assertMatch("500638", self.chai, "barcode")
        self.assertEqual(row["uom_id"], self.box.id)

    def test_x12_by_name_in_any_language_and_script(self):
        self.assertMatch("chai", self.chai, "name")
        self.assertMatch("柴茶", self.chai, "name")
        self.assertMatch("Uncle Bobs organic dried PEARS", self.pears, "name")
        self.chai.with_context(lang="zh_CN").name = "乌龙茶"
        self.assertMatch("烏龍茶", self.chai, "name")

    def test_x12_by_the_code_of_this_customer_only(self):
        self.env["crm.product.code"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.pears.id,
                "code": "EH/900",
            }
        )
        self.assertMatch("eh900", self.pears, "customer")
        self.order.partner_id = self.other_customer
        self.assertFalse(self.row("eh900\t2", self.manager)["product"])

    def test_x12_one_code_two_products_is_a_question(self):
        self.env["crm.product.code"].create(
            {
                "partner_id": self.customer.id,
                "product_id": self.pears.id,
                "code": "4711",
            }
        )
        row = self.row("4711\t3")
        self.assertFalse(row["product"])
        found = {candidate["id"] for candidate in row["candidates"]}
        self.assertEqual(found, {self.pears.id, self.scones.id})

    def test_x12_code_and_name_that_contradict_are_a_question(self):
        row = self.row("Code\tName\tQty\nNW7\tChai\t3")
        self.assertFalse(row["product"])
        self.assertEqual(len(row["candidates"]), 2)

    def test_x12_similar_names_are_taken_or_offered(self):
        row = self.assertMatch("Uncle Bob pears", self.pears, "similar")
        self.assertIn("similar", row["problems"])
        row = self.row("Sir Rodney\t2")
        self.assertFalse(row["product"])
        found = {candidate["id"] for candidate in row["candidates"]}
        self.assertEqual(found, {self.scones.id, self.marmalade.id})
        self.assertFalse(self.row("Nothing like it\t2")["candidates"])

    def test_x12_archived_and_unsellable_products_are_named(self):
        self.chai.active = False
        row = self.assertMatch("NW-1", self.chai, "code")
        self.assertTrue(row["product"]["archived"])
        self.pears.sale_ok = False
        self.assertTrue(self.row("NW7\t1")["product"]["archived"])

    def test_x12_variants_are_offered(self):
        attribute = self.env["product.attribute"].create({"name": "Size"})
        values = self.env["product.attribute.value"].create(
            [
                {"name": name, "attribute_id": attribute.id}
                for name in ("small", "large")
            ]
        )
        template = self.env["product.template"].create(
            {
                "name": "Mug",
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(values.ids)],
                        }
                    )
                ],
            }
        )
        self.env.flush_all()
        self.assertEqual(len(self.row("Mug\t2")["candidates"]), 2)
        large = template.product_variant_ids[1]
        self.assertMatch("mug large", large, "similar")

    def test_x12_units(self):
        self.assertEqual(self.row("NW-1\t2箱")["uom_id"], self.box.id)
        self.assertEqual(self.row("NW-1\t2 pcs")["uom_id"], self.chai.uom_id.id)
        row = self.row("Code\tQty\tUnit\nNW-1\t2\tkg")
        self.assertEqual(row["uom_id"], self.chai.uom_id.id)
        self.assertIn("unit_unknown", row["problems"])

    def test_x12_products_of_another_company_are_not_found(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.scones.product_tmpl_id.company_id = other
        self.assertFalse(self.row("4711\t1", self.manager)["product"])

    def test_x12_search_in_the_place_of_a_row(self):
        found = self.quote().quote_search(self.order.id, "rodney")
        self.assertEqual(len(found), 2)
        self.assertEqual(self.quote().quote_search(self.order.id, " "), [])
        self.assertEqual(
            [p["id"] for p in self.quote().quote_search(self.order.id, "NW7")],
            self.pears.ids,
        )

    def test_x12_names_and_codes_are_followed(self):
        """What is compared changes with the product."""
        self.pears.write({"name": "Dried Plums", "default_code": "PL.9"})
        self.assertMatch("dried plums", self.pears, "name")
        self.assertMatch("pl9", self.pears, "code")


@tagged("post_install", "-at_install")
class TestQuoteFile(QuoteCommon):
    """X12: spreadsheets in any encoding."""

    def _file(self, data):
        return self.quote().quote_read(
            self.order.id, file=base64.b64encode(data).decode()
        )

    def test_x12_gbk_big5_and_utf8_with_full_width_digits(self):
        text = "品名,数量,单价\n柴茶,２４,１７．４０\n柴茶饮料,１,２\n"
        for encoding in ("gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"):
            with self.subTest(encoding=encoding):
                row = self._file(text.encode(encoding))["rows"]
                row = next(r for r in row if r["text"] == "柴茶")
                self.assertEqual(row["product"]["id"], self.chai.id)
                self.assertEqual((row["quantity"], row["price"]), (24, 17.4))
        [row] = self._file("品名,數量\n柴茶,３\n".encode("big5"))["rows"]
        self.assertEqual((row["product"]["id"], row["quantity"]), (self.chai.id, 3))

    def test_x12_xlsx(self):
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        sheet.append(["Inquiry of March"])
        sheet.append(["Item", "Qty", "Price", "Discount"])
        sheet.append([4711, 12, 8.5, 0.1])
        sheet.append(["Chai", "２", None, 0.05])
        stream = io.BytesIO()
        book.save(stream)
        rows = self._file(stream.getvalue())["rows"]
        found = {row["product"]["id"]: row for row in rows}
        scones = found[self.scones.id]
        self.assertEqual((scones["quantity"], scones["price"]), (12, 7.65))
        self.assertEqual(found[self.chai.id]["quantity"], 2)

    def test_x12_no_table_gets_a_sentence(self):
        for data in (b"PK\x03\x04 broken", b"\x00\x01\x02" * 100):
            with self.assertRaises(UserError):
                self._file(data)
        for content in ("no base64!", "", 7, "A" * (8 * 1024 * 1024)):
            with self.assertRaises(UserError):
                self.quote().quote_read(self.order.id, "", file=content)

    def test_x12_too_many_rows_are_refused_as_a_whole(self):
        with self.assertRaisesRegex(UserError, "600"):
            self.read("\n".join(f"NW-1\t{n}" for n in range(1, 601)))


@tagged("post_install", "-at_install")
class TestQuoteAdd(QuoteCommon):
    """X12: nothing is written before "Add"; then one create, and back."""

    def test_x12_reading_writes_nothing(self):
        self.read("NW-1\t2\nNW7\t3")
        self.assertFalse(self.order.order_line)

    def test_x12_rows_become_lines_in_their_order(self):
        result = self.add(
            self.asked(self.pears, quantity=3),
            self.asked(self.chai, quantity=2, price=7.5, discount=10),
            self.asked(self.scones, uom_id=self.scones.uom_id.id, discount=5),
        )
        self.assertEqual(result["count"], 3)
        self.assertRecordValues(
            self.order.order_line,
            [
                {"product_id": self.pears.id, "product_uom_qty": 3, "price_unit": 20},
                {"product_id": self.chai.id, "product_uom_qty": 2, "price_unit": 7.5},
                {"product_id": self.scones.id, "product_uom_qty": 1, "price_unit": 30},
            ],
        )
        self.assertEqual(self.order.order_line.mapped("discount"), [0, 10, 5])

    def test_x12_new_lines_stand_below_the_old_ones(self):
        self.add(self.asked(self.pears))
        self.order.order_line.sequence = 70
        self.add(self.asked(self.chai), token="another-token")
        self.order.invalidate_recordset()
        self.assertEqual(self.order.order_line.product_id, self.pears | self.chai)
        self.assertEqual(self.order.order_line[1].product_id, self.chai)

    def test_x12_a_chosen_price_stays_and_a_list_price_follows(self):
        self.add(
            self.asked(self.chai, price=7.5),
            self.asked(self.pears, price=0),
            self.asked(self.scones),
        )
        kept, gift, listed = self.order.order_line
        self.scones.list_price = 33
        for line in self.order.order_line:
            line.product_uom_qty = 50
        self.assertEqual(
            (kept.price_unit, gift.price_unit, listed.price_unit), (7.5, 0, 33)
        )

    def test_x12_packagings(self):
        self.add(self.asked(self.chai, uom_id=self.box.id, quantity=2))
        line = self.order.order_line
        self.assertEqual((line.product_uom_id, line.price_unit), (self.box, 120))

    def test_x12_twice_is_once(self):
        self.add(self.asked(self.chai))
        self.assertEqual(self.add(self.asked(self.chai)), {"repeated": True})
        self.assertEqual(len(self.order.order_line), 1)

    def test_x12_undo_takes_back_exactly_this_step(self):
        self.add(self.asked(self.chai))
        self.add(self.asked(self.pears), self.asked(self.scones), token="second-step")
        self.assertEqual(self.quote().quote_undo(self.order.id, "second-step"), 2)
        self.assertEqual(self.order.order_line.product_id, self.chai)
        self.assertEqual(self.quote().quote_undo(self.order.id, "second-step"), 0)

    def test_x12_nothing_half_done(self):
        self.pears.sale_ok = False
        with self.assertRaisesRegex(UserError, "Uncle Bob"):
            self.add(self.asked(self.chai), self.asked(self.pears))
        self.assertFalse(self.order.order_line)

    def test_x12_what_cannot_be_a_line_is_refused(self):
        combo = self.env["product.combo"].create(
            {
                "name": "C",
                "combo_item_ids": [Command.create({"product_id": self.chai.id})],
            }
        )
        menu = self.env["product.product"].create(
            {"name": "Menu", "type": "combo", "combo_ids": [Command.link(combo.id)]}
        )
        hour = self.env["uom.uom"].create({"name": "Hour of tests"})
        for row in (
            self.asked(menu),
            self.asked(self.chai, quantity=0),
            self.asked(self.chai, quantity=-1),
            self.asked(self.chai, quantity=None),
            self.asked(self.chai, quantity="2"),
            self.asked(self.chai, quantity=float("nan")),
            self.asked(self.chai, price=-1),
            self.asked(self.chai, discount=101),
            self.asked(self.chai, uom_id=hour.id),
            self.asked(self.chai, product_id=2**40),
            self.asked(self.chai, product_id="1"),
            self.asked(self.chai, line_id="1"),
            "x",
            None,
        ):
            with self.subTest(row=row), self.assertRaises(UserError):
                self.add(row)
        self.assertFalse(self.order.order_line)
        for rows in (None, [], "x", [self.asked(self.chai)] * 501):
            with self.assertRaises(UserError):
                self.quote().quote_add(self.order.id, rows, TOKEN)

    def test_x12_what_was_chosen_is_known_the_next_time(self):
        self.assertFalse(self.row("Bobs finest\t2")["product"])
        self.add(self.asked(self.pears, remember="Bobs finest"))
        row = self.row("bob's FINEST\t2")
        self.assertEqual(
            (row["product"]["id"], row["match"]), (self.pears.id, "customer")
        )
        self.add(self.asked(self.chai, remember="Bobs finest"), token="changed-mind")
        self.assertEqual(self.row("bobs finest\t2")["product"]["id"], self.chai.id)
        codes = self.env["crm.product.code"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(len(codes), 1)

    # Who may

    def test_x26_only_who_may_write_the_quotation(self):
        for call in (
            lambda quote: quote.quote_open(self.order.id),
            lambda quote: quote.quote_read(self.order.id, "NW-1"),
            lambda quote: quote.quote_search(self.order.id, "chai"),
            lambda quote: quote.quote_facts(self.order.id, []),
            lambda quote: quote.quote_old(self.order.id),
            lambda quote: quote.quote_take(self.order.id, []),
            lambda quote: quote.quote_basket(self.order.id),
            lambda quote: quote.quote_add(
                self.order.id, [self.asked(self.chai)], TOKEN
            ),
            lambda quote: quote.quote_undo(self.order.id, TOKEN),
        ):
            with self.assertRaises(AccessError):
                call(self.quote(self.colleague))
            self.order.state = "cancel"
            with self.assertRaises(UserError):
                call(self.quote())
            self.order.state = "draft"

    def test_x12_confirmed_orders_take_no_rows(self):
        self.add(self.asked(self.chai))
        self.order.action_confirm()
        with self.assertRaisesRegex(UserError, "not a quotation any more"):
            self.add(self.asked(self.pears), token="later-token")
        with self.assertRaises(UserError):
            self.quote().quote_undo(self.order.id, TOKEN)

    def test_x12_the_form_opens_the_page(self):
        order = self.order.with_user(self.seller)
        action = order.action_open_fast_entry()
        self.assertEqual(action["params"], {"order_id": self.order.id})
        lines = self.env["sale.order.line"].with_user(self.seller)
        action = lines.with_context(order_id=self.order.id).action_open_fast_entry()
        self.assertEqual(action["params"], {"order_id": self.order.id})
        config = self.quote().quote_open(self.order.id)
        self.assertEqual(config["order"]["customer"], self.customer.name)
        self.assertFalse(config["shows"]["margin"])

    # Speed

    def test_x12_forty_rows_cost_few_more_queries_than_core(self):
        """At most 15 more than Odoo's own create of the same lines."""
        products = self.make_products([5] * 40)
        asked = [self.asked(product, price=4) for product in products]
        plain = [
            Command.create({"product_id": p.id, "product_uom_qty": 1, "price_unit": 4})
            for p in products
        ]
        counts = []
        for turn in range(2):
            core = self.make_order(order_line=[], user_id=self.seller.id)
            ours = self.make_order(order_line=[], user_id=self.seller.id)
            works = (
                lambda core=core: core.with_user(self.seller).write(
                    {"order_line": plain}
                ),
                lambda ours=ours, turn=turn: self.quote().quote_add(
                    ours.id, asked, f"{TOKEN}{turn}"
                ),
            )
            counts = []
            for work in works:
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                work()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 15)

    def test_x12_reading_costs_the_same_for_one_row_and_for_forty(self):
        products = self.make_products([5] * 40)
        for number, product in enumerate(products):
            product.default_code = f"BULK-{number}"
        order = self.make_order(products=products, user_id=self.seller.id)
        order.action_confirm()
        text = "\n".join(f"BULK-{n}\t3\t4.5" for n in range(40))
        counts = []
        for some in (text.splitlines()[0], text.splitlines()[0], text):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.read(some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 3)
        self.assertLessEqual(counts[2], 60)
