from datetime import date

from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyStart(CrmRmaCommon):
    """R02: it starts with delivery, invoice or installation, and ends with a refund."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            chart = cls.env["account.chart.template"]
            chart.try_loading("generic_coa", company=cls.company, install_demo=False)

    def deliver_with(self, **values):
        """A serial delivered on 1 March 2026 under a term with ``values``."""
        self.product.warranty_term_id = self.make_term("T", 12, **values)
        lot = self.make_lots(self.product, ["S-1"])
        with freeze_time("2026-03-01 10:00:00"):
            order = self.deliver(lot)
        return order, self.warranties(lot)

    def invoice(self, order, day):
        with freeze_time(f"{day} 10:00:00"):
            invoice = order._create_invoices()
            invoice.invoice_date = day
            invoice.action_post()
        return invoice

    def test_invoice_starts(self):
        """R02: an invoice after the delivery moves the start, with all that follows."""
        order, registration = self.deliver_with(start_basis="invoice")
        self.assertEqual(registration.date_start, date(2026, 3, 1))
        self.invoice(order, "2026-03-10")
        self.assertEqual(registration.date_start, date(2026, 3, 10))
        self.assertEqual(registration.date_end, date(2027, 3, 10))
        self.assertIn(
            "from the invoice of 03/10/2026",
            registration.cover_view["sentences"][0]["text"],
        )

    def test_never_before_delivery(self):
        """R02: paid in advance, the warranty starts with the delivery all the same."""
        self.product.warranty_term_id = self.make_term("T", 12, start_basis="invoice")
        self.product.invoice_policy = "order"
        lot = self.make_lots(self.product, ["S-2"])
        self.put_in_stock(self.product, 1, lot)
        order = self.sell({self.product: 1})
        order.action_confirm()
        self.invoice(order, "2026-02-01")
        with freeze_time("2026-03-01 10:00:00"):
            order.picking_ids.move_ids.lot_ids = lot
            self.ship(order)
        self.assertEqual(self.warranties(lot).date_start, date(2026, 3, 1))

    def test_installation(self):
        _order, registration = self.deliver_with(start_basis="installation")
        registration.with_user(self.manager).date_installed = date(2026, 4, 15)
        self.assertEqual(registration.date_end, date(2027, 4, 15))
        registration.date_installed = date(2026, 2, 1)
        self.assertEqual(registration.date_start, date(2026, 3, 1))

    def test_first_invoice_counts(self):
        order, registration = self.deliver_with(start_basis="invoice")
        self.invoice(order, "2026-03-10")
        order.order_line.product_uom_qty = 2
        self.invoice(order, "2026-03-20") if order.invoice_status == "to invoice" else 0
        self.assertEqual(registration.date_start, date(2026, 3, 10))

    def test_full_refund_ends(self):
        """R02: refunded in full, without taking the goods back: not covered any more."""
        order, registration = self.deliver_with()
        invoice = self.invoice(order, "2026-03-10")
        with freeze_time("2026-04-01 10:00:00"):
            note = invoice._reverse_moves([{"invoice_date": date(2026, 4, 1)}])
            note.action_post()
        self.assertEqual(
            (registration.close_kind, registration.date_void),
            ("refunded", date(2026, 4, 1)),
        )
        self.assertEqual(registration.refund_move_id, note)
        self.assertIn(note.name, registration.void_reason)
        note.button_draft()
        self.assertFalse(registration.date_closed)

    def test_partial_refund_ends_nothing(self):
        order, registration = self.deliver_with()
        invoice = self.invoice(order, "2026-03-10")
        note = invoice._reverse_moves([{"invoice_date": date(2026, 4, 1)}])
        note.invoice_line_ids.price_unit = 10
        note.action_post()
        self.assertFalse(registration.date_closed)

    def test_correction_revives(self):
        """R02: a wrong invoice that is written anew leaves the warranty as it was."""
        order, registration = self.deliver_with()
        invoice = self.invoice(order, "2026-03-10")
        invoice._reverse_moves([{"invoice_date": date(2026, 4, 1)}]).action_post()
        self.assertTrue(registration.date_closed)
        self.invoice(order, "2026-04-02")
        self.assertFalse(registration.date_closed)

    def test_refused_delivery(self):
        """R02: a delivery that comes back is covered no more from that day on."""
        order, registration = self.deliver_with()
        with freeze_time("2026-03-02 10:00:00"):
            back = self.give_back(order.picking_ids)
        self.assertEqual(registration.date_void, date(2026, 3, 2))
        self.assertEqual(registration.void_reason, f"Taken back: {back.name}")
        self.assertEqual(registration.state, "void")
