import logging
import time
from contextlib import contextmanager

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools import groupby

_logger = logging.getLogger(__name__)

#: Records of one transaction.
BATCH = 2000
#: Up to this many records are handed over at once, more by the scheduled action.
AT_ONCE = 500
#: How often what came up meanwhile is gathered before the handover ends.
SWEEPS = 3
#: Two people may write the same record: PostgreSQL then asks to begin again.
TRIES = 5
ERROR_LENGTH = 500


class CrmHandover(models.Model):
    """The run: batches that are committed one by one and go on where they stopped."""

    _inherit = "crm.handover"

    sweeps = fields.Integer(
        readonly=True,
        copy=False,
        help="How often what came up during the run was gathered.",
    )

    # Running

    def _cron(self):
        return self.env.ref("crm_extension.ir_cron_handover").sudo()

    def _machine(self):
        """The handover as the one who started it, above all record rules."""
        runner = self.started_by_id or self.env.user
        companies = self.company_ids.sorted(lambda c: c != runner.company_id).ids
        return (
            self.with_user(runner)
            .sudo()
            .with_context(
                allowed_company_ids=companies,
                lang=runner.sudo().lang,
                tz=runner.sudo().tz,
            )
        )

    def _start(self):
        """Begin; what came up since the preview is part of it."""
        self.sudo().write(
            {"state": "running", "step": "run", "date_run": fields.Datetime.now()}
        )
        self._work_now_or_later()

    def _work_now_or_later(self):
        """Do a small handover at once and leave a big one to the scheduled action."""
        if self._left() > AT_ONCE:
            self._cron()._trigger()
            return
        machine = self._machine()
        while machine._step():
            pass
        self.invalidate_recordset()

    def _left(self):
        """Records that wait, for the present direction."""
        self.row_ids.flush_model()
        waiting = "done" if self.state == "undoing" else "todo"
        return (
            self.env["crm.handover.row"]
            .sudo()
            .search_count([("handover_id", "=", self.id), ("state", "=", waiting)])
        )

    @api.model
    def _cron_run(self):
        """Begin what is due, bring back what is over, go on with what is under way.

        Each batch is committed; one handover that fails says why and does not hold up
        the others.
        """
        self._begin_due()
        self._return_due()
        under_way = [("state", "in", ("running", "undoing")), ("error", "=", False)]
        for handover in self.search(under_way, order="id"):
            while handover._step_safely():
                left = sum(h._left() for h in self.search(under_way))
                if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                    return

    @api.model
    def _begin_due(self):
        for handover in self.search(
            [("state", "=", "scheduled"), ("error", "=", False)]
        ):
            if handover.date_start <= handover._today():
                with handover._failing():
                    handover._machine()._plan(fresh=False)
                    handover._check_plan()
                    handover.write(
                        {
                            "state": "running",
                            "step": "run",
                            "date_run": fields.Datetime.now(),
                        }
                    )
        self.env["ir.cron"]._commit_progress()

    def _step_safely(self):
        """One batch; again when somebody else wrote the same records meanwhile."""
        for attempt in range(1, TRIES + 1):
            try:
                return self._step_locked()
            except psycopg2.errors.OperationalError:
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                if attempt == TRIES:
                    raise
                time.sleep(attempt / 10)
        return False

    def _step_locked(self):
        """One batch, if nobody else works on this handover.

        :return: whether there may be more to do
        """
        self.env.invalidate_all()
        try:
            self._lock()
        except LockError:
            return False
        if self.state not in ("running", "undoing"):
            return False
        with self._failing():
            return self._machine()._step()
        return False

    def _lock(self):
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset(["state"])

    @contextmanager
    def _failing(self):
        """Block whose failure is kept on the handover, where its people see it; what
        PostgreSQL wants repeated is passed on."""
        try:
            with self.env.cr.savepoint():
                yield
        except psycopg2.errors.OperationalError:
            raise
        except Exception as error:
            _logger.warning("Handover %s waits for a person", self.id, exc_info=error)
            self.env.invalidate_all(flush=False)
            self.sudo().error = self._error_text(error)

    def _step(self):
        """One batch of what is under way.

        :return: whether there may be more to do
        """
        if self.state == "undoing":
            return self._step_undo()
        if self.state != "running":
            return False
        rows = self._next_rows("todo")
        if not rows:
            return self._sweep_or_finish()
        self._move(rows)
        self._finish_items(rows.item_id)
        return True

    def _next_rows(self, state):
        """One batch of rows, whole customers where they are not bigger than that."""
        rows = self.env["crm.handover.row"].search(
            [("handover_id", "=", self.id), ("state", "=", state)],
            order="item_id, id",
            limit=BATCH + 1,
        )
        if len(rows) <= BATCH:
            return rows
        last = rows[-1].item_id
        whole = rows.filtered(lambda row: row.item_id != last)
        return whole or rows[:BATCH]

    def _move(self, rows):
        """Give the records of these rows to their receivers."""
        specs = self._handover_specs()
        for (name, giver, receiver), batch in self._groups(rows):
            spec = specs.get(name)
            if spec:
                self._move_safely(spec, batch, giver, receiver)
            else:
                batch.write({"state": "skipped", "error": self._word("kind_gone")})

    def _groups(self, rows):
        """Rows of one kind, giver and receiver together, kind after kind."""
        place = {name: n for n, name in enumerate(self._handover_specs())}
        people = self.env["res.users"]

        def key(row):
            return (
                place.get(row.kind, 0),
                row.kind,
                row.from_user_id.id,
                row.item_id.to_user_id.id,
            )

        for (_n, name, giver, receiver), batch in groupby(rows.sorted(key), key):
            yield (
                (name, people.browse(giver or ()), people.browse(receiver or ())),
                rows.browse(row.id for row in batch),
            )

    def _move_safely(self, spec, rows, giver, receiver):
        """Move rows; find the bad ones, whatever is wrong with them, and list them."""
        try:
            with self.env.cr.savepoint():
                self._move_batch(spec, rows, giver, receiver)
                return
        except psycopg2.errors.OperationalError:
            raise  # the whole transaction is to be repeated
        # one bad record must not stop the others
        except Exception as error:  # noqa: BLE001
            self.env.invalidate_all(flush=False)
            if len(rows) == 1:
                self._note_failure(rows, error)
                return
        half = len(rows) // 2
        for part in (rows[:half], rows[half:]):
            self._move_safely(spec, part, giver, receiver)

    def _note_failure(self, row, error):
        text = self._error_text(error)
        _logger.info("Handover %s: %s,%s: %s", self.id, row.res_model, row.res_id, text)
        row.write({"state": "failed", "error": text})

    @api.model
    def _error_text(self, error):
        return " ".join(str(error).split())[:ERROR_LENGTH] or type(error).__name__

    # The end

    def _sweep_or_finish(self):
        """Gather what came up meanwhile; when there is nothing any more, it is done."""
        if self.sweeps < SWEEPS and self._gather():
            self.sweeps += 1
            self._deal()
            rest = self.item_ids.filtered(lambda item: not item.to_user_id)
            rest.write({"to_user_id": self.receiver_ids[:1].user_id.id})
            return True
        self._finish()
        return False

    def _finish(self):
        self.write(
            {"state": "done", "step": "result", "date_done": fields.Datetime.now()}
        )
        self._tell_people()

    @api.model
    def _word(self, name, **values):
        """Remarks of rows, in the language of whoever started the handover."""
        words = {
            "kind_gone": self.env._(
                "This kind of record cannot be handed over any more."
            ),
            "not_open": self.env._(
                "Closed, or with somebody else, before its turn came."
            ),
            "deleted": self.env._("Deleted since."),
            "changed": self.env._("Changed since: it stays as it is."),
        }
        return words[name]
