from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestScreens(CrmRmaCommon):
    """What the screens offer: buttons for what can be done, words for the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["SN-1"])
        cls.order = cls.deliver(cls.lot)

    def offered(self, rma):
        flags = (
            "can_approve",
            "can_receive",
            "can_repair",
            "can_finish",
            "can_ship",
            "can_return",
            "can_close",
            "can_cancel",
        )
        return {flag for flag in flags if rma[flag]}

    def test_buttons_follow_the_unit(self):
        rma = self.rma(self.lot)
        for step, flags in (
            (None, {"can_approve", "can_cancel"}),
            ("action_approve", {"can_receive", "can_cancel"}),
            ("action_receive", {"can_repair", "can_return"}),
            ("action_start_repair", {"can_finish"}),
            ("action_finish_repair", {"can_ship"}),
            ("action_ship", {"can_close"}),
            ("action_close", set()),
        ):
            if step:
                getattr(rma, step)()
            self.assertEqual(self.offered(rma), flags, step)
            self.assertTrue(rma.next_step, step)

    def test_missing_serial_is_said_beforehand(self):
        """The next step names what is missing, before *Approve* refuses."""
        line = Command.create({"product_id": self.product.id})
        rma = self.env["crm.rma"].create(
            {"partner_id": self.customer.id, "line_ids": [line]}
        )
        self.assertIn("Choose the serial number of Oven", rma.next_step)

    def test_form_saves(self):
        with Form(self.env["crm.rma"].with_user(self.user)) as form:
            form.partner_id = self.customer
            with form.line_ids.new() as line:
                line.lot_id = self.lot
                line.fault = "Smokes"
        self.assertEqual(form.record.line_ids.product_id, self.product)
        view = form.record.verdict_views["verdicts"][0]
        self.assertIn("Covered until", view["headline"])

    def test_verdict_is_escaped(self):
        """The sentence is text: a term named like a tag stays a name."""
        self.term.name = "<b>12</b>"
        rma = self.rma(self.lot)
        [view] = rma.verdict_views["verdicts"]
        self.assertIn("<b>12</b> from delivery", view["sentences"][0]["text"])

    def test_every_view_renders(self):
        for model in (
            "crm.rma",
            "crm.rma.line",
            "warranty.registration",
            "warranty.term",
        ):
            views = self.env["ir.ui.view"].search(
                [("model", "=", model), ("mode", "=", "primary")]
            )
            for view in views:
                for user in (self.user, self.manager):
                    with self.subTest(view=view.name, user=user.login):
                        self.env[model].with_user(user).get_view(view.id, view.type)

    def test_smart_buttons(self):
        rma = self.rma(self.lot)
        for record in (self.customer, self.order, self.lot):
            self.assertEqual(record.rma_count, 1)
            action = record.action_view_rmas()
            found = (
                [action["res_id"]]
                if action.get("res_id")
                else self.env["crm.rma"].search(action["domain"]).ids
            )
            self.assertEqual(found, rma.ids)
        self.assertEqual(self.lot.warranty_count, 1)
        registration = self.lot.registration_ids
        self.assertEqual(registration.action_view_rmas()["res_id"], rma.id)

    def test_document_buttons(self):
        rma = self.walk(self.rma(self.lot), until="action_start_repair")
        self.assertEqual(rma.action_view_repairs()["res_id"], rma.repair_ids.id)
        self.assertEqual(rma.action_view_origin()["res_id"], self.order.picking_ids.id)
        self.assertEqual(rma.action_view_pickings()["res_id"], rma.picking_ids.id)
        self.assertEqual(rma.repair_ids.action_view_rma()["res_id"], rma.id)
        self.assertEqual(rma.line_ids.action_open_rma()["res_id"], rma.id)

    def test_copy_starts_anew(self):
        """A copy describes the same fault of another unit: it has no serial."""
        rma = self.rma(self.lot)
        rma.action_approve()
        copy = rma.copy()
        self.assertEqual(copy.state, "new")
        self.assertEqual(copy.line_ids.product_id, self.product)
        self.assertEqual(copy.line_ids.fault, "No heat")
        self.assertFalse(copy.line_ids.lot_id)
        self.assertFalse(copy.line_ids.move_ids)
        self.assertFalse(copy.reference_id)
        self.assertNotEqual(copy.name, rma.name)

    def test_search_by_serial(self):
        rma = self.rma(self.lot)
        found = self.env["crm.rma"].name_search("SN-1")
        self.assertEqual([row[0] for row in found], rma.ids)

    def test_board_has_every_column(self):
        self.rma(self.lot)
        lines = self.env["crm.rma.line"].with_context(read_group_expand=True)
        groups = lines.web_read_group([], ["place"], aggregates=["__count"])
        self.assertGreaterEqual(len(groups["groups"]), 9)

    def test_order_without_serials(self):
        plain = self.make_product("Lamp", tracking="none")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": plain.id})],
            }
        )
        self.assertFalse(order.action_new_rma()["context"]["default_line_ids"])
