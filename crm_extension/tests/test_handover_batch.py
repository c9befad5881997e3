from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import RecordCapturer, tagged
from odoo.tools import mute_logger

from ..models import crm_handover_run
from .handover_common import HandoverCommon

AUDITED = "This quotation is being audited."
NO_PAPER = "Out of paper"


@tagged("post_install", "-at_install")
class TestHandoverBatch(HandoverCommon):
    """X08: batches, resumable; one bad record does not stop the others."""

    def run_steps(self, handover, number=None):
        """Start a big handover and take some batches as the scheduled action does."""
        with patch.object(crm_handover_run, "AT_ONCE", 0):
            handover.action_start()
        machine, steps = handover._machine(), 0
        while steps != number and machine._step():
            steps += 1
        return steps

    def test_big_ones_are_left_to_the_scheduled_action(self):
        """X08: the button answers at once; pause and go on."""
        handover = self.make_handover()
        cron = self.env.ref("crm_extension.ir_cron_handover")
        triggers = RecordCapturer(
            self.env["ir.cron.trigger"], [("cron_id", "=", cron.id)]
        )
        with patch.object(crm_handover_run, "AT_ONCE", 3), triggers as capture:
            handover.action_start()
        self.assertEqual(len(capture.records), 1)
        self.assertEqual(handover.state, "running")
        self.assertEqual(self.owners(), self.leaver)
        handover.action_stop()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.owners(), self.leaver)
        handover.action_continue()
        self.env.invalidate_all()
        self.assertEqual(handover.state, "done")
        self.assertNotIn(self.leaver, self.owners())

    def test_a_batch_holds_whole_customers(self):
        """X08: batches of at most so many rows; a customer is not torn apart unless it
        is bigger than a batch."""
        with patch.object(crm_handover_run, "BATCH", 7):
            handover = self.make_handover()
            self.run_steps(handover, 1)
        self.assertEqual(len(self.rows(handover, state="done")), 7)
        with patch.object(crm_handover_run, "BATCH", 4):
            second = self.make_handover(
                self.colleague, kind="transfer", from_user_id=self.first.user_id.id
            )
            self.run_steps(second, 1)
        self.assertEqual(len(self.rows(second, state="done")), 4)

    def test_interrupted_and_resumed(self):
        """R-97: after each batch every customer has exactly one owner, and what is done
        is told once, however often it is interrupted."""
        with patch.object(crm_handover_run, "BATCH", 1):
            handover = self.make_handover()
            self.run_steps(handover, 4)
            told = len(self.env["crm.interaction"].search(self._told()))
            self.assertLess(0, handover.done_count)
            while handover._machine()._step():
                people = self.owners()
                self.assertLessEqual(set(people), {self.leaver, *self.heirs})
        self.assertEqual(handover.state, "done")
        self.assertLess(told, 4)
        self.assertEqual(len(self.env["crm.interaction"].search(self._told())), 4)
        self.assertEqual(self.rows(handover).mapped("state"), ["done"] * 9)

    def _told(self):
        return [("event", "=", "crm.handover.item:handed_over")]

    def test_bad_record(self):
        """X08: a record that cannot be written is listed with its reason, the others
        go on, and it can be tried again."""
        model = type(self.env["sale.order"])
        write = model.write

        def refuse(orders, vals):
            if "user_id" in vals and self.quote in orders:
                raise UserError(AUDITED)
            return write(orders, vals)

        others = [self.make_order(self.first, user_id=self.leaver.id) for _n in "ab"]
        handover = self.make_handover(self.heirs[0])
        with patch.object(model, "write", refuse):
            handover.action_start()
        [failed] = self.rows(handover, state="failed")
        self.assertEqual(failed.res_id, self.quote.id)
        self.assertEqual(failed.error, AUDITED)
        self.assertEqual({order.user_id for order in others}, {self.heirs[0]})
        self.assertEqual(handover.failed_count, 1)
        handover.action_continue()
        self.assertEqual(self.quote.user_id, self.heirs[0])
        self.assertFalse(self.rows(handover, state="failed"))

    def test_taken_meanwhile(self):
        """X08: what somebody took or closed before its turn is left out."""
        handover = self.make_handover(self.heirs[0])
        with patch.object(crm_handover_run, "AT_ONCE", 0):
            handover.action_start()
        self.customers[1].user_id = self.colleague
        self.quote.action_confirm()
        while handover._machine()._step():
            pass
        self.assertEqual(self.customers[1].user_id, self.colleague)
        self.assertEqual(self.quote.user_id, self.leaver)
        left_out = self.rows(handover, state="skipped")
        self.assertEqual(
            set(left_out.mapped("res_id")), {self.customers[1].id, self.quote.id}
        )

    def test_what_comes_up_during_the_run(self):
        """X08: a customer that came during the run goes along at its end."""
        handover = self.make_handover()
        with patch.object(crm_handover_run, "AT_ONCE", 0):
            handover.action_start()
        late = self.make_customer("Late", user_id=self.leaver.id)
        while handover._machine()._step():
            pass
        self.assertEqual(handover.state, "done")
        self.assertIn(late.user_id, self.heirs)

    @mute_logger("odoo.addons.crm_extension.models.crm_handover_run")
    def test_failing_handover_does_not_hold_up_others(self):
        """X08: what goes wrong is kept on the handover; the next one runs."""
        broken = self.make_handover(self.heirs[0], kind="transfer")
        other = self.make_handover(from_user_id=self.seller.id)
        for handover in (broken, other):
            with patch.object(crm_handover_run, "AT_ONCE", 0):
                handover.action_start()
        step = type(broken)._finish_items

        def fail(handover, items):
            if handover == broken:
                raise UserError(NO_PAPER)
            return step(handover, items)

        cron = self.env.ref("crm_extension.ir_cron_handover")
        with (
            patch.object(type(broken), "_finish_items", fail),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((broken.state, broken.error), ("running", NO_PAPER))
        self.assertEqual(self.owners(), self.leaver, "the batch was rolled back")
        self.assertEqual(other.state, "done")
        broken.action_continue()
        self.assertEqual((broken.state, broken.error), ("done", False))

    def test_step_costs_the_same_for_many(self):
        """X08: a batch of forty customers costs as many queries as one of four."""
        receivers = self.heirs[0]
        more = self.env["res.partner"].create(
            [
                {"name": f"More {n}", "is_company": True, "user_id": self.colleague.id}
                for n in range(44)
            ]
        )
        counts = []
        for size in (4, 40):
            some, more = more[:size], more[size:]
            handover = self.make_handover(
                receivers,
                kind="transfer",
                from_user_id=self.colleague.id,
                partner_domain=repr([("id", "in", some.ids)]),
            )
            with patch.object(crm_handover_run, "AT_ONCE", 0):
                handover.action_start()
            machine = handover._machine()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            machine._step()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
