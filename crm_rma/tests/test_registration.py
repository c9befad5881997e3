from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestRegistration(CrmRmaCommon):
    """R02: a warranty starts by itself when a serial is delivered."""

    def registrations(self, lots):
        return self.env["warranty.registration"].search([("lot_id", "in", lots.ids)])

    @freeze_time("2026-02-22 10:00:00")
    def test_delivery_registers(self):
        """R02: delivered on 22 February 2026, covered to 22 February 2027 included."""
        lots = self.make_lots(self.product, ["A-1", "A-2"])
        order = self.deliver(lots)
        self.assertRecordValues(
            self.registrations(lots).sorted("lot_id"),
            [
                {
                    "lot_id": lot.id,
                    "partner_id": self.customer.id,
                    "date_start": date(2026, 2, 22),
                    "date_end": date(2027, 2, 22),
                    "term_id": self.term.id,
                    "sale_order_id": order.id,
                    "state": "running",
                }
                for lot in lots
            ],
        )

    def test_idempotent(self):
        """R02: the same delivery stamps once, however often it is processed."""
        lot = self.make_lots(self.product, ["A-1"])
        order = self.deliver(lot)
        lines = order.picking_ids.move_line_ids
        self.assertFalse(self.env["warranty.registration"]._stamp(lines))
        self.assertEqual(len(self.registrations(lot)), 1)

    def test_company_day(self):
        """R02: 22:30 UTC on the 21st is the 22nd in Shanghai."""
        self.company.partner_id.tz = "Asia/Shanghai"
        lot = self.make_lots(self.product, ["A-1"])
        with freeze_time("2026-02-21 22:30:00"):
            self.deliver(lot)
        self.assertEqual(self.registrations(lot).date_start, date(2026, 2, 22))

    def test_nearest_term(self):
        """R02: product before category before company; nothing: no warranty."""
        terms = self.env["warranty.term"].create(
            [
                {"name": "categ", "duration": 6},
                {"name": "company", "duration": 3},
            ]
        )
        parent = self.env["product.category"].create(
            {"name": "Appliances", "warranty_term_id": terms[0].id}
        )
        child = self.env["product.category"].create(
            {"name": "Ovens", "parent_id": parent.id}
        )
        self.company.warranty_term_id = terms[1]
        product = self.product
        product.categ_id = child
        self.assertEqual(product._warranty_term(self.company), self.term)
        product.product_tmpl_id.warranty_term_id = False
        self.assertEqual(product._warranty_term(self.company), terms[0])
        parent.warranty_term_id = False
        self.assertEqual(product._warranty_term(self.company), terms[1])
        self.company.warranty_term_id = False
        self.assertFalse(product._warranty_term(self.company))

    def test_no_term_no_registration(self):
        product = self.make_product("Plain")
        lot = self.make_lots(product, ["P-1"])
        self.deliver(lot)
        self.assertFalse(self.registrations(lot))

    def test_going_home_starts_nothing(self):
        """R02: a repaired unit that goes home keeps its one warranty."""
        lot = self.make_lots(self.product, ["A-1"])
        self.deliver(lot)
        self.walk(self.rma(lot))
        self.assertEqual(len(self.registrations(lot)), 1)

    def test_child_contact_registers_company(self):
        address = self.env["res.partner"].create(
            {"name": "Dock 2", "parent_id": self.customer.id, "type": "delivery"}
        )
        lot = self.make_lots(self.product, ["A-1"])
        self.deliver(lot, customer=address)
        self.assertEqual(self.registrations(lot).partner_id, self.customer)

    def test_state_search(self):
        lot = self.make_lots(self.product, ["A-1"])
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(lot)
        registration = self.registrations(lot)
        Registration = self.env["warranty.registration"]
        for day, state in (("2027-02-22", "running"), ("2027-02-23", "expired")):
            with freeze_time(f"{day} 12:00:00"), self.subTest(day=day):
                registration.invalidate_recordset(["state"])
                self.assertEqual(registration.state, state)
                for other in ("running", "expired", "void"):
                    found = registration in Registration.search([("state", "=", other)])
                    self.assertEqual(found, other == state)

    def test_what_is_counted_is_not_typed(self):
        """R02: the end follows from covered days and blocks, whatever a client sends."""
        lot = self.make_lots(self.product, ["A-1"])
        self.deliver(lot)
        with self.assertRaises(UserError):
            self.registrations(lot).with_user(self.manager).date_void = date(2026, 1, 1)

    def test_no_query_without_term(self):
        """R02: a company without terms pays no query per delivery."""
        self.product.product_tmpl_id.warranty_term_id = False
        self.company.warranty_term_id = False
        self.env["product.category"].search([]).warranty_term_id = False
        self.env["warranty.term"].search([]).unlink()
        lots = self.make_lots(self.product, ["A-1", "A-2"])
        lines = self.deliver(lots).picking_ids.move_line_ids
        self.env["warranty.term"]._any_term()
        with self.assertQueryCount(0):
            self.env["warranty.registration"]._stamp(lines)

    def test_no_query_for_goods_without_term(self):
        """R02: goods without a term cost nothing while other goods have one."""
        product = self.make_product("Plain")
        lots = self.make_lots(product, ["P-1", "P-2"])
        lines = self.deliver(lots).picking_ids.move_line_ids
        self.env["warranty.term"]._any_term()
        with self.assertQueryCount(0):
            self.env["warranty.registration"]._stamp(lines)

    def test_delivery_costs_nothing_more(self):
        """R02: a delivery without terms: +0 queries, nested categories included."""
        parent = self.env["product.category"].create({"name": "All"})
        child = self.env["product.category"].create(
            {"name": "Below", "parent_id": parent.id}
        )
        product = self.make_product("Plain", categ_id=child.id)
        model = type(self.env["warranty.registration"])
        counts = []
        for number, stamp in enumerate((None, lambda self, lines: self, None)):
            lot = self.make_lots(product, [f"N-{number}"])
            self.put_in_stock(product, 1, lot)
            order = self.sell({product: 1})
            order.action_confirm()
            order.picking_ids.move_ids.picked = True
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with patch.object(model, "_stamp", stamp or model._stamp):
                order.picking_ids._action_done()
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], counts)

    def test_registered_in_the_history(self):
        """R02: one row per delivered line tells the customer's history."""
        lots = self.make_lots(self.product, ["H-1", "H-2"])
        self.deliver(lots)
        rows = self.env["crm.interaction"].search(
            [("res_model", "=", "warranty.registration")]
        )
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows.commercial_partner_id, self.customer)
        self.assertIn("H-1, H-2", rows.preview)

    def test_batch_query_count(self):
        """R02: stamping does not cost more queries for more serials."""
        few = self.deliver(self.make_lots(self.product, ["B-1", "B-2"]))
        many = self.deliver(self.make_lots(self.product, [f"C-{n}" for n in range(40)]))
        counts = []
        for order in (few, many):
            lines = order.picking_ids.move_line_ids
            self.registrations(lines.lot_id).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            self.env["warranty.term"]._any_term()
            lines = lines.browse(lines.ids)
            before = self.env.cr.sql_log_count
            self.env["warranty.registration"]._stamp(lines)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 30)

    def test_verdict_day_is_the_reported_day(self):
        """R02: reported in time, received late: still covered."""
        lot = self.make_lots(self.product, ["A-1"])
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(lot)
        with freeze_time("2027-03-10 10:00:00"):
            in_time = self.rma(lot, date_reported=date(2027, 2, 22))
            self.assertEqual(in_time.line_ids.warranty_status, "in")
            in_time.action_cancel()
            late = self.rma(lot, date_reported=date(2027, 2, 23))
            self.assertEqual(late.line_ids.warranty_status, "out")
            self.assertIn("one day before", late.line_ids.warranty_explanation)

    def test_verdict_is_kept(self):
        """R02: what was approved does not change when the warranty changes later."""
        lot = self.make_lots(self.product, ["A-1"])
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(lot)
        rma = self.rma(lot, date_reported=date(2026, 6, 1))
        sentence = rma.line_ids.warranty_explanation
        self.assertIn("12 months", sentence)
        rma.action_approve()
        self.registrations(lot).interval_ids.unlink()
        self.registrations(lot)._reckon()
        self.term.name = "Other words"
        self.env.invalidate_all()
        self.assertEqual(rma.line_ids.warranty_status, "in")
        self.assertEqual(rma.line_ids.warranty_explanation, sentence)

    def test_open_verdict_follows(self):
        lot = self.make_lots(self.product, ["A-1"])
        with freeze_time("2026-02-22 10:00:00"):
            self.deliver(lot)
        rma = self.rma(lot, date_reported=date(2026, 6, 1))
        self.block(self.registrations(lot), date(2026, 5, 1))
        self.assertEqual(rma.line_ids.warranty_status, "void")
        self.assertIn("Seal broken", rma.line_ids.warranty_explanation)

    def test_two_companies(self):
        """R15: another company's term and registrations stay with it."""
        other = self.env["res.company"].create({"name": "Other"})
        term = self.env["warranty.term"].create(
            {"name": "Own", "duration": 1, "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self.company.warranty_term_id = term
            self.env.flush_all()

    def test_moment_is_the_done_date(self):
        lot = self.make_lots(self.product, ["A-1"])
        with freeze_time("2026-03-01 09:00:00"):
            order = self.deliver(lot)
        self.assertEqual(order.picking_ids.move_ids.date, datetime(2026, 3, 1, 9, 0, 0))
        self.assertEqual(self.registrations(lot).date_start, date(2026, 3, 1))
