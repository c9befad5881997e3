import psycopg2

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.fields import Domain

BATCH = 500
NAME_LENGTH = 500


class CrmInteractionBackfill(models.Model):
    """Fills the history of a database that was used before: one row per source.

    How it works: a scheduled job takes the records of a running source from the newest
    to the oldest, in batches, and commits each with the place it has reached; it goes
    on from there whenever it is stopped, by a button, the end of its time or a restart.
    Rows are unique by their key, so all of it can be done again at any time. A batch
    that fails is halved until the bad record is found: that one is listed and left out.

    Addons add sources by overriding :meth:`_backfill_sources`.
    """

    _name = "crm.interaction.backfill"
    _description = "Back-fill of the History"
    _order = "sequence, id"
    _rec_name = "source"

    source = fields.Char(required=True, readonly=True)
    name = fields.Char(compute="_compute_name")
    sequence = fields.Integer(readonly=True)
    state = fields.Selection(
        [
            ("new", "Not Started"),
            ("running", "Under Way"),
            ("stopped", "Stopped"),
            ("done", "Done"),
        ],
        default="new",
        required=True,
        readonly=True,
    )
    cursor = fields.Integer(
        readonly=True, help="The record that was reached, from the newest backwards."
    )
    total = fields.Integer(string="Records", readonly=True)
    done = fields.Integer(readonly=True)
    created = fields.Integer(string="Rows Written", readonly=True)
    remaining = fields.Integer(compute="_compute_remaining")
    progress = fields.Float(compute="_compute_remaining", help="Percent")
    date_start = fields.Datetime(string="Started", readonly=True)
    date_last = fields.Datetime(string="Last Progress", readonly=True)
    error_ids = fields.One2many("crm.interaction.backfill.error", "backfill_id")
    error_count = fields.Integer(string="Errors", readonly=True)
    last_error = fields.Char(readonly=True)

    _source_uniq = models.Constraint("UNIQUE(source)", "This source exists already.")

    @api.depends("source")
    @api.depends_context("lang")
    def _compute_name(self):
        sources = self._backfill_sources()
        for backfill in self:
            source = sources.get(backfill.source, {})
            backfill.name = source.get("name", backfill.source)

    @api.depends("total", "done", "state")
    def _compute_remaining(self):
        for backfill in self:
            left = max(backfill.total - backfill.done, 0)
            is_done = backfill.state == "done"
            backfill.remaining = 0 if is_done else left
            share = 100 * backfill.done / backfill.total if backfill.total else 0
            backfill.progress = 100 if is_done else min(share, 100)

    # Sources

    @api.model
    def _backfill_names(self):
        """Hook: ``{source: name}`` in the reader's language.

        Apart from :meth:`_backfill_sources`, because the export of translations takes
        the words of a domain beside a translated text for texts.
        """
        return {}

    @api.model
    def _backfill_sources(self):
        """Hook: what the history can be filled from.

        :return: ``{source: {"name", "sequence", "model", "domain", "batch"}}``. The
            method ``_backfill_<source>`` gets up to ``batch`` records (superuser,
            archived ones, too) and returns the rows it wrote.
        """
        return {}

    @api.model
    def _register_sources(self):
        """One row for each source: called at every upgrade."""
        sources = self._backfill_sources()
        known = {row.source: row for row in self.search([])}
        self.create(
            [
                {"source": name, "sequence": source["sequence"]}
                for name, source in sources.items()
                if name not in known
            ]
        )

    def _backfill_source(self):
        self.ensure_one()
        return self._backfill_sources()[self.source]

    def _backfill_records(self):
        """The model of the source, read as superuser with what is archived."""
        model = self.env[self._backfill_source()["model"]].sudo()
        return model.with_context(active_test=False, prefetch_fields=True)

    # Buttons

    def action_start(self):
        """Start or go on; the scheduled job takes over at once."""
        self.check_access("write")
        for backfill in self:
            vals = {"state": "running"}
            if backfill.state != "stopped":
                domain = backfill._backfill_source()["domain"]
                total = backfill._backfill_records().search_count(domain)
                vals |= {"total": total, "date_start": fields.Datetime.now()}
            backfill.write(vals)
        self.env.ref("crm_extension.ir_cron_backfill").sudo()._trigger()

    def action_stop(self):
        """Stop after the batch that is being worked on."""
        self.filtered(lambda b: b.state == "running").state = "stopped"

    def action_again(self):
        """Start from the newest record once more. Nothing is written twice."""
        self.error_ids.unlink()
        self.write(
            {
                "state": "new",
                "cursor": 0,
                "done": 0,
                "created": 0,
                "error_count": 0,
                "last_error": False,
            }
        )
        self.action_start()

    def action_start_all(self):
        """Start every source that is not done."""
        self.search([("state", "in", ("new", "stopped"))]).action_start()

    def action_open_errors(self):
        """List the records that were left out."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.interaction.backfill.error",
            "view_mode": "list",
            "domain": [("backfill_id", "=", self.id)],
        }

    # Work

    @api.model
    def _cron_backfill(self):
        """Work on all running sources until they are done or the time is over."""
        for backfill in self.search([("state", "=", "running")]):
            if not backfill._run():
                return

    def _run(self):
        """Work on one source; False when the time of the job is over."""
        self.ensure_one()
        while self._lock_running():
            ids = self._next_ids()
            if ids:
                self._work(ids)
            else:
                self.state = "done"
            remaining = sum(
                self.search([("state", "=", "running")]).mapped("remaining")
            )
            cron = self.env["ir.cron"]
            if not cron._commit_progress(len(ids), remaining=remaining):
                return False
        return True

    def _lock_running(self):
        """Whether the source is still to be worked on, by us alone."""
        self.env.invalidate_all()
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError:
            return False
        return self.state == "running"

    def _next_ids(self):
        """Ids of the next batch, the newest first."""
        source = self._backfill_source()
        domain = Domain(source["domain"])
        if self.cursor:
            domain &= Domain("id", "<", self.cursor)
        limit = source.get("batch", BATCH)
        return self._backfill_records().search(domain, order="id desc", limit=limit).ids

    def _work(self, ids):
        """Project one batch and remember the place."""
        created = self._project_ids(ids)
        self.write(
            {
                "cursor": ids[-1],
                "done": self.done + len(ids),
                "created": self.created + created,
                "date_last": fields.Datetime.now(),
            }
        )

    def _project_ids(self, ids):
        """Project these records; find and list the ones that cannot be."""
        try:
            with self.env.cr.savepoint():
                return self._project_batch(ids)
        except psycopg2.OperationalError:
            raise  # the whole transaction is to be repeated
        # one bad record, whatever is wrong with it, must not stop the others
        except Exception as error:  # noqa: BLE001
            if len(ids) == 1:
                self._note_error(ids[0], error)
                return 0
        half = len(ids) // 2
        return self._project_ids(ids[:half]) + self._project_ids(ids[half:])

    def _project_batch(self, ids):
        """Number of rows written for these records. Errors are the caller's."""
        strict = self.with_context(crm_interaction_strict=True)
        records = strict._backfill_records().browse(ids)
        return len(getattr(strict, f"_backfill_{self.source}")(records))

    def _note_error(self, record_id, error):
        text = " ".join(str(error).split())[:NAME_LENGTH] or type(error).__name__
        self.error_ids.create(
            {
                "backfill_id": self.id,
                "res_model": self._backfill_source()["model"],
                "res_id": record_id,
                "message": text,
            }
        )
        self.write({"error_count": self.error_count + 1, "last_error": text})


class CrmInteractionBackfillError(models.Model):
    """A record that could not be told in the history, and why."""

    _name = "crm.interaction.backfill.error"
    _description = "Record Left out of the History"
    _order = "id desc"
    _rec_name = "message"

    backfill_id = fields.Many2one(
        "crm.interaction.backfill", required=True, ondelete="cascade", index=True
    )
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True
    )
    message = fields.Char(required=True)

    def action_open_record(self):
        """Open the record to see what is wrong with it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
