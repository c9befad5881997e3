import psycopg2

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmMergeUndo(models.AbstractModel):
    """Puts back the rows of a ``crm.merge.log``, table by table, in one transaction."""

    _name = "crm.merge.undo"
    _description = "Undo of a Merge"

    @api.model
    @api.private
    def _restore(self, log):
        """Partners first, then deleted rows, moved rows and links."""
        schema = self.env["crm.merge.schema"]
        tables = log._tables()
        with_id = [table for table in tables if schema._has_id(table)]
        for table in with_id:
            self._forget_vanished(log, table)
        self._insert(log, "res_partner")
        self._insert_all(log, [t for t in with_id if t != "res_partner"])
        for table in with_id:
            self._move_back(log, table)
        for table in set(tables) - set(with_id):
            self._link_again(log, table)
        self._drop_pictures(log)
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    @api.model
    def _foreign_keys(self, table):
        """``[(column, table it points at, may be empty)]``."""
        return self.env.execute_query(
            SQL(
                """SELECT a.attname, parent.relname, NOT a.attnotnull
                     FROM pg_constraint con
                     JOIN pg_class parent ON parent.oid = con.confrelid
                     JOIN pg_attribute a
                          ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1]
                    WHERE con.contype = 'f' AND con.conrelid = %s::regclass
                      AND cardinality(con.conkey) = 1""",
                f'"{table}"',
            )
        )

    @api.model
    def _forget_vanished(self, log, table):
        """Empty links to records that were deleted since; leave out rows that cannot
        be without."""
        for column, target, nullable in self._foreign_keys(table):
            vanished = SQL(
                """r.log_id = %s AND r.table_name = %s AND r.before ->> %s IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM %s x
                                    WHERE x.id = (r.before ->> %s)::int)
                   AND NOT EXISTS (SELECT 1 FROM crm_merge_log_row y
                                    WHERE y.log_id = r.log_id AND y.table_name = %s
                                      AND y.after IS NULL
                                      AND y.row_id = (r.before ->> %s)::int)""",
                log.id,
                table,
                column,
                SQL.identifier(target),
                column,
                target,
                column,
            )
            if nullable:
                self.env.cr.execute(
                    SQL(
                        """UPDATE crm_merge_log_row r
                              SET before = before || jsonb_build_object(%s, NULL)
                            WHERE %s""",
                        column,
                        vanished,
                    )
                )
            else:
                self.env.cr.execute(
                    SQL("DELETE FROM crm_merge_log_row r WHERE %s", vanished)
                )

    @api.model
    def _insert(self, log, table):
        """Insert the rows that the merge deleted, with their old ids."""
        columns = SQL(", ").join(
            SQL.identifier(name)
            for name in self.env["crm.merge.schema"]._columns(table)
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO %(table)s (%(columns)s)
                SELECT %(columns)s FROM (
                    SELECT (jsonb_populate_record(NULL::%(table)s, r.before)).*
                      FROM crm_merge_log_row r
                     WHERE r.log_id = %(log)s AND r.table_name = %(name)s
                       AND r.after IS NULL) old
                ON CONFLICT DO NOTHING""",
                table=SQL.identifier(table),
                columns=columns,
                log=log.id,
                name=table,
            ),
            log_exceptions=False,
        )

    @api.model
    def _insert_all(self, log, tables):
        """Insert table by table; one that needs another waits for the next turn."""
        while tables:
            waiting = [table for table in tables if not self._try_insert(log, table)]
            if len(waiting) == len(tables):
                raise UserError(
                    self.env._(
                        "This merge cannot be undone: %(tables)s", tables=waiting
                    )
                )
            tables = waiting

    @api.model
    def _try_insert(self, log, table):
        try:
            with self.env.cr.savepoint(flush=False):
                self._insert(log, table)
        except psycopg2.errors.ForeignKeyViolation:
            return False
        return True

    @api.model
    def _move_back(self, log, table):
        """Give changed columns their old value where nobody changed them since."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT jsonb_object_keys(before) FROM crm_merge_log_row
                    WHERE log_id = %s AND table_name = %s AND after IS NOT NULL""",
                log.id,
                table,
            )
        )
        known = set(self.env["crm.merge.schema"]._columns(table))
        for column in sorted({name for (name,) in rows} & known):
            self.env.cr.execute(
                SQL(
                    """UPDATE %(table)s t
                          SET %(column)s = old.%(column)s
                         FROM crm_merge_log_row r
                   CROSS JOIN LATERAL
                              jsonb_populate_record(NULL::%(table)s, r.before) old
                        WHERE r.log_id = %(log)s AND r.table_name = %(name)s
                          AND r.after IS NOT NULL AND r.before ? %(key)s
                          AND t.id = r.row_id
                          AND to_jsonb(t) -> %(key)s = r.after -> %(key)s""",
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    log=log.id,
                    name=table,
                    key=column,
                )
            )

    @api.model
    def _link_again(self, log, table):
        """Links of the merged partners come back; those that the survivor only got
        from them go."""
        schema = self.env["crm.merge.schema"]
        columns = schema._columns(table)
        partners = [c for t, c in schema._references("res_partner") if t == table]
        for column in partners:
            others = [name for name in columns if name != column]
            same = SQL(" AND ").join(
                SQL(
                    "to_jsonb(t) -> %s = r.before -> %s AND (%s)",
                    name,
                    name,
                    SQL("TRUE"),
                )
                for name in others
            )
            self._drop_taken(log, table, column, same, others)
        self._relink(log, table)

    @api.model
    def _drop_taken(self, log, table, column, same, others):
        twin = SQL(" AND ").join(
            SQL("y.before -> %s = r.before -> %s", name, name) for name in others
        )
        self.env.cr.execute(
            SQL(
                """DELETE FROM %(table)s t USING crm_merge_log_row r
                    WHERE r.log_id = %(log)s AND r.table_name = %(name)s
                      AND (r.before ->> %(key)s)::int = ANY(%(src)s)
                      AND t.%(column)s = %(dst)s AND %(same)s
                      AND NOT EXISTS (
                          SELECT 1 FROM crm_merge_log_row y
                           WHERE y.log_id = r.log_id AND y.table_name = r.table_name
                             AND (y.before ->> %(key)s)::int = %(dst)s AND %(twin)s)""",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                log=log.id,
                name=table,
                key=column,
                src=log.src_ids,
                dst=log.dst_id,
                same=same,
                twin=twin,
            )
        )

    @api.model
    def _relink(self, log, table):
        existing = SQL(" AND ").join(
            SQL(
                "(r.before ->> %s IS NULL OR EXISTS"
                " (SELECT 1 FROM %s x WHERE x.id = (r.before ->> %s)::int))",
                column,
                SQL.identifier(target),
                column,
            )
            for column, target, _nullable in self._foreign_keys(table)
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO %(table)s
                SELECT (jsonb_populate_record(NULL::%(table)s, r.before)).*
                  FROM crm_merge_log_row r
                 WHERE r.log_id = %(log)s AND r.table_name = %(name)s AND %(existing)s
                   AND %(merged)s
                ON CONFLICT DO NOTHING""",
                table=SQL.identifier(table),
                log=log.id,
                name=table,
                existing=existing,
                merged=self._is_merged(log, table),
            )
        )

    @api.model
    def _is_merged(self, log, table):
        """Links of the merged partners, or of rows that were deleted with them."""
        columns = [
            column
            for name, column in self.env["crm.merge.schema"]._references("res_partner")
            if name == table
        ]
        return (
            SQL(" OR ").join(
                SQL("(r.before ->> %s)::int = ANY(%s)", column, log.src_ids)
                for column in columns
            )
            if columns
            else SQL("TRUE")
        )

    @api.model
    def _drop_pictures(self, log):
        """The restored rows hold the files again; the survivor gives back pictures
        that nobody replaced since."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM ir_attachment a
                    WHERE (a.res_model = 'crm.merge.log' AND a.res_id = %(log)s)
                       OR a.id IN (
                          SELECT r.row_id FROM crm_merge_log_row r
                           WHERE r.log_id = %(log)s AND r.before IS NULL
                             AND r.after ->> 'checksum' = a.checksum)""",
                log=log.id,
            )
        )
