from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_analytics_fact import KEYS, KINDS

BATCH = 5000
#: An existing database with at most this many documents is counted at once.
SMALL = 5000
#: Documents named when the nightly check finds a difference.
NAMED = 10

MODELS = {
    "booked": ("sale.order", "name"),
    "invoiced": ("account.move", "name"),
    "delivered": ("stock.move", "reference"),
}


class CrmAnalyticsSource(models.Model):
    """One kind of documents: how far its facts are built, and whether they are right.

    Building goes through the documents by id in batches. It can stop at any moment
    and goes on where it was, and documents that change meanwhile are written by the
    queue as always: writing one twice changes nothing.
    """

    _name = "crm.analytics.source"
    _description = "Documents behind the Figures"
    _log_access = False
    _order = "id"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    last_id = fields.Integer(readonly=True)
    max_id = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress")
    is_built = fields.Boolean(
        string="Complete", compute="_compute_progress", search="_search_is_built"
    )
    check_date = fields.Date(string="Last Checked", readonly=True)
    difference_count = fields.Integer(
        string="Documents That Differed",
        readonly=True,
        help="Found by the last nightly check against the documents themselves. "
        "They were counted again.",
    )
    difference_note = fields.Text(
        string="Which Ones",
        readonly=True,
        groups="base.group_system",  # names of documents of every company
    )

    _kind_uniq = models.UniqueIndex("(kind)", "A kind has one row.")

    @api.depends("last_id", "max_id")
    def _compute_progress(self):
        for source in self:
            source.is_built = source.last_id >= source.max_id
            source.progress = (
                100.0 * source.last_id / source.max_id if source.max_id else 100.0
            )

    def _search_is_built(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.search(Domain.TRUE).filtered("is_built")
        return [("id", "in" if True in value else "not in", found.ids)]

    # Building

    @api.model
    @api.private
    def _setup(self):
        """Make the rows at the installation and begin to count what is there."""
        known = set(self.search(Domain.TRUE).mapped("kind"))
        self.create([{"kind": k} for k, _label in KINDS if k not in known])
        self.env["crm.analytics.calendar"]._fill()
        if not known:
            sources = self.search(Domain.TRUE)
            sources._begin()
            if sum(map(self._count_documents, sources.mapped("kind"))) <= SMALL:
                sources._build_all()

    @api.model
    def _count_documents(self, kind):
        table = self.env[MODELS[kind][0]]._table
        [[count]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM %s", SQL.identifier(table))
        )
        return count

    def action_rebuild(self):
        """Count all documents again, in the background; figures stay readable.

        :raise AccessError: unless the user is an analytics administrator
        """
        if not self.env.user.has_group("crm_analytics.crm_analytics_group_manager"):
            raise AccessError(
                self.env._(
                    "Only an analytics administrator may count everything again."
                )
            )
        self.sudo()._begin()
        return True

    def _begin(self):
        for source in self:
            table = self.env[MODELS[source.kind][0]]._table
            [[last]] = self.env.execute_query(
                SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table))
            )
            source.write({"last_id": 0, "max_id": last})
        self.env.ref("crm_analytics.ir_cron_analytics_build").sudo()._trigger()

    def _build_all(self):
        for source in self:
            while not source.is_built:
                source._build_batch()

    def _build_batch(self):
        """Write the facts of the next documents by id; return how many ids it took."""
        self.ensure_one()
        self.env.flush_all()
        last = min(self.last_id + BATCH, self.max_id)
        ids = range(self.last_id + 1, last + 1)
        self.env["crm.analytics.fact"]._refresh(self.kind, list(ids))
        self.last_id = last
        return len(ids)

    @api.model
    def _cron_build(self):
        """Go on building; stops between two batches and goes on at the next run."""
        progress = self.env["ir.cron"]._commit_progress
        sources = self.search(Domain.TRUE).filtered(lambda source: not source.is_built)
        progress(remaining=sum(s.max_id - s.last_id for s in sources))
        for source in sources:
            while not source.is_built:
                if not self.env["crm.analytics.dirty"]._try_lock():
                    return  # the refresh is at it; the next run goes on
                if not progress(source._build_batch()):
                    return

    # Checking

    @api.model
    def _cron_check(self):
        """Compare every document with its fact, and the sums with the facts."""
        self.env["crm.analytics.calendar"]._fill()
        progress = self.env["ir.cron"]._commit_progress
        for source in self.search(Domain.TRUE).filtered("is_built"):
            if not self.env["crm.analytics.dirty"]._try_lock():
                return
            source._check()
            if not progress(1):
                return

    def action_check(self):
        """Compare with the documents now.

        :raise AccessError: unless the user is an analytics administrator
        """
        if not self.env.user.has_group("crm_analytics.crm_analytics_group_manager"):
            raise AccessError(
                self.env._("Only an analytics administrator may check the figures.")
            )
        if not self.env["crm.analytics.dirty"]._try_lock():
            raise UserError(
                self.env._(
                    "The figures are being counted at this moment. Try again in a "
                    "minute."
                )
            )
        self.sudo()._check()
        return True

    def _check(self):
        """Note the documents whose figures differ from their fact; repair them."""
        self.env["crm.analytics.dirty"]._waiting()
        for source in self:
            found = source._get_differing_documents()
            if found:
                self.env["crm.analytics.fact"]._refresh(source.kind, found)
            source.write(
                {
                    "check_date": fields.Date.today(),
                    "difference_count": len(found),
                    "difference_note": source._describe(found),
                }
            )
        self._check_rollups()

    def _get_differing_documents(self):
        """Ids of documents whose fact is missing, left over or different.

        Documents that wait in the queue differ on purpose.
        """
        self.ensure_one()
        facts = self.env["crm.analytics.fact"]
        keys = SQL(", ").join(SQL.identifier(name) for name in KEYS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_id
                  FROM (SELECT res_id, %(keys)s, SUM(amount) AS amount,
                               SUM(margin) AS margin, 1 AS side
                          FROM (%(lines)s) line GROUP BY res_id, %(keys)s
                         UNION ALL
                        SELECT res_id, %(columns)s, 2 FROM crm_analytics_fact
                         WHERE kind = %(kind)s) either
                 WHERE NOT EXISTS (SELECT 1 FROM crm_analytics_dirty waiting
                                    WHERE waiting.kind = %(kind)s
                                      AND waiting.res_id = either.res_id)
                 GROUP BY res_id, %(columns)s
                HAVING COUNT(*) <> 2
                 ORDER BY res_id
                """,
                keys=keys,
                lines=facts._select_lines(self.kind, SQL("IS NOT NULL")),
                columns=facts._get_columns(),
                kind=self.kind,
            )
        )
        return sorted({row[0] for row in rows})

    def _describe(self, ids):
        """Names of the first documents, for the manager."""
        if not ids:
            return False
        model, name = MODELS[self.kind]
        documents = self.env[model].browse(ids[:NAMED]).exists()
        names = [document[name] or f"#{document.id}" for document in documents]
        names += [f"#{id_}" for id_ in ids[:NAMED] if id_ not in documents.ids]
        rest = len(ids) - len(names)
        if rest <= 0:
            return ", ".join(names)
        return self.env._(
            "%(names)s and %(count)s more", names=", ".join(names), count=rest
        )

    @api.model
    def _check_rollups(self):
        """Count sums again that differ from their facts."""
        for name in self.env["crm.analytics.fact"]._get_rollups():
            if not self.env[name]._is_right():
                self.env[name]._recount()
