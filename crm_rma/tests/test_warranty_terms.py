from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyTerms(CrmRmaCommon):
    """R02: terms by product, category, customer and date; the most specific one wins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["product.category"].create({"name": "Appliances"})
        cls.product.categ_id = cls.category
        cls.long = cls.make_term("24 months", 24)

    def rule(self, **values):
        return self.env["warranty.rule"].create({"term_id": self.long.id, **values})

    def chosen(self, partner=None, day=date(2026, 3, 1), **values):
        return self.product._warranty_term(
            self.company, partner or self.customer, day, **values
        )

    def ends(self, lot):
        """The last covered day of each class of a serial."""
        intervals = self.warranties(lot).interval_ids
        return {i.coverage: i.date_to for i in intervals}

    @freeze_time("2026-02-22 10:00:00")
    def test_classes(self):
        """R02: parts, labour, transport and on-site work, each with its duration."""
        term = self.make_term("Full", 24, {"labour": 12, "transport": 6, "onsite": 3})
        self.product.warranty_term_id = term
        lot = self.make_lots(self.product, ["C-1"])
        self.deliver(lot)
        self.assertEqual(
            self.ends(lot),
            {
                "parts": date(2028, 2, 22),
                "labour": date(2027, 2, 22),
                "transport": date(2026, 8, 22),
                "onsite": date(2026, 5, 22),
            },
        )
        self.assertEqual(self.warranties(lot).date_end, date(2028, 2, 22))

    @freeze_time("2026-02-22 10:00:00")
    def test_class_not_covered(self):
        """R02: zero means not covered; the verdict then says parts only."""
        self.product.warranty_term_id = self.make_term("Parts", 12, {"labour": 0})
        lot = self.make_lots(self.product, ["C-2"])
        self.deliver(lot)
        self.assertEqual(set(self.ends(lot)), {"parts"})
        self.assertEqual(self.rma(lot).line_ids.warranty_status, "partial")

    def test_customer_goes_before_product(self):
        self.rule(partner_id=self.customer.id)
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        self.assertEqual(self.chosen(), self.long)
        self.assertEqual(self.chosen(other), self.term)

    def test_tag(self):
        tag = self.env["res.partner.category"].create({"name": "Gold"})
        self.rule(partner_tag_id=tag.id)
        self.assertEqual(self.chosen(), self.term)
        self.customer.category_id = tag
        self.assertEqual(self.chosen(), self.long)

    def test_period(self):
        """R02: valid from and to, both days included."""
        self.rule(
            product_tmpl_id=self.product.product_tmpl_id.id,
            date_from=date(2026, 3, 1),
            date_to=date(2026, 3, 31),
        )
        for day, term in (
            (date(2026, 2, 28), self.term),
            (date(2026, 3, 1), self.long),
            (date(2026, 3, 31), self.long),
            (date(2026, 4, 1), self.term),
        ):
            self.assertEqual(self.chosen(day=day), term, day)

    def test_category_rule_waits_for_the_product(self):
        """R02: a rule for the category does not override the product's own term."""
        self.rule(category_id=self.category.id)
        self.assertEqual(self.chosen(), self.term)
        self.product.warranty_term_id = False
        self.assertEqual(self.chosen(), self.long)

    def test_priority(self):
        self.rule(category_id=self.category.id, priority=1)
        self.assertEqual(self.chosen(), self.long)

    def test_variant(self):
        self.rule(product_id=self.product.id)
        self.assertEqual(self.chosen(), self.long)

    def test_archived_rule_and_term(self):
        rule = self.rule(partner_id=self.customer.id)
        rule.active = False
        self.assertEqual(self.chosen(), self.term)
        rule.active = True
        self.long.active = False
        self.assertEqual(self.chosen(), self.term)

    def test_rule_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.rule(partner_id=self.customer.id, company_id=other.id)
        self.assertEqual(self.chosen(), self.term)
        choice = self.product._warranty_term(other, self.customer, date(2026, 3, 1))
        self.assertEqual(choice, self.long)

    @freeze_time("2026-03-01 10:00:00")
    def test_says_why(self):
        """R02: the warranty says why its term was chosen, and over which others."""
        self.rule(
            partner_id=self.customer.id,
            category_id=self.category.id,
            date_from=date(2026, 1, 1),
        )
        lot = self.make_lots(self.product, ["W-1"])
        self.deliver(lot)
        registration = self.warranties(lot)
        self.assertEqual(registration.term_id, self.long)
        self.assertEqual(
            registration.choice_text,
            "Chosen because it is for this customer and the category Appliances. It "
            "holds for deliveries from 01/01/2026 on. It goes before: 12 months.",
        )

    def test_kit(self):
        """R02: a component of a kit has the warranty of the kit that was sold."""
        part = self.make_product("Blade", tracking="serial", categ_id=self.category.id)
        self.category.warranty_term_id = self.term
        kit = self.make_product("Mixer Set", tracking="none")
        kit.warranty_term_id = self.long
        lot = self.make_lots(part, ["K-1"])
        self.put_in_stock(part, 1, lot)
        order = self.sell({kit: 1})
        order.action_confirm()
        # What sale_mrp makes of the line of a kit: a move of its component.
        sold = order.picking_ids.move_ids
        component = sold.copy(
            {
                "product_id": part.id,
                "product_uom_qty": 1,
                "sale_line_id": sold.sale_line_id.id,
            }
        )
        sold._action_cancel()
        sold.unlink()
        component._action_confirm(merge=False)
        component.lot_ids = lot
        component.picked = True
        component._action_done()
        registration = self.warranties(lot)
        self.assertEqual(registration.term_id, self.long)
        self.assertEqual(registration.kit_id, kit)
        self.assertIn("the kit it was sold in", registration.choice_text)

    def test_goods_with_one_criterion(self):
        with self.assertRaises(ValidationError):
            self.rule(category_id=self.category.id, product_id=self.product.id)

    def test_term_that_covers_nothing(self):
        with self.assertRaises(ValidationError):
            self.make_term("Nothing", 0)
        with self.assertRaises(ValidationError):
            self.make_term("Endless", 12, {"onsite": 9000})
        law = self.env.ref("crm_rma.warranty_statutory_eu")
        self.assertTrue(self.make_term("Law", 0, statutory_ids=[Command.link(law.id)]))

    def test_kinds_do_not_mix(self):
        """R02: an extended term does not come with the goods by a mistake."""
        self.product.warranty_term_id = self.make_term("Sold", kind="extended")
        self.assertFalse(self.chosen())

    @freeze_time("2026-03-01 10:00:00")
    def test_by_hand(self):
        """R02: what was sold before is registered by a manager, once."""
        lot = self.make_lots(self.product, ["H-1"])
        registration = (
            self.env["warranty.registration"]
            .with_user(self.manager)
            .create(
                {
                    "lot_id": lot.id,
                    "partner_id": self.customer.id,
                    "term_id": self.term.id,
                    "date_start": date(2026, 1, 15),
                }
            )
        )
        self.assertEqual(registration.date_end, date(2027, 1, 15))
        self.assertEqual(registration.product_id, self.product)
        with self.assertRaises(UserError):
            registration.date_end = date(2030, 1, 1)
        registration.date_start = date(2026, 2, 1)
        self.assertEqual(registration.date_end, date(2027, 2, 1))
        self.assertIn(
            "12 months from 02/01/2026",
            registration.cover_view["sentences"][0]["text"],
        )
