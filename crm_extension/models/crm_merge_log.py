from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

MANAGER = "sales_team.group_sale_manager"
UNDO_DAYS = 30
#: Rows of the survivor are compared too, up to so many in one table.
SURVIVOR_ROWS = 2000
STATES = [("done", "Merged"), ("undone", "Undone")]


class CrmMergeLog(models.Model):
    """A merge of customers and every row it changed, so that it can be taken back.

    How it works: before the merge all rows that are or point at the partners are
    copied as JSON by SQL, found through the schema of the database
    (``crm.merge.schema``). After it, rows that did not change are dropped and of the
    others only the columns that changed are kept. Undo puts back what still has the
    value that the merge gave it; what was changed or created later stays as it is.
    """

    _name = "crm.merge.log"
    _description = "Merge of Customers"
    _order = "id desc"
    _rec_name = "merged"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Kept",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    merged = fields.Char(readonly=True)
    src_ids = fields.Json(readonly=True)
    dst_id = fields.Integer(readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Merged by", readonly=True, ondelete="set null"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    state = fields.Selection(STATES, default="done", required=True, readonly=True)
    row_ids = fields.One2many("crm.merge.log.row", "log_id", readonly=True)
    undo_until = fields.Datetime(compute="_compute_undo_until")
    undone_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    undone_date = fields.Datetime(readonly=True)
    summary = fields.Json(readonly=True)
    moved = fields.Text(string="What Moved", compute="_compute_moved")

    @api.depends("create_date")
    def _compute_undo_until(self):
        params = self.env["ir.config_parameter"].sudo()
        try:
            days = int(params.get_param("crm_extension.merge_undo_days", UNDO_DAYS))
        except ValueError:
            days = UNDO_DAYS
        for log in self:
            log.undo_until = log.create_date and log.create_date + timedelta(days=days)

    @api.depends("summary")
    def _compute_moved(self):
        """Counts per model, in the reader's language."""
        labels = self.env["crm.merge.schema"]._labels()
        for log in self:
            rows = sorted((log.summary or {}).items(), key=lambda row: -row[1])
            log.moved = "\n".join(
                f"{labels[table]}: {count}" for table, count in rows if table in labels
            )

    # Recording

    @api.model
    @api.private
    def _start(self, src_partners, dst_partner):
        """Remember the rows before the merge."""
        self.env.flush_all()
        log = self.sudo().create(
            {
                "partner_id": dst_partner.id,
                "dst_id": dst_partner.id,
                "src_ids": src_partners.ids,
                "merged": ", ".join(p.sudo().display_name or "" for p in src_partners),
                "user_id": self.env.uid,
                "company_id": dst_partner.sudo().company_id.id,
            }
        )
        log.flush_recordset()
        log._copy_rows()
        log._park_images()
        return log

    def _copy_rows(self):
        schema = self.env["crm.merge.schema"]
        everybody = schema._conditions([*self.src_ids, self.dst_id], own=True)
        merged = schema._conditions(self.src_ids, own=True)
        for table, condition in everybody.items():
            if self._is_long(table, condition):
                condition = merged[table]
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_merge_log_row (log_id, table_name, row_id, before)
                    SELECT %s, %s, %s, to_jsonb(t) FROM %s t WHERE %s""",
                    self.id,
                    table,
                    SQL("t.id") if schema._has_id(table) else SQL("NULL"),
                    SQL.identifier(table),
                    condition,
                )
            )

    def _is_long(self, table, condition):
        rows = self.env.execute_query(
            SQL(
                "SELECT 1 FROM %s t WHERE %s LIMIT %s",
                SQL.identifier(table),
                condition,
                SURVIVOR_ROWS + 1,
            )
        )
        return len(rows) > SURVIVOR_ROWS and table != "res_partner"

    def _park_images(self):
        """Keep the files of the pictures, which go with the merged partners."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO ir_attachment
                    (name, type, store_fname, checksum, file_size, mimetype,
                     res_model, res_id, create_date, write_date)
                SELECT name, type, store_fname, checksum, file_size, mimetype,
                       'crm.merge.log', %s, create_date, write_date
                  FROM ir_attachment
                 WHERE res_model = 'res.partner' AND res_id = ANY(%s)
                   AND res_field IS NOT NULL AND store_fname IS NOT NULL""",
                self.id,
                self.src_ids,
            )
        )

    def _finish(self):
        """Keep of the remembered rows what the merge changed."""
        self.env.flush_all()
        schema = self.env["crm.merge.schema"]
        for table in self._tables():
            if schema._has_id(table):
                self._compare(table)
        self._note_pictures()
        self.sudo().summary = self._count()
        self.env.invalidate_all()

    def _note_pictures(self):
        """Remember the pictures that the survivor took over: the only new rows."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_merge_log_row (log_id, table_name, row_id, after)
                SELECT %(log)s, 'ir_attachment', t.id, to_jsonb(t) FROM ir_attachment t
                 WHERE t.res_model = 'res.partner' AND t.res_id = %(survivor)s
                   AND t.res_field IS NOT NULL AND t.id > (
                       SELECT COALESCE(MAX(a.id), 0) FROM ir_attachment a
                        WHERE a.res_model = 'crm.merge.log' AND a.res_id = %(log)s)
                   AND EXISTS (
                       SELECT 1 FROM ir_attachment a
                        WHERE a.res_model = 'crm.merge.log' AND a.res_id = %(log)s)""",
                log=self.id,
                survivor=self.dst_id,
            )
        )

    def _tables(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT table_name FROM crm_merge_log_row WHERE log_id = %s
                 GROUP BY table_name ORDER BY table_name""",
                self.id,
            )
        )
        return [table for (table,) in rows]

    def _compare(self, table):
        """Reduce the rows of a table to the columns that have another value now."""
        mine = SQL("r.log_id = %s AND r.table_name = %s", self.id, table)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_merge_log_row r
                      SET before = old.kept, after = old.now
                     FROM (
                    SELECT r.id,
                           jsonb_object_agg(b.key, b.value) AS kept,
                           jsonb_object_agg(b.key, to_jsonb(t) -> b.key) AS now
                      FROM crm_merge_log_row r
                      JOIN %s t ON t.id = r.row_id
                CROSS JOIN LATERAL jsonb_each(r.before) b
                     WHERE %s AND b.key NOT IN ('write_date', 'write_uid')
                       AND to_jsonb(t) -> b.key IS DISTINCT FROM b.value
                  GROUP BY r.id) old
                    WHERE old.id = r.id""",
                SQL.identifier(table),
                mine,
            )
        )
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_merge_log_row r USING %s t
                    WHERE %s AND t.id = r.row_id AND r.after IS NULL""",
                SQL.identifier(table),
                mine,
            )
        )

    def _count(self):
        """``{table: rows}`` that moved or were folded; link tables count, too."""
        rows = self.env.execute_query(
            SQL(
                """SELECT table_name, COUNT(*) FROM crm_merge_log_row
                    WHERE log_id = %s AND row_id IS NOT NULL
                 GROUP BY table_name""",
                self.id,
            )
        )
        return dict(rows)

    # Undo

    def action_undo(self):
        """Bring the merged customers back with all that was theirs.

        :raises UserError: when it is too late, done already, or other merges came after
        """
        self.ensure_one()
        self._check_undo()
        self.env.flush_all()
        self.env["crm.merge.undo"]._restore(self.sudo())
        self.sudo().write(
            {
                "state": "undone",
                "undone_by_id": self.env.uid,
                "undone_date": fields.Datetime.now(),
            }
        )
        self.sudo()._refresh_derived()
        self.partner_id.sudo().message_post(
            body=self.env._("The merge with %(merged)s was undone.", merged=self.merged)
        )
        restored = [("id", "in", [*self.src_ids, self.dst_id])]
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "name": self.env._("Restored Customers"),
            "domain": restored,
            "context": {"active_test": False},
            "views": [[False, "list"], [False, "form"]],
        }

    def _check_undo(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a sales manager can undo a merge."))
        self.check_access("read")
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        if self.state != "done":
            raise UserError(self.env._("This merge was undone already."))
        if fields.Datetime.now() > self.undo_until:
            raise UserError(
                self.env._("It is too late: a merge can be undone for some days only.")
            )
        later = self.sudo().search([("id", ">", self.id), ("state", "=", "done")])
        own = {*self.src_ids, self.dst_id}
        if later := later.filtered(lambda log: own & {*log.src_ids, log.dst_id}):
            raise UserError(
                self.env._(
                    "%(customer)s was merged again later. Undo that merge first: "
                    "%(merged)s.",
                    customer=self.partner_id.name or self.merged,
                    merged=later[0].merged,
                )
            )
        if not partners.browse(self.dst_id).exists():
            raise UserError(
                self.env._("The customer that remained was deleted. Nothing to undo.")
            )
        if partners.browse(self.src_ids).exists():
            raise UserError(self.env._("The merged customers exist already."))

    def _refresh_derived(self):
        """Write keys and facts of all customers concerned anew."""
        partners = self.env["res.partner"].browse([*self.src_ids, self.dst_id])
        partners._duplicate_refresh()
        customers = partners.commercial_partner_id | partners
        self.env["crm.customer.stat"]._refresh(customers.ids)


class CrmMergeLogRow(models.Model):
    """One row of the database that a merge changed: the columns before and after.

    ``before`` is empty for a row that the merge created.
    ``row_id`` is empty for link tables, whose rows are remembered whole; ``after`` is
    empty for rows that the merge deleted, which are remembered whole, too.
    """

    _name = "crm.merge.log.row"
    _description = "Row Changed by a Merge"
    _log_access = False
    _rec_name = "table_name"

    log_id = fields.Many2one(
        "crm.merge.log", required=True, index=True, ondelete="cascade"
    )
    table_name = fields.Char(required=True)
    row_id = fields.Integer()
    before = fields.Json()
    after = fields.Json()
