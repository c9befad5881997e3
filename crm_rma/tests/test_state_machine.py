"""Any steps in any order: what must always be true of returned units.

A machine of hypothesis takes steps at random, allowed or not; after each one the
invariants are looked at in the database. A few dozen steps in every run; more with
``CRM_LOOP_RMA_EXAMPLES=200``.
"""

import os
from contextlib import contextmanager

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_credit import CreditCommon

EXAMPLES = int(os.environ.get("CRM_LOOP_RMA_EXAMPLES", "5"))
KINDS = ("repair", "replace", "credit", "return", "nff", "refuse", "scrap")
STEPS = (
    "action_approve",
    "action_receive",
    "action_start_repair",
    "action_finish_repair",
    "action_ship",
    "action_return_as_is",
    "action_close",
    "action_cancel",
    "action_accept_quote",
    "action_refuse_quote",
)
PLACES = ("diagnosis", "waiting_parts", "test", "ready", "shipped", "received")


@tagged("post_install", "-at_install")
class TestStateMachine(CreditCommon):
    """R03, R07, R13: the invariants of a return, under steps nobody thought of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_units(["M-1", "M-2"])
        cls.order, cls.invoice = cls.sold(2, 100.0, cls.lots)
        cls.lamp = cls.make_product("Lamp", tracking="none", standard_price=10.0)
        cls.lamps = cls.sell({cls.lamp: 4})
        cls.lamp_invoice = cls.hand_over(cls.lamps)
        cls.spare = cls.make_units(["M-3", "M-4", "M-5"])
        for lot in cls.spare:
            cls.put_in_stock(cls.product, 1, lot)
        cls.put_in_stock(cls.lamp, 10)
        cls.reason = cls.env["crm.rma.reason"].create({"name": "X", "kind": "dock"})

    def test_any_order_of_steps(self):
        """R03, R07, R13: five walks at random, the invariants after every step."""
        case = self

        class Machine(ReturnMachine):
            test = case

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=12,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

    # -------------------------------------------------------------------------
    # What is always true
    # -------------------------------------------------------------------------

    def check(self, rmas):
        self.env.flush_all()
        self.check_serials()
        self.check_quantities(rmas)
        self.check_money()
        self.check_states(rmas)

    def check_serials(self):
        """One unit, one place; nothing reserved that is not there."""
        lots = self.lots | self.spare
        quants = self.env["stock.quant"].search([("lot_id", "in", lots.ids)])
        for lot in lots:
            mine = quants.filtered(lambda q, one=lot: q.lot_id == one)
            lying = mine.filtered(lambda q: q.quantity > 0)
            self.assertEqual(len(lying), 1, lot.name)
            self.assertEqual(lying.quantity, 1.0)
            for quant in mine.filtered(lambda q: q.location_id.usage == "internal"):
                self.assertLessEqual(quant.reserved_quantity, max(quant.quantity, 0))

    def check_quantities(self, rmas):
        """What came is decided or undecided, and is here, home or gone."""
        for line in rmas.line_ids:
            here = sum(line._units_here().values())
            done = line.move_ids.filtered(
                lambda m: m.state == "done" and m.location_id.is_customer_goods
            )
            gone = sum(
                line._moved(m) for m in done if not m.location_dest_id.is_customer_goods
            )
            self.assertAlmostEqual(line.qty_received, here + gone, 6)
            self.assertGreaterEqual(line.qty_undecided, 0.0)
            decided = sum(line._live_outcomes().mapped("quantity"))
            self.assertAlmostEqual(line.qty_received, decided + line.qty_undecided, 6)
            self.assertLessEqual(line.qty_received, line.quantity)

    def check_money(self):
        """Never more is given back than was charged; goods and money go together."""
        for invoice in self.invoice | self.lamp_invoice:
            notes = invoice.reversal_move_ids.filtered(lambda m: m.state != "cancel")
            given = sum(notes.mapped("amount_total"))
            self.assertLessEqual(round(given, 2), round(invoice.amount_total, 2))
        for line in (self.order | self.lamps).order_line:
            self.assertEqual(line.qty_delivered, line.qty_invoiced)
            self.assertEqual(line.qty_to_invoice, 0.0)

    def check_states(self, rmas):
        """Nothing of an ended RMA moves; one open RMA for a serial."""
        for rma in rmas:
            if rma.is_open:
                continue
            self.assertFalse(rma.line_ids._open_moves(), rma.state)
            self.assertFalse(rma.line_ids._running_repairs(), rma.state)
            self.assertFalse(any(line._units_here() for line in rma.line_ids))
        under_way = rmas.line_ids.filtered("is_open_serial").lot_id
        self.assertEqual(len(under_way), len(rmas.line_ids.filtered("is_open_serial")))


class ReturnMachine(RuleBasedStateMachine):
    """Steps at random; a refused one changes nothing."""

    test = None

    def __init__(self):
        super().__init__()
        self.env = self.test.env
        self.savepoint = self.env.cr.savepoint()
        self.savepoint.__enter__()
        self.rmas = self.env["crm.rma"]

    def teardown(self):
        self.savepoint.rollback()
        self.savepoint.close(rollback=False)
        self.env.invalidate_all()

    @contextmanager
    def attempt(self):
        """A step that is refused leaves nothing behind."""
        try:
            with self.env.cr.savepoint():
                yield
        except UserError:
            self.env.invalidate_all()
            self.rmas = self.rmas.exists()

    def one(self, number):
        return self.rmas[number % len(self.rmas)] if self.rmas else self.rmas

    @rule(number=st.integers(0, 1))
    def request_serial(self, number):
        with self.attempt():
            self.rmas |= self.test.rma(self.test.lots[number])

    @rule(quantity=st.integers(1, 3))
    def request_lamps(self, quantity):
        with self.attempt():
            self.rmas |= self.env["crm.rma"].create(
                {
                    "partner_id": self.test.customer.id,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.test.lamp.id,
                                "quantity": quantity,
                                "chosen_move_id": self.test.lamps.order_line.move_ids.id,
                            }
                        )
                    ],
                }
            )

    @rule(number=st.integers(0, 5), step=st.sampled_from(STEPS))
    def step(self, number, step):
        with self.attempt():
            getattr(self.one(number), step)()

    @rule(number=st.integers(0, 5))
    def onward(self, number):
        """The steps that bring a unit in, so that walks get somewhere."""
        with self.attempt():
            rma = self.one(number)
            rma.action_approve()
            rma.action_receive()

    @rule(
        number=st.integers(0, 5),
        kind=st.sampled_from(KINDS),
        quantity=st.integers(1, 3),
    )
    def decide(self, number, kind, quantity):
        with self.attempt():
            line = self.one(number).line_ids[-1:]
            if not line or not line.rma_id._begin("is_open"):
                return
            serial = line.product_id.tracking == "serial"
            values = {"line_id": line.id, "kind": kind}
            values["quantity"] = 1 if serial else quantity
            if kind == "scrap":
                values |= {"consent_by": "X", "consent_date": fields.Date.today()}
            if kind == "replace" and serial:
                free = self.test.spare.filtered(
                    lambda lot: lot.location_id == self.test.stock
                )
                values["lot_id"] = free[:1].id
            self.env["crm.rma.outcome"]._decide([values])

    @rule(number=st.integers(0, 5), place=st.sampled_from(PLACES))
    def carry(self, number, place):
        with self.attempt():
            line = self.one(number).line_ids[-1:]
            line.place = place
            self.env.flush_all()

    @rule(number=st.integers(0, 5))
    def empty_box(self, number):
        with self.attempt():
            line = self.one(number).line_ids[-1:]
            if line:
                line._give_up(self.test.reason, "Empty")

    @rule(number=st.integers(0, 5))
    def fault_is_back(self, number):
        with self.attempt():
            rma = self.one(number)
            if rma.can_reopen:
                rma._reopen(rma._returned_lines(), fields.Date.today(), "Again")

    @invariant()
    def all_is_true(self):
        self.test.check(self.rmas)
