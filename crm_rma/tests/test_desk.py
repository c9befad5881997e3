from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CrmRmaCommon
from .test_outside_repair import OutsideCommon


@tagged("post_install", "-at_install")
class TestButtons(CrmRmaCommon):
    """R04: from every document to the returns it has to do with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_lots(cls.product, ["SN-1", "SN-2", "SN-3"])
        cls.order = cls.deliver(cls.lots)
        cls.rmas = cls.rma(cls.lots[0]) | cls.rma(cls.lots[1])
        cls.walk(cls.rmas, until="action_receive")
        cls.receipts = cls.rmas.picking_ids

    def as_desk(self, records):
        return records.with_user(self.user)

    def opened(self, action):
        if action.get("res_id"):
            return action["res_id"]
        return self.env[action["res_model"]].search(action["domain"])

    def test_transfers(self):
        """The delivery the units once left with, and the receipt that brought one."""
        delivery = self.as_desk(self.order.picking_ids)
        self.assertEqual(delivery.rma_count, 2)
        self.assertEqual(self.opened(delivery.action_view_rmas()), self.rmas)
        receipt = self.as_desk(self.receipts[0])
        self.assertEqual(receipt.rma_count, 1)
        self.assertEqual(self.opened(receipt.action_view_rmas()), self.rmas[0].id)
        self.assertEqual(self.env["stock.picking"].new().rma_count, 0)

    def test_products(self):
        for product in (self.product, self.product.product_tmpl_id):
            with self.subTest(model=product._name):
                product = self.as_desk(product)
                self.assertEqual(product.rma_count, 2)
                units = self.opened(product.action_view_rmas())
                self.assertEqual(units, self.rmas.line_ids)
        self.assertEqual(self.as_desk(self.part).rma_count, 0)

    def test_invoice(self):
        invoice = self.order._create_invoices()
        invoice.action_post()
        clerk = new_test_user(
            self.env,
            "desk_accounts",
            groups="crm_rma.crm_rma_group_user,account.group_account_invoice",
        )
        invoice = invoice.with_user(clerk)
        self.assertEqual(invoice.rma_count, 2)
        self.assertEqual(self.opened(invoice.action_view_rmas()), self.rmas)

    def test_accountant_without_returns(self):
        """Who may not read returns gets no number and no list."""
        invoice = self.order._create_invoices()
        accountant = new_test_user(
            self.env, "accounts", groups="account.group_account_invoice"
        )
        invoice = invoice.with_user(accountant)
        self.assertEqual(invoice.rma_count, 0)
        with self.assertRaises(AccessError):
            invoice.action_view_rmas()

    def test_other_site(self):
        """R15: a clerk of another site counts nothing."""
        other = self.env["stock.warehouse"].create({"name": "Site B", "code": "SB"})
        self.user.rma_warehouse_ids = other
        self.assertEqual(self.as_desk(self.order.picking_ids).rma_count, 0)
        self.assertEqual(self.as_desk(self.product).rma_count, 0)

    def test_counts_are_one_query_for_many(self):
        """Lists of transfers do not ask record by record."""
        pickings = self.as_desk(self.order.picking_ids | self.receipts)
        costs = []
        for records in (pickings, pickings[:1], pickings):  # the first warms up
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.mapped("rma_count")
            costs.append(self.cr.sql_log_count - before)
        self.assertLessEqual(costs[2], costs[1] + 2, costs)


@tagged("post_install", "-at_install")
class TestWaiting(CrmRmaCommon):
    """R04: whom a unit waits for, as a filter and as a mark."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.rma_quote_first = True
        cls.term.active = False
        cls.plain = cls.make_product("Kettle")
        cls.lots = cls.make_lots(cls.plain, ["K-1", "K-2", "K-3"])
        cls.deliver(cls.lots)
        cls.rmas = cls.env["crm.rma"].union(*(cls.rma(lot) for lot in cls.lots))
        cls.walk(cls.rmas, until="action_receive")
        cls.rmas[0].action_quote()
        cls.rmas[1].line_ids.board_move("waiting_parts")

    def waiting(self, *whom):
        lines = self.env["crm.rma.line"].with_user(self.user)
        domain = [("waiting_for", "in", whom), ("rma_id", "in", self.rmas.ids)]
        return lines.search(domain)

    def test_search_and_value_agree(self):
        asked, parts, nobody = self.rmas.line_ids
        self.assertEqual(self.waiting("customer"), asked)
        self.assertEqual(self.waiting("parts"), parts)
        self.assertEqual(self.waiting(False), nobody)
        self.assertEqual(self.waiting("customer", "parts"), asked | parts)
        self.assertFalse(self.waiting("vendor"))
        self.assertEqual(
            self.rmas.line_ids.mapped("waiting_for"), ["customer", "parts", False]
        )

    def test_asked_while_parts_are_missing(self):
        """The customer's answer comes first: the unit stands in one filter only."""
        self.rmas[0].line_ids.board_move("waiting_parts")
        self.assertEqual(self.waiting("customer"), self.rmas[0].line_ids)
        self.assertEqual(self.waiting("parts"), self.rmas[1].line_ids)

    def test_answer_ends_the_waiting(self):
        self.rmas[0].action_accept_quote()
        self.assertFalse(self.waiting("customer"))
        self.assertFalse(self.rmas[0].line_ids.waiting_for)

    def test_filters_of_returns(self):
        found = (
            self.env["crm.rma"]
            .with_user(self.user)
            .search([("line_ids.waiting_for", "=", "customer")])
        )
        self.assertEqual(found & self.rmas, self.rmas[0])


@tagged("post_install", "-at_install")
class TestWaitingVendor(OutsideCommon):
    def test_unit_at_a_vendor(self):
        """R06: what lies at a vendor waits for the vendor, until it is back."""
        lot = self.make_lots(self.product, ["V-1"])
        self.deliver(lot)
        line = self.received(lot).line_ids
        repair = self.send(line)
        domain = [("waiting_for", "=", "vendor"), ("id", "=", line.id)]
        self.assertEqual(line.search(domain), line)
        self.assertEqual(line.waiting_for, "vendor")
        self.back(repair, "repaired")
        self.assertFalse(line.search(domain))
        self.assertFalse(line.waiting_for)


@tagged("post_install", "-at_install")
class TestPaper(CrmRmaCommon):
    """R04: what is printed: the repair report and the slip, in the customer's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"warranty_repair_duration": 90, "warranty_repair_unit": "day"}
        )
        cls.lot = cls.make_lots(cls.product, ["SN-1"])
        cls.deliver(cls.lot)
        cls.put_in_stock(cls.part, 10)
        cls.return_ = cls.walk(cls.rma(cls.lot), until="action_start_repair")
        cls.add_part(cls.return_.repair_ids, quantity=2)
        cls.line = cls.return_.line_ids
        cls.line.write(
            {
                "symptom_id": cls.code("symptom", "Stays cold").id,
                "fault_id": cls.code("fault", "Valve stuck").id,
                "cause_id": cls.code("cause", "Limescale").id,
                "resolution_id": cls.code("resolution", "Valve changed").id,
                "diagnosis": "The valve did not open.\nMeasured twice.",
            }
        )
        cls.return_.action_finish_repair()
        cls.return_.action_ship()

    @classmethod
    def code(cls, kind, name):
        return cls.env["crm.rma.code"].create({"kind": kind, "name": name})

    def page(self, report, records):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.user)
            ._render_qweb_html(report, records.ids)
        )
        return html.decode()

    def test_report(self):
        """What came, what was found, what was done, parts, and what is covered now."""
        page = self.page("crm_rma.report_rma_repair", self.return_)
        for text in (
            self.return_.name,
            "SN-1",
            "No heat",
            "Stays cold",
            "Valve stuck",
            "Limescale",
            "The valve did not open.",
            "Valve changed",
        ):
            self.assertIn(text, page)
        [unit] = self.return_._report_units()
        self.assertEqual(
            [(part["name"], part["quantity"]) for part in unit["parts"]],
            [(self.part.display_name, 2.0)],
        )

    def test_cover_after_the_repair(self):
        """The warranty of the repair runs from the day the unit went home."""
        [unit] = self.return_._report_units()
        today = fields.Date.context_today(self.return_)
        ends = [row["end"] for row in unit["cover"] if row["kind"] == "Repair"]
        self.assertEqual(len(ends), 1)
        self.assertAlmostEqual(
            (ends[0] - today) / timedelta(days=1), 90, delta=1, msg=ends
        )
        self.assertIn("Standard", [row["kind"] for row in unit["cover"]])

    def test_nothing_covers(self):
        self.line.registration_id.sudo().interval_ids.unlink()
        page = self.page("crm_rma.report_rma_repair", self.return_)
        self.assertIn("No warranty covers this unit any more", page)

    def test_chinese_customer(self):
        """The paper speaks the customer's language, whoever prints it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_rma"], ["zh_CN"])
        self.customer.lang = "zh_CN"
        page = self.page("crm_rma.report_rma_repair", self.return_)
        self.assertIn("维修报告", page)
        self.assertNotIn("Repair Report", page)

    def test_slip_has_a_qr_code(self):
        page = self.page("crm_rma.report_crm_rma_slip", self.return_)
        self.assertIn("barcode_type=QR", page)
