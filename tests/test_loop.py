"""The whole loop, told once, each step by the person who does it.

A visit is logged, a follow-up is due, an old order is quoted again, the order is delivered
with a serial number, the warranty is registered, the unit comes back, is repaired in real
stock moves, goes home, and the manager's report shows revenue and service cost.
"""

from datetime import date, datetime

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

SERIAL = "VAC-0001"


@tagged("post_install", "-at_install", "loop")
class TestLoop(TransactionCase):
    """One story in one class: the steps build on each other on purpose."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nancy = new_test_user(
            cls.env,
            "loop_nancy",
            name="Nancy",
            tz="Europe/Vienna",
            groups="sales_team.group_sale_salesman",
        )
        cls.robert = new_test_user(
            cls.env,
            "loop_robert",
            name="Robert",
            groups="crm_rma.crm_rma_group_user",
        )
        cls.clerk = new_test_user(
            cls.env,
            "loop_clerk",
            groups="stock.group_stock_user,account.group_account_invoice",
        )
        cls.manager = new_test_user(
            cls.env,
            "loop_manager",
            groups="sales_team.group_sale_manager,"
            "crm_analytics.crm_analytics_group_manager",
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Ernst Handel", "is_company": True, "user_id": cls.nancy.id}
        )
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Roland Mendel", "parent_id": cls.customer.id}
        )
        cls.machine, cls.seal = cls._create_products()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )
        cls._put_on_stock(cls.machine, 1, SERIAL)
        cls._put_on_stock(cls.seal, 10)

    @classmethod
    def _create_products(cls):
        category = cls.env["product.category"].create(
            {"name": "Machines", "property_cost_method": "average"}
        )
        term = cls.env["warranty.term"].create(
            {"name": "12 months", "duration": 12, "duration_unit": "month"}
        )
        common = {"type": "consu", "is_storable": True, "categ_id": category.id}
        machine, seal = cls.env["product.product"].create(
            [
                {
                    "name": "Vacuum sealer",
                    "tracking": "serial",
                    "list_price": 500.0,
                    "standard_price": 300.0,
                    "warranty_term_id": term.id,
                    "taxes_id": [Command.clear()],
                    **common,
                },
                {"name": "Sealing strip", "standard_price": 7.0, **common},
            ]
        )
        return machine, seal

    @classmethod
    def _put_on_stock(cls, product, quantity, serial=None):
        lot = cls.env["stock.lot"].create(
            [{"name": serial, "product_id": product.id}] if serial else []
        )
        cls.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": cls.warehouse.lot_stock_id.id,
                "lot_id": lot.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def test_the_loop(self):
        """X01 X02 X12 R02 R03 R04 R13 A01 A02 A08: from the visit to the report."""
        with freeze_time("2026-02-16 09:00:00"):
            self._visit()
        with freeze_time("2026-02-18 10:00:00"):
            order = self._quote_again()
        with freeze_time("2026-02-22 12:00:00"):
            self._deliver_and_invoice(order)
            self._read_warranty()
        with freeze_time("2026-06-01 08:00:00"):
            rma = self._return_and_repair()
        with freeze_time("2026-06-03 08:00:00"):
            self._ship_and_close(rma)
            self._read_history()
        with freeze_time("2027-06-30 12:00:00"):
            self._read_report()

    def _visit(self):
        """A visit typed in one line, with the next step and its time of day."""
        call = self.env.ref("mail.mail_activity_data_call")
        self.env["crm.interaction"].with_user(self.nancy).quick_log(
            "res.partner",
            self.buyer.id,
            {"channel": "visit", "subject": "Saw the kitchen, wants a sealer"},
            {
                "activity_type_id": call.id,
                "deadline_at": "2026-02-18 13:30:00",
                "summary": "Call about the offer",
            },
        )
        todo = self.env["mail.activity"].search([("user_id", "=", self.nancy.id)])
        self.assertEqual(todo.date_deadline, date(2026, 2, 18))
        self.assertEqual(todo.deadline_at, datetime(2026, 2, 18, 13, 30))
        self.assertEqual(todo.summary, "Call about the offer")

    def _quote_again(self):
        """The old order comes back as a quotation at the old price."""
        old = self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "user_id": self.nancy.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.machine.id,
                            "product_uom_qty": 1,
                            "price_unit": 480.0,
                            "technical_price_unit": 0.0,
                        }
                    )
                ],
            }
        )
        action = old.with_user(self.nancy).action_quote_again()
        order = self.env["sale.order"].browse(action["res_id"])
        self.assertNotEqual(order, old)
        self.assertEqual(order.quote_again_source_id, old)
        self.assertEqual(order.order_line.price_unit, 480.0)
        order.with_user(self.nancy).action_confirm()
        return order

    def _deliver_and_invoice(self, order):
        picking = order.picking_ids.with_user(self.clerk).with_context(skip_sms=True)
        self.assertEqual(picking.move_line_ids.lot_id.name, SERIAL)
        self.assertTrue(picking.button_validate())
        self.assertEqual(order.order_line.qty_delivered, 1)
        invoice = order._create_invoices()
        invoice.invoice_date = fields.Date.today()
        invoice.action_post()
        self.assertEqual(invoice.amount_untaxed, 480.0)

    def _read_warranty(self):
        """Twelve months from 22 February 2026 include 22 February 2027."""
        warranty = self.env["warranty.registration"].search(
            [("lot_id.name", "=", SERIAL)]
        )
        self.assertRecordValues(
            warranty,
            [
                {
                    "partner_id": self.customer.id,
                    "date_start": date(2026, 2, 22),
                    "date_end": date(2027, 2, 22),
                    "state": "running",
                }
            ],
        )

    def _return_and_repair(self):
        """Approved, received, repaired with one part: read from real moves."""
        lot = self.env["stock.lot"].search([("name", "=", SERIAL)])
        value = self._stock_value()
        rma = (
            self.env["crm.rma"]
            .with_user(self.robert)
            .create(
                {
                    "partner_id": self.customer.id,
                    "line_ids": [
                        Command.create({"lot_id": lot.id, "fault": "No vacuum"})
                    ],
                }
            )
        )
        self.assertEqual(rma.line_ids.warranty_status, "in")
        rma.action_approve()
        self.assertEqual(rma.state, "expected")
        rma.action_receive()
        self.assertEqual(rma.line_ids.place, "received")
        rma.action_start_repair()
        repair = rma.line_ids.repair_ids
        self.assertTrue(repair.under_warranty)
        self.assertEqual(repair.lot_id, lot)
        repair.move_ids = [
            Command.create(
                {
                    "product_id": self.seal.id,
                    "product_uom_qty": 2,
                    "repair_line_type": "add",
                }
            )
        ]
        rma.action_finish_repair()
        self.assertEqual(repair.state, "done")
        self.assertEqual(rma.state, "ready")
        # The unit lies with us, yet neither stock nor its value knows it.
        self.assertEqual(self.machine.qty_available, 0)
        self.assertEqual(self._stock_value(), value - 14.0)
        return rma

    def _stock_value(self):
        products = self.machine + self.seal
        products.invalidate_recordset()
        return sum(products.mapped("total_value"))

    def _ship_and_close(self, rma):
        """The same serial goes home, the order is as delivered as before."""
        rma.action_ship()
        lot = rma.line_ids.lot_id
        self.assertEqual(rma.state, "shipped")
        self.assertEqual(rma.line_ids.location_id.usage, "customer")
        shipped = rma.line_ids.move_ids.filtered(lambda m: m._rma_is_shipment())
        self.assertEqual(shipped.move_line_ids.lot_id, lot)
        order = rma.line_ids.sale_order_id
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(order.invoice_status, "invoiced")
        rma.action_close()
        self.assertEqual(rma.state, "closed")

    def _read_history(self):
        """X02: the salesperson reads the whole story in one list, newest first."""
        page = (
            self.env["crm.interaction"]
            .with_user(self.nancy)
            .timeline_fetch("res.partner", self.customer.id)
        )
        dates = [row["date"] for row in page["rows"]]
        self.assertEqual(dates, sorted(dates, reverse=True))
        keys = {
            key.split(",")[0] + ":" + key.split(":")[1]
            for key in self.env["crm.interaction"]
            .search([("commercial_partner_id", "=", self.customer.id)])
            .mapped("source_key")
            if key
        }
        for event in (
            "sale.order:confirmed",
            "crm.rma:approved",
            "crm.rma:closed",
        ):
            self.assertIn(event, keys)
        self.assertEqual(page["rows"][-1]["channel"], "visit")

    def _read_report(self):
        """A01 A02 A08: revenue, margin, service cost, and last year beside it."""
        report = self.env["crm.customer.report.month"].with_user(self.manager)
        domain = [("partner_id", "=", self.customer.id)]
        self.env.flush_all()
        measures = [
            "revenue:sum",
            "margin:sum",
            "service_cost:sum",
            "revenue_ly:sum",
            "service_cost_ly:sum",
        ]
        rows = report._read_group(domain, ["date:month"], measures)
        self.assertEqual(
            rows,
            [
                (date(2026, 2, 1), 480.0, 180.0, 0.0, 0.0, 0.0),
                (date(2026, 6, 1), 0.0, 0.0, 14.0, 0.0, 0.0),
                (date(2027, 2, 1), 0.0, 0.0, 0.0, 480.0, 0.0),
                (date(2027, 6, 1), 0.0, 0.0, 0.0, 0.0, 14.0),
            ],
        )
