import logging

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_analytics_fact import KINDS

_logger = logging.getLogger(__name__)

PENDING = "crm_analytics.dirty"
BATCH = 1000
#: First key of the advisory lock: only one transaction writes facts at a time.
LOCK = 0x4352414E  # "CRAN"


class CrmAnalyticsDirty(models.Model):
    """Documents whose facts must be written anew.

    A row enters in the transaction that changes the document, so it is visible
    exactly when the change is. Rows are only ever inserted: two people who change
    one order never wait for each other, and a row that is being worked off does not
    hide a later change.
    """

    _name = "crm.analytics.dirty"
    _description = "Document to Count Again"
    _log_access = False
    _order = "id"

    kind = fields.Selection(KINDS, required=True)
    res_id = fields.Integer("Document", required=True)

    # From this many changed documents on the refresh does not wait for its next turn.
    _many = 200

    _document_idx = models.Index("(kind, res_id)")

    # Filling

    @api.model
    @api.private
    def _note(self, model, ids):
        """Remember changed records until the transaction commits or reads a figure."""
        if not ids:
            return
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.add(self.env(su=True)[self._name]._save)
        pending = precommit.data.setdefault(PENDING, {})
        pending.setdefault(model, set()).update(ids)

    @api.model
    @api.private
    def _save(self):
        """Queue what was noted; documents that are and were no figure stay out."""
        pending = self.env.cr.precommit.data.pop(PENDING, None)
        if not pending:
            return
        documents = SQL(" UNION ").join(self._select_documents(pending))
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_analytics_dirty (kind, res_id) %s",
                documents,
            )
        )
        if self.env.cr.rowcount >= self._many:
            self._wake()

    @api.model
    def _select_documents(self, pending):
        """Return SELECTs of ``kind, res_id`` of the documents behind the records.

        :param pending: ``{model: ids}`` of the records that changed
        """
        orders = list(pending.get("sale.order", ()))
        lines = list(pending.get("sale.order.line", ()))
        if orders or lines:
            yield from self._select_sold(orders, lines)
        if moves := list(pending.get("account.move", ())):
            yield SQL(
                """SELECT 'invoiced', id FROM account_move
                    WHERE id = ANY(%s) AND state = 'posted' AND move_type IN
                          ('out_invoice', 'out_refund', 'out_receipt')""",
                moves,
            )
            yield self._select_known("invoiced", moves)
        if items := list(pending.get("account.move.line", ())):
            yield SQL(
                """SELECT 'invoiced', m.id FROM account_move_line l
                     JOIN account_move m ON m.id = l.move_id
                    WHERE l.id = ANY(%s) AND m.state = 'posted' AND m.move_type IN
                          ('out_invoice', 'out_refund', 'out_receipt')""",
                items,
            )
            yield self._select_known_lines("invoiced", items)
        if moves := list(pending.get("stock.move", ())):
            yield SQL(
                """SELECT 'delivered', id FROM stock_move
                    WHERE id = ANY(%s) AND state = 'done'
                      AND sale_line_id IS NOT NULL""",
                moves,
            )
            yield self._select_known("delivered", moves)

    @api.model
    def _select_sold(self, orders, lines):
        """An order's own fact, and those that take price, cost or credit from it."""
        yield self._select_known("booked", orders)
        yield self._select_known_lines("booked", lines)
        sold = SQL("sale_order_line l JOIN sale_order o ON o.id = l.order_id")
        changed = SQL("(l.order_id = ANY(%s) OR l.id = ANY(%s))", orders, lines)
        yield SQL(
            "SELECT 'booked', o.id FROM %s WHERE %s AND o.state = 'sale'", sold, changed
        )
        yield SQL(
            """SELECT 'delivered', m.id FROM %s
                 JOIN stock_move m ON m.sale_line_id = l.id
                WHERE %s AND m.state = 'done'""",
            sold,
            changed,
        )
        yield SQL(
            """SELECT 'invoiced', i.move_id FROM %s
                 JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
                 JOIN account_move_line i ON i.id = r.invoice_line_id
                WHERE %s AND i.parent_state = 'posted'""",
            sold,
            changed,
        )

    @api.model
    def _select_known(self, kind, ids):
        """Documents that have a fact: it may have to go."""
        return SQL(
            "SELECT kind, res_id FROM crm_analytics_fact"
            " WHERE kind = %s AND res_id = ANY(%s)",
            kind,
            ids,
        )

    @api.model
    def _select_known_lines(self, kind, ids):
        """Documents whose fact holds one of the lines, which may be gone by now."""
        return SQL(
            """SELECT f.kind, f.res_id FROM crm_analytics_fact_line l
                 JOIN crm_analytics_fact f ON f.id = l.fact_id
                WHERE f.kind = %s AND l.line_id = ANY(%s)""",
            kind,
            ids,
        )

    # Reading

    @api.model
    @api.private
    def _waiting(self):
        """Kinds of documents that wait in the queue, as this transaction sees it.

        What this transaction itself changed is queued first, so that it reads its
        own figures. One query; none but that one on a read-only cursor.

        :return: list of kinds, empty most of the time
        """
        for name in self._watched():
            self.env[name].flush_model()
        self.sudo()._save()
        rows = self.env.execute_query(
            SQL("SELECT DISTINCT kind FROM crm_analytics_dirty")
        )
        return [kind for [kind] in rows]

    @api.model
    def _watched(self):
        """Names of the models whose changes change the figures."""
        return (
            "sale.order",
            "sale.order.line",
            "account.move",
            "account.move.line",
            "stock.move",
        )

    # Working off

    @api.model
    def _wake(self):
        self.env.ref("crm_analytics.ir_cron_analytics_refresh").sudo()._trigger()

    @api.model
    def _cron_refresh(self):
        """Write the facts of the queued documents anew, in batches; safe to repeat."""
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count([]))
        while count := self._work_off(BATCH):
            if not progress(count):
                break

    @api.model
    @api.private
    def _work_off(self, limit=None):
        """Take rows out of the queue and write the facts of their documents.

        :return: number of rows taken; 0 when there are none or somebody else is at it
        """
        if not self._try_lock():
            return 0
        rows = self.env.execute_query(
            SQL(
                """SELECT id, kind, res_id FROM crm_analytics_dirty
                    ORDER BY id %s FOR UPDATE SKIP LOCKED""",
                SQL("LIMIT %s", limit) if limit else SQL(),
            )
        )
        for kind in {row[1] for row in rows}:
            documents = {row[2] for row in rows if row[1] == kind}
            self.env["crm.analytics.fact"]._refresh(kind, sorted(documents))
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_analytics_dirty WHERE id = ANY(%s)",
                [row[0] for row in rows],
            )
        )
        return len(rows)

    @api.model
    @api.private
    def _try_lock(self):
        """Whether this transaction may write facts; the lock ends with it."""
        [[locked]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, 0)", LOCK)
        )
        return locked
