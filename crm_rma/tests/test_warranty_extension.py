from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestWarrantyExtension(CrmRmaCommon):
    """R02: an extended warranty is a service on an order line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            chart = cls.env["account.chart.template"]
            chart.try_loading("generic_coa", company=cls.company, install_demo=False)
        cls.extension_term = cls.make_term("+12", 12, kind="extended")
        cls.service = cls.env["product.product"].create(
            {
                "name": "Twelve more months",
                "type": "service",
                "list_price": 365.0,
                "taxes_id": False,
                "invoice_policy": "order",
                "extension_term_id": cls.extension_term.id,
            }
        )
        cls.seller = new_test_user(
            cls.env, "ext_seller", groups="sales_team.group_sale_salesman"
        )
        cls.customer.user_id = cls.seller
        cls.lots = cls.make_lots(cls.product, ["E-1", "E-2"])
        with freeze_time("2026-02-22 10:00:00"):
            cls.deliver(cls.lots)

    def sell_extension(self, lots, day="2026-06-01", quantity=None, **values):
        with freeze_time(f"{day} 10:00:00"):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.service.id,
                                "product_uom_qty": quantity or len(lots),
                                "warranty_lot_ids": [Command.set(lots.ids)],
                                **values,
                            }
                        )
                    ],
                }
            )
            order.action_confirm()
        return order

    def test_after_the_standard_term(self):
        """R02: sold for chosen serials, it starts when the standard term ends."""
        order = self.sell_extension(self.lots[0])
        first, second = (self.warranties(lot) for lot in self.lots)
        self.assertEqual(first.date_end, date(2028, 2, 22))
        self.assertEqual(second.date_end, date(2027, 2, 22))
        self.assertRecordValues(
            first.extension_ids,
            [
                {
                    "date_start": date(2027, 2, 23),
                    "date_end": date(2028, 2, 22),
                    "price": 365.0,
                    "order_id": order.id,
                }
            ],
        )
        with freeze_time("2027-06-01 10:00:00"):
            line = self.rma(self.lots[0]).line_ids
        self.assertEqual(line.warranty_status, "in")
        self.assertIn(
            f"Extended warranty +12 from 02/23/2027 ({order.name})",
            line.warranty_explanation,
        )

    def test_shifted_by_time_with_us(self):
        """R02: days in our hands move the extension along; none is lost."""
        self.sell_extension(self.lots[0])
        with freeze_time("2026-07-01 10:00:00"):
            rma = self.walk(self.rma(self.lots[0]), until="action_receive")
        with freeze_time("2026-07-11 10:00:00"):
            rma.action_return_as_is()
        registration = self.warranties(self.lots[0])
        self.assertEqual(registration.extension_ids.date_start, date(2027, 3, 5))
        self.assertEqual(registration.date_end, date(2028, 3, 3))

    def test_sold_after_the_end(self):
        """R02: when nothing runs any more, it starts on the day it is sold."""
        self.sell_extension(self.lots[0], "2027-05-01")
        registration = self.warranties(self.lots[0])
        self.assertEqual(registration.extension_ids.date_start, date(2027, 5, 1))
        self.assertEqual(registration._verdict(date(2027, 4, 1))["status"], "out")

    def test_starts_at_once(self):
        self.extension_term.extension_start = "now"
        self.sell_extension(self.lots[0])
        extension = self.warranties(self.lots[0]).extension_ids
        self.assertEqual(extension.date_start, date(2026, 6, 1))

    def test_renewed(self):
        """R02: sold once more, it goes on from there."""
        self.sell_extension(self.lots[0])
        self.sell_extension(self.lots[0], "2027-12-01")
        registration = self.warranties(self.lots[0])
        self.assertEqual(registration.date_end, date(2029, 2, 22))
        self.assertEqual(len(registration.extension_ids), 2)

    def test_with_the_goods(self):
        """R02: sold in the order of the goods, it covers what is delivered."""
        lots = self.make_lots(self.product, ["G-1", "G-2"])
        for lot in lots:
            self.put_in_stock(self.product, 1, lot)
        order = self.sell({self.product: 2, self.service: 2})
        order.action_confirm()
        self.assertFalse(order.order_line.extension_ids)
        with freeze_time("2026-03-01 10:00:00"):
            order.picking_ids.move_ids.lot_ids = lots
            self.ship(order)
        self.assertEqual(
            set(self.warranties(lots).mapped("date_end")), {date(2028, 3, 1)}
        )
        self.assertEqual(len(order.order_line.extension_ids), 2)
        self.assertEqual(order.warranty_count, 2)

    def test_for_nobody(self):
        """R02: who sells it must say for which units."""
        with self.assertRaises(UserError) as caught:
            self.sell_extension(self.lots.browse(), quantity=1)
        self.assertIn("choose the serial numbers", str(caught.exception))
        with self.assertRaises(UserError):
            self.sell_extension(self.lots, quantity=3)

    def test_once(self):
        """R02: confirmed again after a cancellation, it extends once."""
        order = self.sell_extension(self.lots[0])
        order._action_cancel()
        registration = self.warranties(self.lots[0])
        self.assertEqual(registration.date_end, date(2027, 2, 22))
        order.action_draft()
        with freeze_time("2026-06-02 10:00:00"):
            order.action_confirm()
        self.assertEqual(registration.date_end, date(2028, 2, 22))
        order.order_line._warranty_extend()
        running = registration.extension_ids.filtered(lambda e: not e.date_given_back)
        self.assertEqual(len(running), 1)

    def test_given_back(self):
        """R02: refundable pro rata: a draft credit note for the days not used."""
        order = self.sell_extension(self.lots[0])
        with freeze_time("2026-06-01 10:00:00"):
            order._create_invoices().action_post()
        extension = self.warranties(self.lots[0]).extension_ids
        with freeze_time("2027-08-23 10:00:00"):
            extension.with_user(self.user).action_refund()
        note = extension.refund_move_id
        # 365 days, 182 of them used: from 23 February to 23 August 2027
        self.assertEqual((note.state, note.amount_untaxed), ("draft", 183.0))
        self.assertEqual(note.reversed_entry_id, order.invoice_ids - note)
        self.assertEqual(extension.date_end, date(2027, 8, 23))
        self.assertEqual(self.warranties(self.lots[0]).date_end, date(2027, 8, 23))
        with self.assertRaises(UserError):
            extension.action_refund()

    def test_given_back_before_it_starts(self):
        self.sell_extension(self.lots[0])
        extension = self.warranties(self.lots[0]).extension_ids
        with freeze_time("2026-08-01 10:00:00"):
            self.assertEqual(extension._refund_amount(date(2026, 8, 1)), 365.0)
            extension.action_refund()
        self.assertFalse(extension.interval_ids)
        self.assertEqual(extension.state, "given_back")

    def test_offer(self):
        """R02: from warranties that end to quotations, one for each customer."""
        registrations = self.warranties(self.lots)
        offer = (
            self.env["warranty.registration.offer"]
            .with_user(self.seller)
            .with_context(
                active_model="warranty.registration", active_ids=registrations.ids
            )
            .create({"product_id": self.service.id})
        )
        order = self.env["sale.order"].browse(offer.action_offer()["res_id"])
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.order_line.warranty_lot_ids, self.lots)
        self.assertEqual(order.order_line.product_uom_qty, 2)
        registrations.sudo()[0].write({"date_closed": date(2026, 5, 1)})
        with self.assertRaises(UserError):
            offer.action_offer()

    def test_reminder_on_the_workbench(self):
        """R02: before it ends the salesperson finds it, units of one kind in one row."""
        bench = self.env["crm.workbench"].with_user(self.seller)
        with freeze_time("2027-01-10 10:00:00"):
            self.assertFalse(bench.bucket("warranties")["rows"])
        with freeze_time("2027-02-01 10:00:00"):
            [row] = bench.bucket("warranties")["rows"]
            self.assertEqual(row["date"], "2027-02-22")
            self.assertEqual(row["what"], "Oven · 2 units")
            self.assertEqual(row["customer"]["id"], self.customer.id)
        self.sell_extension(self.lots[0], "2027-02-01")
        with freeze_time("2027-02-02 10:00:00"):
            [row] = bench.bucket("warranties")["rows"]
            self.assertEqual(row["what"], "Oven · E-2")
        self.company.warranty_notice_days = 0
        with freeze_time("2027-02-02 10:00:00"):
            self.assertFalse(bench.bucket("warranties")["rows"])

    def test_goes_along_with_an_exchange(self):
        """R02: what was paid for is not lost when the unit is replaced."""
        self.sell_extension(self.lots[0])
        registration = self.warranties(self.lots[0])
        rest = registration._prepare_rest(date(2026, 12, 1))
        self.assertEqual(
            {(row["kind"], row["date_from"], row["date_to"]) for row in rest},
            {
                ("standard", date(2026, 12, 1), date(2027, 2, 22)),
                ("extended", date(2027, 2, 23), date(2028, 2, 22)),
            },
        )
        self.warranties(self.lots[0]).term_id.replacement_policy = "fresh"
        fresh = registration._prepare_rest(date(2026, 12, 1))
        self.assertEqual(
            {(row["kind"], row["date_from"], row["date_to"]) for row in fresh},
            {
                ("standard", date(2026, 12, 1), date(2027, 12, 1)),
                ("extended", date(2027, 12, 2), date(2028, 11, 30)),
            },
        )
