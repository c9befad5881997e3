from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestGuards(CrmRmaCommon):
    """R15: decisions and facts are not typed, whatever a client sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_lots(cls.product, ["G-1", "G-2"])
        cls.deliver(cls.lots)
        cls.open = cls.rma(cls.lots[0])
        cls.open.action_approve()
        cls.other = cls.env["res.partner"].create({"name": "Somebody else"})

    def test_decisions_are_not_written(self):
        """R15: neither desk nor manager types a decision; the sentence names the field."""
        now = fields.Datetime.now()
        for name, value, label in (
            ("date_approved", False, "Approved On"),
            ("date_closed", now, "Closed On"),
            ("closed_by_id", self.manager.id, "Closed"),
            ("approved_by_id", self.manager.id, "Approved"),
            ("date_cancelled", now, "Cancelled On"),
            ("state", "closed", "Status"),
            ("name", "RMA/1", "Number"),
            ("reference_id", False, "Stock Reference"),
        ):
            for user in (self.user, self.manager):
                with self.subTest(field=name, user=user.login):
                    with self.assertRaisesRegex(
                        UserError, f"{label}.* cannot be typed"
                    ):
                        self.open.with_user(user).write({name: value})

    def test_decisions_are_not_created(self):
        """R15: an RMA is born as a request, also by RPC and by import."""
        values = {"partner_id": self.customer.id, "date_approved": "2026-01-01"}
        with self.assertRaisesRegex(UserError, "Approved On cannot be typed"):
            self.env["crm.rma"].with_user(self.user).create(values)
        born = self.env["crm.rma"].with_user(self.user)
        born = born.create({"partner_id": self.customer.id, "date_approved": False})
        self.assertEqual(born.state, "new")

    def test_context_opens_nothing(self):
        """R15: a client chooses its context; no guard may rest on it."""
        rma = self.open.with_user(self.user).with_context(
            su=True, install_mode=True, tracking_disable=True
        )
        with self.assertRaisesRegex(UserError, "cannot be typed"):
            rma.date_closed = fields.Datetime.now()

    def test_customer_of_an_approved_rma(self):
        """R15: the desk cannot change it, a manager corrects it, a closed one stays."""
        request = self.rma(self.lots[1])
        request.with_user(self.user).date_reported = "2026-01-02"
        request.with_user(self.user).partner_id = self.customer
        values = {"partner_id": self.other.id}
        with self.assertRaisesRegex(UserError, "decided already: Customer"):
            self.open.with_user(self.user).write(values)
        with self.assertRaisesRegex(UserError, "decided already: Reported"):
            self.open.with_user(self.user).date_reported = "2026-01-02"
        self.open.with_user(self.manager).write(values)
        self.assertEqual(self.open.partner_id, self.other)
        self.walk(request)
        with self.assertRaisesRegex(UserError, "decided already"):
            request.with_user(self.manager).write(values)

    def test_company_of_an_approved_rma(self):
        company = self.env["res.company"].create({"name": "B"})
        self.user.company_ids += company
        with self.assertRaisesRegex(UserError, "decided already: Company"):
            self.open.with_user(self.user).company_id = company

    def test_facts_of_a_unit(self):
        """R15: verdict and progress of a unit are not typed."""
        unit = self.open.line_ids.with_user(self.manager)
        for name, value in (
            ("warranty_status", "void"),
            ("warranty_until", "2030-01-01"),
            ("verdict", {}),
            ("qty_received", 1),
            ("qty_shipped", 1),
            ("is_open_serial", False),
            ("location_id", self.stock.id),
            ("origin_move_id", False),
        ):
            with self.subTest(field=name), self.assertRaisesRegex(UserError, "typed"):
                unit.write({name: value})
        line = Command.create({"lot_id": self.lots[1].id, "warranty_status": "in"})
        with self.assertRaisesRegex(UserError, "Warranty cannot be typed"):
            self.env["crm.rma"].with_user(self.user).create(
                {"partner_id": self.customer.id, "line_ids": [line]}
            )

    def test_why_it_was_accepted_stays(self):
        unit = self.open.line_ids.with_user(self.user)
        with self.assertRaisesRegex(UserError, "has transfers already"):
            unit.origin_reason = "Found it in the yard"

    def test_the_desk_walks_the_whole_way(self):
        """R15: what is guarded is still done by the buttons, under the right name."""
        rma = self.open.with_user(self.user)
        for step in ("receive", "start_repair", "finish_repair", "ship", "close"):
            getattr(rma, f"action_{step}")()
        self.assertEqual(rma.state, "closed")
        self.assertEqual(rma.closed_by_id, self.user)
        self.assertEqual(rma.write_uid, self.user)
        cancelled = self.rma(self.lots[1], user_id=self.user.id)
        cancelled.with_user(self.user).action_cancel()
        self.assertEqual(cancelled.state, "cancel")

    def test_taken_serial_names_no_foreign_rma(self):
        """R15: the RMA of a company one may not see stays unnamed."""
        company = self.env["res.company"].create({"name": "B"})
        away = new_test_user(
            self.env,
            "away",
            groups="crm_rma.crm_rma_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        lines = self.env["crm.rma.line"]
        with self.assertRaises(ValidationError) as caught:
            lines.with_user(away)._check_serials_free(self.lots[0].ids)
        self.assertNotIn(self.open.name, str(caught.exception))
        self.assertNotIn(self.lots[0].name, str(caught.exception))
        self.assertIn("may not see", str(caught.exception))
        with self.assertRaisesRegex(ValidationError, self.open.name):
            lines.with_user(self.user)._check_serials_free(self.lots[0].ids)


@tagged("post_install", "-at_install")
class TestGone(CrmRmaCommon):
    """R04: what does not go home does not read "shipped"; bulk goods find their RMA."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["S-1"])
        cls.deliver(cls.lot)
        cls.bulk = cls.make_product("Hose", tracking="none")
        cls.charge = cls.make_product("Filter", tracking="lot")
        cls.received = cls.warehouse._rma_location("received")
        cls.bench = cls.warehouse._rma_location("bench")

    def carry(self, product, quantity, source, destination, lot=None):
        """A transfer typed by hand."""
        line = {
            "product_id": product.id,
            "lot_id": lot and lot.id,
            "quantity": quantity,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "picked": True,
        }
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "picked": True,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "picking_type_id": self.warehouse.int_type_id.id,
                "move_line_ids": [Command.create(line)],
            }
        )
        move._action_done()
        return move

    def bulk_rma(self, product, quantity, lot=None):
        """A received RMA of goods without serial numbers."""
        line = {"product_id": product.id, "quantity": quantity}
        if lot:
            line["lot_id"] = lot.id
        rma = self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "line_ids": [Command.create({**line, "origin_reason": "Bulk goods"})],
            }
        )
        return self.walk(rma, "action_receive")

    def test_scrapped_unit(self):
        """R04: scrapped in the house: the unit left, the RMA can be closed."""
        rma = self.walk(self.rma(self.lot), "action_receive")
        self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "lot_id": self.lot.id,
                "scrap_qty": 1,
                "location_id": self.received.id,
            }
        ).action_validate()
        self.assertEqual(rma.line_ids.place, "left")
        self.assertEqual(rma.line_ids.qty_shipped, 0)
        self.assertEqual(rma.state, "left")
        self.assertIn("does not go back", rma.next_step)
        self.assertTrue(rma.can_close)
        rma.action_close()
        self.assertEqual(rma.state, "closed")

    def test_shipped_unit_reads_shipped(self):
        rma = self.walk(self.rma(self.lot), "action_ship")
        self.assertEqual(rma.line_ids.place, "shipped")

    def test_board_shows_the_rare_column_only_when_needed(self):
        """R04: the board has its nine places; the tenth comes with its first unit."""
        lines = self.env["crm.rma.line"]

        def columns():
            domain = [("partner_id", "=", self.customer.id)]
            return [g["place"] for g in lines.formatted_read_group(domain, ["place"])]

        rma = self.rma(self.lot)
        self.assertNotIn("left", columns())
        self.walk(rma, "action_receive")
        with self.assertRaisesRegex(UserError, "not on the board"):
            rma.line_ids.place = "left"

    def test_bulk_goods_are_adopted(self):
        """R04: a quantity moved by hand moves the only RMA that can have brought it."""
        rma = self.bulk_rma(self.bulk, 3)
        move = self.carry(self.bulk, 3, self.received, self.bench)
        self.assertEqual(move.rma_line_id, rma.line_ids)
        self.assertEqual(rma.line_ids.place, "bench")

    def test_lots_are_adopted(self):
        """R04: the same for lots, and only for the lot that was carried."""
        lots = self.make_lots(self.charge, ["L-1", "L-2"])
        first = self.bulk_rma(self.charge, 2, lots[0])
        second = self.bulk_rma(self.charge, 2, lots[1])
        self.carry(self.charge, 2, self.received, self.bench, lots[1])
        self.assertEqual(first.line_ids.place, "received")
        self.assertEqual(second.line_ids.place, "bench")

    def test_ambiguous_goods_are_left_alone(self):
        """R04: with two candidates nobody guesses; the board moves the right one."""
        rmas = self.bulk_rma(self.bulk, 2) + self.bulk_rma(self.bulk, 2)
        move = self.carry(self.bulk, 1, self.received, self.bench)
        self.assertFalse(move.rma_line_id)
        self.assertEqual(rmas.line_ids.mapped("place"), ["received", "received"])
