from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmRmaCommon


class CreditCommon(CrmRmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create(
            {"name": "Tax 7", "amount": 7.0, "type_tax_use": "sale"}
        )

    @classmethod
    def sold(cls, quantity, price, lots=None, **line):
        """A delivered and invoiced order; returns order and posted invoice."""
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "warehouse_id": cls.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.set(cls.tax.ids)],
                            **line,
                        }
                    )
                ],
            }
        )
        return order, cls.hand_over(order, lots)

    @classmethod
    def hand_over(cls, order, lots=None):
        """Confirm, deliver and invoice an order; the posted invoice."""
        product = order.order_line.product_id
        if product.tracking == "serial":
            for lot in lots:
                cls.put_in_stock(product, 1, lot)
        else:
            cls.put_in_stock(product, order.order_line.product_uom_qty)
        order.action_confirm()
        if lots:
            order.picking_ids.move_ids.lot_ids = lots
        cls.ship(order)
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    @classmethod
    def make_units(cls, names):
        return cls.make_lots(cls.product, names)

    def credit(self, lots, **values):
        """Receive serials and decide to credit them; returns the RMA."""
        rma = self.walk(self.rma(lots), until="action_receive").with_user(self.user)
        rma.line_ids._decide("credit", **values)
        return rma

    def bulk(self, product, quantity):
        rma = self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create({"product_id": product.id, "quantity": quantity})
                ],
            }
        )
        return self.walk(rma, until="action_receive").with_user(self.user)


@tagged("post_install", "-at_install")
class TestCredit(CreditCommon):
    """R07: money back from the invoice that charged it, to the cent."""

    def test_credit_mirrors_the_invoice(self):
        """R07: price, discount, tax, account, order line and origin of the invoice; a
        draft for the accountant, prepared by a clerk without accounting rights."""
        lots = self.make_units(["K-1"])
        order, invoice = self.sold(1, 333.33, lots, discount=12.5)
        order.order_line.price_unit = 1.0  # today's price does not matter
        rma = self.credit(lots)
        note = rma.sudo().credit_move_ids
        self.assertEqual((note.state, note.move_type), ("draft", "out_refund"))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertEqual(note.amount_total, invoice.amount_total)
        self.assertEqual(note.amount_tax, invoice.amount_tax)
        row, charged = note.invoice_line_ids, invoice.invoice_line_ids
        for name in ("price_unit", "discount", "tax_ids", "account_id", "product_id"):
            self.assertEqual(row[name], charged[name], name)
        self.assertEqual(row.sale_line_ids, order.order_line)
        self.assertIn(rma.name, note.ref)
        self.assertEqual(rma.state, "left")
        self.assertEqual(rma.outcome_ids.sudo().credit_ids.amount, row.price_subtotal)

    def test_order_does_not_offer_it_again(self):
        """R13: after the credit nothing is to be invoiced, on both invoice policies."""
        for policy in ("delivery", "order"):
            with self.subTest(policy=policy):
                self.product.invoice_policy = policy
                lots = self.make_units([f"P-{policy}"])
                order, _invoice = self.sold(1, 200.0, lots)
                line = order.order_line
                rma = self.credit(lots)
                self.assertEqual((line.qty_delivered, line.qty_invoiced), (0.0, 0.0))
                self.assertEqual(line.qty_to_invoice, 0.0)
                self.assertNotEqual(line.invoice_status, "to invoice")
                note = rma.sudo().credit_move_ids
                note.action_post()
                self.assertEqual(line.qty_to_invoice, 0.0)
                self.assertEqual(line.untaxed_amount_to_invoice, 0.0)

    def test_several_invoices_in_order(self):
        """R07: the oldest invoice is used first, each with a note of its own."""
        lamp = self.make_product("Lamp", tracking="none", invoice_policy="order")
        order = self.sell({lamp: 2})
        first = self.hand_over(order)
        order.order_line.write({"product_uom_qty": 5})
        self.put_in_stock(lamp, 3)
        order.picking_ids.action_assign()
        self.ship(order)
        second = order._create_invoices()
        second.action_post()
        rma = self.bulk(lamp, 4)
        rma.line_ids.sudo().origin_move_id = order.order_line.move_ids[0]
        rma.line_ids._decide("credit")
        notes = rma.sudo().credit_move_ids.sorted("id")
        self.assertEqual(notes.reversed_entry_id, first | second)
        self.assertEqual(notes.mapped("invoice_line_ids.quantity"), [2.0, 2.0])
        self.assertEqual(order.order_line.qty_invoiced, 1.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)

    def test_never_more_than_invoiced(self):
        """R07: what was credited by hand or by another RMA is not credited again."""
        lamp = self.make_product("Lamp", tracking="none")
        order = self.sell({lamp: 3})
        invoice = self.hand_over(order)
        reversal = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        by_hand = self.env["account.move"].browse(reversal.reverse_moves()["res_id"])
        by_hand.invoice_line_ids.quantity = 1
        rma = self.bulk(lamp, 3)
        rma.line_ids.sudo().origin_move_id = order.order_line.move_ids
        rma.line_ids._decide("credit")
        self.assertEqual(rma.sudo().credit_move_ids.invoice_line_ids.quantity, 2.0)
        self.assertEqual(rma.outcome_ids.qty_not_invoiced, 1.0)
        line = order.order_line
        self.assertEqual(
            (line.qty_delivered, line.qty_invoiced, line.qty_to_invoice), (0, 0, 0)
        )

    def test_draft_invoice_is_settled_first(self):
        """R07: a draft that charges the goods is posted or deleted first."""
        lamp = self.make_product("Lamp", tracking="none")
        order = self.sell({lamp: 3})
        order.action_confirm()
        self.put_in_stock(lamp, 3)
        order.picking_ids.action_assign()
        self.ship(order)
        invoice = order._create_invoices()
        rma = self.bulk(lamp, 3)
        rma.line_ids.sudo().origin_move_id = order.order_line.move_ids
        with (
            self.assertRaisesRegex(UserError, "only 0.*draft"),
            self.env.cr.savepoint(),
        ):
            rma.line_ids._decide("credit")
        self.assertFalse(rma.outcome_ids)
        self.assertEqual(rma.state, "received")
        invoice.unlink()
        rma.line_ids._decide("credit")
        self.assertEqual(rma.outcome_ids.qty_not_invoiced, 3.0)

    def test_taken_back_before_the_invoice(self):
        """R07: what nobody was charged for is taken back, and never charged; its
        warranty ends at once."""
        for policy in ("delivery", "order"):
            with self.subTest(policy=policy):
                self.product.invoice_policy = policy
                lots = self.make_units([f"T-{policy}-1", f"T-{policy}-2"])
                order = self.deliver(lots)
                line = order.order_line
                rma = self.credit(lots[0])
                self.assertFalse(rma.sudo().credit_move_ids)
                self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1.0, 1.0))
                self.assertEqual(self.warranties(lots[0]).close_kind, "returned")
                self.assertFalse(self.warranties(lots[1]).date_closed)
                invoice = order._create_invoices()
                self.assertEqual(invoice.invoice_line_ids.quantity, 1.0)
                invoice.action_post()
                self.credit(lots[1]).sudo().credit_move_ids.action_post()
                self.assertEqual(
                    (line.qty_delivered, line.qty_invoiced, line.qty_to_invoice),
                    (0, 0, 0),
                )

    def test_deleted_draft_frees_its_quantity(self):
        """R07: an accountant deletes the draft: the order says what is owed."""
        lots = self.make_units(["K-2"])
        order, _invoice = self.sold(1, 200.0, lots)
        rma = self.credit(lots)
        rma.sudo().credit_move_ids.unlink()
        self.assertFalse(rma.outcome_ids.sudo().credit_ids)
        self.assertEqual(order.order_line.qty_to_invoice, -1.0)

    def test_cents_of_the_last_part(self):
        """R07: parts are rounded one by one, yet together they are the invoice."""
        for price, discount, amount, included in (
            (33.33, 0, 10.0, False),
            (10.05, 15, 7.0, False),
            (9.99, 33.33, 19.0, True),
            (0.15, 50, 7.7, False),
            (1234.57, 2.5, 0.0, False),
        ):
            with self.subTest(price=price, discount=discount):
                self.tax.write(
                    {
                        "amount": amount,
                        "price_include_override": "tax_included"
                        if included
                        else "tax_excluded",
                    }
                )
                lots = self.make_units([f"C-{price}-{n}" for n in range(3)])
                _order, invoice = self.sold(3, price, lots, discount=discount)
                notes = self.env["account.move"]
                for lot in lots:
                    notes |= self.credit(lot).sudo().credit_move_ids
                self.assertEqual(len(notes), 3)
                notes.action_post()
                for name in ("amount_untaxed", "amount_tax", "amount_total"):
                    self.assertAlmostEqual(
                        sum(notes.mapped(name)), invoice[name], 2, name
                    )
                receivable = (invoice | notes).line_ids.filtered(
                    lambda r: r.account_id.account_type == "asset_receivable"
                )
                self.assertAlmostEqual(sum(receivable.mapped("balance")), 0.0, 2)

    def test_units_of_one_invoice_share_a_note(self):
        """R07: five units of one invoice are one credit note with one line."""
        lots = self.make_units([f"N-{n}" for n in range(5)])
        _order, invoice = self.sold(5, 99.99, lots)
        rma = self.credit(lots)
        note = rma.sudo().credit_move_ids
        self.assertEqual(len(note), 1)
        self.assertEqual(note.invoice_line_ids.quantity, 5.0)
        self.assertEqual(note.amount_total, invoice.amount_total)
        self.assertEqual(len(rma.outcome_ids.sudo().credit_ids), 5)

    def test_origin_currency_and_rate(self):
        """R07: a euro invoice is given back in euros at the rate of the invoice."""
        euro = self.env["res.currency"].with_context(active_test=False)
        euro = euro.search([("name", "=", "EUR")])
        if euro == self.company.currency_id:
            euro = euro.with_context(active_test=False).search([("name", "=", "USD")])
        euro.active = True
        today = fields.Date.today()
        euro.rate_ids.unlink()
        rates = self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "name": fields.Date.add(today, days=-9),
                "rate": 2.0,
            }
        )
        lots = self.make_units(["E-1"])
        order = self.sell({self.product: 1})
        order.currency_id = euro
        order.order_line.price_unit = 123.45
        invoice = self.hand_over(order, lots)
        self.assertEqual(invoice.currency_id, euro)
        rates.create({"currency_id": euro.id, "name": today, "rate": 3.0})
        note = self.credit(lots).sudo().credit_move_ids
        note.action_post()
        self.assertEqual(note.currency_id, euro)
        self.assertEqual(note.amount_total, invoice.amount_total)
        self.assertEqual(
            note.amount_total_signed,
            -invoice.amount_total_signed,
            "the company neither wins nor loses by the rate",
        )

    def test_restocking_fee_is_a_line_of_its_own(self):
        """R07: the fee stands beside what is given back and does not change it."""
        fee = self.env["product.product"].create(
            {"name": "Restocking", "type": "service", "taxes_id": False}
        )
        lots = self.make_units(["F-1", "F-2"])
        _order, invoice = self.sold(2, 100.0, lots)
        with self.assertRaisesRegex(UserError, "settings"), self.env.cr.savepoint():
            self.credit(lots[0], fee_percent=15)
        self.company.rma_restocking_product_id = fee
        note = self.credit(lots[0], fee_percent=15).sudo().credit_move_ids
        rows = {row.product_id: row.price_subtotal for row in note.invoice_line_ids}
        self.assertEqual(rows, {self.product: 100.0, fee: -15.0})
        last = self.credit(lots[1]).sudo().credit_move_ids
        given_back = (note | last).invoice_line_ids.filtered("rma_invoice_line_id")
        self.assertEqual(sum(given_back.mapped("price_total")), invoice.amount_total)

    def test_money_goes_to_the_buyer_only(self):
        """R07: a unit that another customer bought is not credited to this one."""
        lots = self.make_units(["B-1"])
        self.sold(1, 100.0, lots)
        finder = self.env["res.partner"].create({"name": "Finder"})
        rma = self.rma(lots, customer=finder)
        rma.line_ids.origin_reason = "Bought second-hand"
        self.walk(rma, until="action_receive")
        with self.assertRaisesRegex(UserError, "buyer"), self.env.cr.savepoint():
            rma.line_ids._decide("credit")
        self.assertNotIn(self.customer.name, rma.line_ids.display_name)

    def test_unknown_sale(self):
        """R07: without a sale nothing is credited; the message says what to do."""
        lot = self.make_units(["U-1"])
        rma = self.rma(lot)
        rma.line_ids.origin_reason = "Found in the yard"
        self.walk(rma, until="action_receive")
        with self.assertRaisesRegex(UserError, "Find the sale"):
            rma.line_ids._decide("credit")

    def test_warranty_ends_with_the_posted_note(self):
        """R02: of two units of one order line only the credited one is out."""
        lots = self.make_units(["W-1", "W-2"])
        self.sold(2, 100.0, lots)
        note = self.credit(lots[0]).sudo().credit_move_ids
        self.assertFalse(self.warranties(lots[0]).date_closed)
        note.action_post()
        gone, kept = (self.warranties(lot) for lot in lots)
        self.assertEqual((gone.close_kind, gone.refund_move_id), ("refunded", note))
        self.assertFalse(kept.date_closed)

    def test_queries_per_unit(self):
        """R07: credit notes of a batch cost few queries per unit."""
        lots = self.make_units([f"Q-{n}" for n in range(20)])
        for lot in lots:
            self.sold(1, 100.0, lot)
        rmas = self.env["crm.rma"].union(*(self.rma(lot) for lot in lots))
        self.walk(rmas, until="action_receive")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rmas.line_ids._decide("credit")
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertEqual(len(rmas.credit_move_ids), 20)
        self.assertLessEqual(count / 20, 40)
