from unittest.mock import patch

import psycopg2

from odoo.exceptions import LockError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestFlow(CrmRmaCommon):
    """R03, R04: receive, repair, ship back and close, each by real moves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["SN-1"])
        cls.order = cls.deliver(cls.lot)
        cls.put_in_stock(cls.part, 10)

    def place(self, place):
        return self.warehouse._rma_location(place)

    def test_loop_as_desk_user(self):
        """R03: the whole loop with the rights of a service user, place by place."""
        rma = self.rma(self.lot, user_id=self.user.id).with_user(self.user)
        line = rma.line_ids
        self.assertEqual((rma.state, line.place), ("new", "requested"))
        rma.action_approve()
        self.assertEqual((rma.state, line.place), ("expected", "expected"))
        self.assertEqual(rma.picking_ids.move_line_ids.lot_id, self.lot)
        rma.action_receive()
        self.assertEqual((rma.state, line.place), ("received", "received"))
        self.assertLies(self.lot, self.place("received"))
        rma.action_start_repair()
        self.assertEqual((rma.state, line.place), ("repair", "bench"))
        self.assertLies(self.lot, self.place("bench"))
        self.assertEqual(rma.repair_ids.state, "under_repair")
        self.add_part(rma.repair_ids)
        rma.action_finish_repair()
        self.assertEqual((rma.state, line.place), ("ready", "ready"))
        self.assertEqual(rma.repair_ids.state, "done")
        self.assertLies(self.lot, self.place("ready"))
        rma.action_ship()
        self.assertEqual((rma.state, line.place), ("shipped", "shipped"))
        self.assertLies(self.lot, self.env.ref("stock.stock_location_customers"))
        rma.action_close()
        self.assertEqual(rma.state, "closed")
        self.assertEqual(rma.closed_by_id, self.user)
        self.assertEqual(line.outcome_ids.mapped("kind"), ["repair"])

    def test_every_step_is_a_move(self):
        """R03: diagnosis, bench and test included, each step is a real move."""
        rma = self.walk(self.rma(self.lot), until="action_receive")
        rma = rma.with_user(self.user)
        rma.line_ids.place = "diagnosis"
        self.assertLies(self.lot, self.place("diagnosis"))
        rma.action_start_repair()
        rma.line_ids.place = "test"
        self.assertLies(self.lot, self.place("test"))
        for step in ("action_finish_repair", "action_ship", "action_close"):
            getattr(rma, step)()
        moves = rma.line_ids.sudo().move_ids.sorted("id")
        self.assertEqual(set(moves.mapped("state")), {"done"})
        self.assertEqual(
            moves.location_dest_id.filtered("rma_place").mapped("rma_place"),
            ["received", "diagnosis", "bench", "test", "ready"],
        )
        self.assertEqual(rma.state, "closed")

    def test_steps_of_one_transaction(self):
        """R03: a script may take one step after the other before anything is written."""
        rma = self.rma(self.lot).with_context(crm_interaction_strict=True)
        for step in (rma.action_approve, rma.action_receive, rma.action_start_repair):
            step()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((rma.state, rma.line_ids.place), ("repair", "bench"))
        self.assertEqual(rma.approved_by_id, self.env.user)

    def test_every_leg_is_chained(self):
        """R03: the way home hangs on the way in; the same serial returns."""
        rma = self.walk(self.rma(self.lot))
        moves = rma.line_ids.move_ids.sorted("id")
        self.assertEqual(len(moves), 4)
        for before, after in zip(moves[:-1], moves[1:], strict=True):
            self.assertIn(before, after.move_orig_ids)
        self.assertEqual(moves.move_line_ids.lot_id, self.lot)
        delivery = self.order.order_line.move_ids
        self.assertEqual(moves[0].origin_returned_move_id, delivery)
        self.assertEqual(moves[-1].origin_returned_move_id, moves[0])
        self.assertFalse(any(moves.mapped("to_refund")))
        self.assertFalse(moves.sale_line_id)
        self.assertTrue(all(moves.mapped("reference")))
        self.assertEqual(rma.reference_id.picking_ids, rma.picking_ids)

    def test_double_click_does_nothing_twice(self):
        """R03: each step a second time changes nothing and says where things stand."""
        rma = self.rma(self.lot)
        for step in (
            "action_approve",
            "action_receive",
            "action_start_repair",
            "action_finish_repair",
            "action_ship",
            "action_close",
        ):
            self.assertIs(getattr(rma, step)(), True)
            before = len(rma.line_ids.move_ids), len(rma.line_ids.repair_ids)
            again = getattr(rma, step)()
            self.assertEqual(again["tag"], "display_notification", step)
            after = len(rma.line_ids.move_ids), len(rma.line_ids.repair_ids)
            self.assertEqual(before, after, step)

    def test_wrong_order_of_steps(self):
        """R03: a step that is not due does nothing."""
        rma = self.rma(self.lot)
        for step in ("action_receive", "action_start_repair", "action_ship"):
            self.assertEqual(getattr(rma, step)()["tag"], "display_notification")
        self.assertEqual(rma.state, "new")
        self.assertFalse(rma.line_ids.move_ids)

    def test_return_as_is(self):
        """R07: home without a repair is an outcome of its own."""
        rma = self.walk(self.rma(self.lot), until="action_receive")
        rma.action_return_as_is()
        self.assertEqual(rma.state, "shipped")
        self.assertEqual(rma.line_ids.outcome_ids.mapped("kind"), ["return"])
        self.assertFalse(rma.repair_ids)

    def test_one_open_rma_per_serial(self):
        """R03: the second request for a serial names the first."""
        rma = self.rma(self.lot)
        with self.assertRaisesRegex(ValidationError, rma.name):
            self.rma(self.lot)

    def test_database_is_the_last_defence(self):
        """R03: even past every check, the index keeps one open RMA per serial."""
        self.rma(self.lot)
        line_model = type(self.env["crm.rma.line"])
        with (
            patch.object(line_model, "_check_serials_free", lambda self, ids: None),
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.rma(self.lot)
            self.env.flush_all()

    def test_next_rma_after_closing(self):
        self.walk(self.rma(self.lot))
        self.assertEqual(self.rma(self.lot).state, "new")

    def test_unit_is_in_one_place(self):
        """R03: a serial that lies with us cannot be received again."""
        rma = self.walk(self.rma(self.lot), until="action_approve")
        self.put_in_stock(self.product, 1, self.lot)
        with self.assertRaisesRegex(UserError, "already lies in"):
            rma.action_receive()

    def test_other_serial_is_refused(self):
        """R03: what was announced must come; the message says what came instead."""
        other = self.make_lots(self.product, ["SN-2"])
        self.deliver(other)
        rma = self.walk(self.rma(self.lot), until="action_approve")
        rma.picking_ids.move_line_ids.lot_id = other
        with self.assertRaisesRegex(UserError, "SN-1.*SN-2"):
            rma.picking_ids.with_context(skip_sms=True).button_validate()

    def test_receipt_from_the_inventory_app(self):
        """R04: whoever validates the transfer, the RMA follows."""
        rma = self.walk(self.rma(self.lot), until="action_approve")
        rma.picking_ids.with_context(skip_sms=True).button_validate()
        self.assertEqual(rma.state, "received")

    def test_carried_by_hand(self):
        """R04: a unit moved in any screen moves its RMA, without naming it."""
        rma = self.walk(self.rma(self.lot), until="action_receive")
        line = rma.line_ids._prepare_move_line(
            self.place("received"), self.place("diagnosis"), 1
        )
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom": self.product.uom_id.id,
                "product_uom_qty": 1,
                "location_id": self.place("received").id,
                "location_dest_id": self.place("diagnosis").id,
                "picked": True,
                "move_line_ids": [Command.create({**line, "picked": True})],
            }
        )
        move._action_done()
        self.assertEqual(move.rma_line_id, rma.line_ids)
        self.assertEqual(rma.line_ids.place, "diagnosis")

    def test_dragged_card_moves_the_unit(self):
        """R04: dragging is moving; the typed place cannot lie."""
        rma = self.walk(self.rma(self.lot), until="action_approve")
        rma.line_ids.place = "received"
        self.assertLies(self.lot, self.place("received"))
        rma.line_ids.place = "waiting_parts"
        self.assertLies(self.lot, self.place("waiting_parts"))
        self.assertEqual(rma.state, "repair")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            rma.line_ids.place = "expected"
        rma.line_ids.place = "ready"
        rma.line_ids.place = "shipped"
        self.assertEqual(rma.state, "shipped")

    def test_drag_past_an_open_repair(self):
        rma = self.walk(self.rma(self.lot), until="action_start_repair")
        with self.assertRaisesRegex(UserError, "Finish the repair"):
            rma.line_ids.place = "ready"

    def test_drag_unreceived(self):
        rma = self.walk(self.rma(self.lot), until="action_approve")
        with self.assertRaisesRegex(UserError, "Receive"):
            rma.line_ids.place = "bench"

    def test_repair_ended_in_the_repair_order(self):
        """R03: the technician may finish in the repair; the unit then goes on."""
        rma = self.walk(self.rma(self.lot), until="action_start_repair")
        rma.repair_ids.action_repair_end()
        self.assertTrue(rma.can_finish)
        rma.action_finish_repair()
        self.assertEqual(rma.state, "ready")

    def test_missing_part_waits(self):
        """R09: no half repair: a part that is not there is named."""
        rma = self.walk(self.rma(self.lot), until="action_start_repair")
        self.add_part(rma.repair_ids, quantity=99)
        self.assertIn("Valve", rma.next_step)
        with self.assertRaisesRegex(UserError, "Valve"):
            rma.action_finish_repair()
        self.assertEqual(rma.repair_ids.state, "under_repair")

    def test_covered_repair_uses_the_warranty_type(self):
        rma = self.walk(self.rma(self.lot), until="action_start_repair")
        repair = rma.repair_ids
        self.assertTrue(repair.under_warranty)
        self.assertEqual(repair.picking_type_id, self.warehouse.rma_repair_type_id)
        self.assertEqual(repair.product_location_src_id, self.place("bench"))
        self.assertEqual(repair.product_location_dest_id, self.place("bench"))

    def test_uncovered_repair_is_paid(self):
        """R07: without the question before it, what is not covered is repaired at once
        and paid for."""
        self.lot.registration_ids.unlink()
        rma = self.walk(self.rma(self.lot), until="action_start_repair")
        self.assertFalse(rma.repair_ids.under_warranty)
        self.assertEqual(
            rma.repair_ids.picking_type_id, self.warehouse.rma_paid_repair_type_id
        )

    def test_cancel_before_receipt(self):
        rma = self.walk(self.rma(self.lot), until="action_approve")
        rma.action_cancel()
        self.assertEqual(rma.state, "cancel")
        self.assertEqual(rma.picking_ids.state, "cancel")

    def test_no_cancel_after_receipt(self):
        """Rule 9: what lies with us goes back, it is not deleted."""
        rma = self.walk(self.rma(self.lot), until="action_receive")
        with self.assertRaisesRegex(UserError, "received already"):
            rma.action_cancel()
        with self.assertRaises(UserError):
            rma.unlink()

    def test_unit_is_fixed_once_moving(self):
        rma = self.walk(self.rma(self.lot), until="action_approve")
        with self.assertRaises(UserError):
            rma.line_ids.quantity = 3
        with self.assertRaises(UserError):
            rma.line_ids.unlink()

    def test_two_people_at_once(self):
        """R03: who comes second hears so, and nothing is half done."""
        rma = self.rma(self.lot)
        with (
            patch.object(type(rma), "lock_for_update", side_effect=LockError("locked")),
            self.assertRaisesRegex(UserError, "Somebody else"),
        ):
            rma.action_approve()
        self.assertEqual(rma.state, "new")

    def test_history(self):
        """R04: each step stands once in the customer's history."""
        rma = self.walk(self.rma(self.lot))
        rows = self.env["crm.interaction"].search(
            [("res_model", "=", "crm.rma"), ("res_id", "=", rma.id)]
        )
        events = sorted(key.split(":")[1] for key in rows.mapped("source_key"))
        self.assertEqual(
            events, ["approved", "closed", "received", "repaired", "shipped"]
        )
        self.assertEqual(rows.commercial_partner_id, self.customer)
        self.assertEqual(set(rows.mapped("channel")), {"service"})
        delivery = self.env["crm.interaction"].search(
            [
                (
                    "source_key",
                    "=",
                    f"stock.picking,{self.order.picking_ids.id}:delivered:1",
                )
            ]
        )
        self.assertEqual(delivery.commercial_partner_id, self.customer)

    def test_state_is_the_least_advanced(self):
        other = self.make_lots(self.product, ["SN-2"])
        self.deliver(other)
        rma = self.walk(self.rma(self.lot + other), until="action_approve")
        rma.line_ids[0].qty_to_receive = 0
        rma.action_receive()
        self.assertEqual(rma.line_ids.mapped("place"), ["expected", "received"])
        self.assertEqual(rma.state, "expected")
        self.assertTrue(rma.can_repair)
        rma.action_receive()
        self.assertEqual(rma.state, "received")

    def test_two_products_one_rma(self):
        """R01: several lines are received, repaired and shipped together."""
        fridge = self.make_product("Fridge", warranty_term_id=self.term.id)
        lots = self.lot + self.make_lots(fridge, ["F-1"])
        self.deliver(lots[1])
        rma = self.walk(self.rma(lots))
        self.assertEqual(rma.state, "closed")
        self.assertEqual(rma.picking_count, 2)
        self.assertEqual(rma.repair_count, 2)

    def test_newest_units_first(self):
        """R03: units follow the order of their RMAs: urgent first, then the newest."""
        lots = self.make_lots(self.product, ["O-1", "O-2", "O-3"])
        self.deliver(lots)
        old, new, urgent = (self.rma(lot) for lot in lots)
        urgent.priority = "1"
        found = self.env["crm.rma.line"].search([("lot_id", "in", lots.ids)])
        self.assertEqual(found.rma_id.ids, (urgent + new + old).ids)
