from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmRmaCommon


class OutcomesCommon(CrmRmaCommon):
    """Two ovens and five lamps at a customer, and the dialog that decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_lots(cls.product, ["D-1", "D-2"])
        cls.lot = cls.lots[0]
        cls.order = cls.deliver(cls.lots)
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.lamp = cls.make_product(
            "Lamp", tracking="none", standard_price=10.0, warranty_term_id=cls.term.id
        )
        cls.put_in_stock(cls.lamp, 20)
        cls.lamps = cls.sell({cls.lamp: 5})
        cls.lamps.action_confirm()
        cls.ship(cls.lamps)

    def received(self, lots=None):
        """An RMA whose units are with us, in the hands of a service user."""
        rma = self.walk(self.rma(lots or self.lot), until="action_receive")
        return rma.with_user(self.user)

    def received_lamps(self, quantity=5):
        rma = self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    Command.create({"product_id": self.lamp.id, "quantity": quantity})
                ],
            }
        )
        return self.walk(rma, until="action_receive").with_user(self.user)

    def decide(self, rma, *rows, **values):
        """Press Decide: a row is ``(line, kind, quantity)`` or a dict."""
        wizard = self.env["crm.rma.decide"].with_user(self.user)
        wizard = wizard.with_context(default_rma_id=rma.id).create(
            {
                "rma_id": rma.id,
                "line_ids": [
                    Command.create(
                        row
                        if isinstance(row, dict)
                        else dict(
                            zip(("line_id", "kind", "quantity"), row, strict=True)
                        )
                    )
                    for row in rows
                ],
                **values,
            }
        )
        return wizard.action_decide()

    def balance(self, product, usage="internal", owned=True):
        """Quantity in our own or in customers' places."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id.usage", "=", usage),
                ("location_id.is_customer_goods", "=", not owned),
            ]
        )
        return sum(quants.mapped("quantity"))


@tagged("post_install", "-at_install")
class TestOutcomes(OutcomesCommon):
    """R07: what is decided for a unit is carried out by real moves, at once."""

    def test_wizard_offers_what_is_undecided(self):
        """R07: one row for each unit that waits; one choice fills them all."""
        rma = self.received(self.lots)
        action = rma.action_decide()
        wizard = self.env["crm.rma.decide"].with_user(self.user)
        values = wizard.with_context(**action["context"]).default_get(
            ["rma_id", "line_ids"]
        )
        rows = [command[2]["line_id"] for command in values["line_ids"]]
        self.assertEqual(rows, rma.line_ids.ids)
        self.decide(rma, (rma.line_ids[0].id, "nff", 1))
        self.assertTrue(rma.can_decide)
        self.decide(rma, (rma.line_ids[1].id, "return", 1))
        self.assertFalse(rma.can_decide)
        self.assertEqual(rma.action_decide()["tag"], "display_notification")

    def test_one_rma_names_its_units_without_its_number(self):
        """On a phone the dialog has room for the serial number only."""
        line = self.received(self.lots[:1]).line_ids
        self.assertEqual(line.display_name, f"{line.rma_id.name}: {line.lot_id.name}")
        line = line.with_context(rma_unit_only=True)
        self.assertEqual(line.display_name, line.lot_id.name)

    def test_no_fault_found_is_no_repair(self):
        """R07: found to work, it goes home with an outcome of its own."""
        rma = self.received()
        self.decide(rma, (rma.line_ids.id, "nff", 1))
        self.assertEqual(rma.state, "ready")
        rma.action_ship()
        outcome = rma.outcome_ids
        self.assertEqual((outcome.kind, outcome.state), ("nff", "done"))
        self.assertFalse(rma.repair_ids)
        self.assertEqual(rma.line_ids.outcome_summary, "No Fault Found")
        self.assertLies(self.lot, self.customers)

    def test_claim_refused_goes_home(self):
        """R07: a refused claim sends the unit back as it came."""
        rma = self.received()
        self.decide(rma, (rma.line_ids.id, "refuse", 1))
        rma.action_ship()
        self.assertEqual(rma.outcome_ids.mapped("kind"), ["refuse"])
        self.assertEqual(rma.state, "shipped")

    def test_scrap_needs_consent(self):
        """R07: nothing of the customer's is destroyed without a name and a day."""
        rma = self.received()
        with self.assertRaisesRegex(ValidationError, "agreed"), self.env.cr.savepoint():
            self.decide(rma, (rma.line_ids.id, "scrap", 1))
        self.assertLies(self.lot, self.warehouse._rma_location("received"))
        self.decide(
            rma,
            (rma.line_ids.id, "scrap", 1),
            consent_by="Mr Franken",
            consent_date=fields.Date.today(),
        )
        self.assertEqual(rma.state, "left")
        move = rma.outcome_ids.sudo().move_ids
        self.assertEqual(move.location_dest_id.usage, "inventory")
        self.assertEqual(move.value, 0.0)
        self.assertEqual(rma.outcome_ids.state, "done")
        rma.action_close()
        self.assertEqual(rma.state, "closed")

    def test_replace_with_a_chosen_serial(self):
        """R07: the new serial leaves at once, the old one becomes ours, and the order
        shows one delivered unit."""
        new = self.make_lots(self.product, ["D-NEW"])
        self.put_in_stock(self.product, 1, new)
        rma = self.received()
        line = rma.line_ids
        self.decide(
            rma,
            {"line_id": line.id, "kind": "replace", "quantity": 1, "lot_id": new.id},
        )
        self.assertLies(new, self.customers)
        self.assertLies(self.lot, self.warehouse.rma_taken_location_id)
        self.assertEqual((line.place, rma.state), ("shipped", "shipped"))
        self.assertEqual(rma.outcome_ids.state, "done")
        self.assertEqual(self.order.order_line.qty_delivered, 2.0)
        old, fresh = self.warranties(self.lot), self.warranties(new)
        self.assertEqual((old.close_kind, old.replaced_by_id), ("replaced", fresh))
        self.assertEqual(fresh.date_end, old.date_end)

    def test_replacement_the_warehouse_picks(self):
        """R07: without a serial the transfer waits for a picker; the old unit becomes
        ours only when the new one leaves."""
        new = self.make_lots(self.product, ["D-PICK"])
        self.put_in_stock(self.product, 1, new)
        rma = self.received()
        self.decide(rma, (rma.line_ids.id, "replace", 1))
        self.assertLies(self.lot, self.warehouse._rma_location("received"))
        self.assertEqual(rma.outcome_ids.state, "open")
        picking = rma.outcome_ids.sudo().move_ids.picking_id
        self.assertEqual(picking.state, "assigned")
        picking.move_ids.picked = True
        picking.with_user(self.user).with_context(skip_sms=True).button_validate()
        self.assertLies(self.lot, self.warehouse.rma_taken_location_id)
        self.assertEqual(rma.outcome_ids.lot_id, new)
        self.assertEqual(rma.state, "shipped")

    def test_replacement_is_not_in_stock(self):
        """R07: a serial that is not there is refused; nothing is half done."""
        gone = self.lots[1]
        rma = self.received()
        row = {"line_id": rma.line_ids.id, "kind": "replace", "lot_id": gone.id}
        with self.assertRaisesRegex(UserError, "D-2"), self.env.cr.savepoint():
            self.decide(rma, row)
        self.assertFalse(rma.outcome_ids)
        self.assertTrue(rma.can_decide)

    def test_several_outcomes_on_one_line(self):
        """R07: of five lamps two are repaired, one replaced, one scrapped, one goes
        home as it is; all balances hold."""
        rma = self.received_lamps()
        line = rma.line_ids
        ours = self.balance(self.lamp)
        self.decide(
            rma,
            (line.id, "repair", 2),
            (line.id, "replace", 1),
            (line.id, "scrap", 1),
            (line.id, "return", 1),
            consent_by="Mr Franken",
        )
        self.assertEqual((line.qty_decided, line.qty_undecided), (5.0, 0.0))
        self.assertEqual(rma.repair_ids.product_qty, 2.0)
        here = {loc.rma_place: qty for loc, qty in line._units_here().items()}
        self.assertEqual(here, {"bench": 2.0, "ready": 1.0})
        self.assertEqual(self.balance(self.lamp), ours)
        self.assertTrue(rma.can_ship)
        rma.action_ship()
        self.assertEqual(line.qty_shipped, 1.0)
        self.assertEqual(line.place, "bench")
        rma.action_finish_repair()
        rma.action_ship()
        self.assertEqual(line.qty_shipped, 3.0)
        self.assertEqual(rma.state, "shipped")
        self.assertEqual(set(rma.outcome_ids.mapped("state")), {"done"})
        self.assertEqual(self.lamps.order_line.qty_delivered, 5.0)
        rma.action_close()

    def test_never_more_than_came(self):
        """R07: the outcomes of a line are never more than what was received."""
        rma = self.received_lamps(3)
        line = rma.line_ids
        with self.assertRaisesRegex(ValidationError, "3"), self.env.cr.savepoint():
            self.decide(rma, (line.id, "return", 2), (line.id, "nff", 2))
        self.assertFalse(rma.outcome_ids)
        self.decide(rma, (line.id, "return", 2))
        self.assertEqual(line.qty_undecided, 1.0)

    def test_cancelled_repair_is_undecided_again(self):
        """R07: a repair that is given up leaves the unit to be decided anew."""
        rma = self.received()
        rma.action_start_repair()
        rma.repair_ids.action_repair_cancel()
        line = rma.line_ids
        self.assertEqual(line.qty_undecided, 1.0)
        self.decide(rma, (line.id, "nff", 1))
        rma.action_ship()
        self.assertEqual(line.outcome_summary, "No Fault Found")

    def test_unit_of_another_rma(self):
        """R07: a row that names a unit of another RMA is refused."""
        rma = self.received()
        other = self.rma(self.lots[1])
        with self.assertRaisesRegex(UserError, "belong"):
            self.decide(rma, (other.line_ids.id, "return", 1))

    def test_not_with_us(self):
        """R07: what did not arrive cannot be decided about."""
        rma = self.walk(self.rma(self.lot), until="action_approve")
        with self.assertRaisesRegex(UserError, "not with us"):
            self.decide(rma, (rma.line_ids.id, "return", 1))

    def test_decisions_are_not_typed(self):
        """R07: outcomes come from the button, and what was decided stays."""
        rma = self.received()
        outcomes = self.env["crm.rma.outcome"].with_user(self.user)
        with self.assertRaises(AccessError):
            outcomes.create({"line_id": rma.line_ids.id, "kind": "credit"})
        self.decide(rma, (rma.line_ids.id, "return", 1))
        with self.assertRaises(UserError):
            rma.outcome_ids.kind = "credit"
        rma.outcome_ids.note = "Box was damaged"

    def test_two_people_decide(self):
        """R07: who presses Decide second is told that nothing is left."""
        rma = self.received()
        self.decide(rma, (rma.line_ids.id, "return", 1))
        with self.assertRaises(ValidationError):
            self.decide(rma, (rma.line_ids.id, "scrap", 1), consent_by="X")

    def test_one_delivery_for_several_rmas(self):
        """R07: units of several RMAs go to one address in one delivery; another
        address gets its own."""
        first, second = (self.received(lot) for lot in self.lots)
        other = self.env["res.partner"].create({"name": "Branch", "type": "delivery"})
        rmas = first | second
        rmas.action_start_repair()
        rmas.action_finish_repair()
        rmas.action_ship()
        home = rmas.line_ids.sudo().move_ids._rma_shipments().picking_id
        self.assertEqual(len(home), 1)
        self.assertEqual(home.origin, ", ".join(rmas.mapped("name")))
        third, fourth = (
            self.received(lot) for lot in self.deliver_more(["D-3", "D-4"])
        )
        third.partner_shipping_id = other
        (third | fourth).action_return_as_is()
        lines = (third | fourth).line_ids.sudo()
        self.assertEqual(len(lines.move_ids._rma_shipments().picking_id), 2)

    def deliver_more(self, names):
        lots = self.make_lots(self.product, names)
        self.deliver(lots)
        return lots
