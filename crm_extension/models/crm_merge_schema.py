import psycopg2

from odoo import api, models
from odoo.tools import SQL

#: Derived tables: written anew from the records, never restored.
DERIVED = (
    "base_partner_merge",
    "crm_customer_stat",
    "crm_duplicate_",
    "crm_merge_",
    "bus_",
)


class CrmMergeSchema(models.AbstractModel):
    """Where the database points at partners: read from its schema, not from a list."""

    _name = "crm.merge.schema"
    _description = "References to Partners"

    @api.model
    def _references(self, table):
        """``[(table, column)]`` of all foreign keys to a table that hold business data."""
        rows = self.env.execute_query(
            SQL(
                """SELECT child.relname, a.attname
                     FROM pg_constraint con
                     JOIN pg_class child ON child.oid = con.conrelid
                     JOIN pg_class parent ON parent.oid = con.confrelid
                     JOIN pg_attribute a
                          ON a.attrelid = con.conrelid AND a.attnum = con.conkey[1]
                    WHERE con.contype = 'f' AND parent.relname = %s
                      AND parent.relnamespace = current_schema::regnamespace
                      AND cardinality(con.conkey) = 1
                 ORDER BY child.relname, a.attname""",
                table,
            )
        )
        transient = {m._table for m in self.env.values() if m._transient}
        return [
            (name, column)
            for name, column in rows
            if not name.startswith(DERIVED) and name not in transient
        ]

    @api.model
    def _pairs(self):
        """``[(table, model column, id column)]`` of all references by model and id."""
        found = set()
        for model in self.env.values():
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if field.type != "many2one_reference" or not field.store:
                    continue
                other = model._fields.get(field.model_field)
                if other is not None and other.store and other.type == "char":
                    found.add((model._table, other.name, field.name))
        found |= {("ir_attachment", "res_model", "res_id")}
        found |= {("ir_model_data", "model", "res_id")}
        return sorted(row for row in found if not row[0].startswith(DERIVED))

    @api.model
    def _named_references(self):
        """``[(table, column)]`` of stored reference fields (``"res.partner,7"``)."""
        return sorted(
            (model._table, field.name)
            for model in self.env.values()
            if not model._abstract and not model._transient and model._auto
            for field in model._fields.values()
            if field.type == "reference" and field.store and field.compute is None
        )

    @api.model
    def _labels(self):
        """``{table: name of its model}`` in the reader's language: what people know.

        Link tables and Odoo's external identifiers move as well, but say nothing to them.
        """
        return {
            model._table: self.env["ir.model"]._get(model._name).name
            for model in self.env.values()
            if not model._abstract
            and not model._transient
            and model._name != "ir.model.data"
        }

    @api.model
    def _conditions(self, partner_ids, own):
        """``{table: SQL}``: the rows that are or point at some partners.

        :param own: also rows that point at a row of theirs which may vanish: bank
            accounts, rows of tables with unique constraints
        """
        ids = list(partner_ids)
        parts = {"res_partner": [SQL("t.id = ANY(%s)", ids)]}

        def add(table, condition):
            parts.setdefault(table, []).append(condition)

        for table, column in self._references("res_partner"):
            add(table, SQL("t.%s = ANY(%s)", SQL.identifier(column), ids))
            if own and (table == "res_partner_bank" or self._is_unique(table, column)):
                for child, link in self._references(table):
                    add(child, self._through(link, table, column, ids))
        for table, model, column in self._pairs():
            add(
                table,
                SQL(
                    "(t.%s = 'res.partner' AND t.%s = ANY(%s))",
                    SQL.identifier(model),
                    SQL.identifier(column),
                    ids,
                ),
            )
        names = [f"res.partner,{id_}" for id_ in ids]
        for table, column in self._named_references():
            add(table, SQL("t.%s = ANY(%s)", SQL.identifier(column), names))
        for field in self.env.registry.many2one_company_dependents["res.partner"]:
            table = self.env[field.model_name]._table
            add(table, self._by_company(field.name, ids))
        return {table: SQL(" OR ").join(some) for table, some in parts.items()}

    @api.model
    def _by_company(self, column, ids):
        return SQL(
            """EXISTS (SELECT 1 FROM jsonb_each_text(t.%s) v
                WHERE v.value ~ '^[0-9]+$' AND v.value::int = ANY(%s))""",
            SQL.identifier(column),
            ids,
        )

    @api.model
    def _through(self, link, table, column, ids):
        return SQL(
            "t.%s IN (SELECT x.id FROM %s x WHERE x.%s = ANY(%s))",
            SQL.identifier(link),
            SQL.identifier(table),
            SQL.identifier(column),
            ids,
        )

    @api.model
    def _has_id(self, table):
        return "id" in self._columns(table)

    @api.model
    def _columns(self, table):
        rows = self.env.execute_query(
            SQL(
                """SELECT attname FROM pg_attribute
                    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
                 ORDER BY attnum""",
                f'"{table}"',
            )
        )
        return [name for (name,) in rows]

    @api.model
    def _is_unique(self, table, column):
        """Whether a row may be refused when this column changes: by a unique index
        (constraints have one, too) or a check."""
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM pg_index i
                        WHERE i.indrelid = %(table)s::regclass AND i.indisunique
                          AND NOT i.indisprimary
                          AND pg_get_indexdef(i.indexrelid) ~ %(word)s
                    UNION ALL
                       SELECT 1 FROM pg_constraint c
                        WHERE c.conrelid = %(table)s::regclass AND c.contype = 'c'
                          AND pg_get_constraintdef(c.oid) ~ %(word)s
                    LIMIT 1""",
                    table=f'"{table}"',
                    word=rf"\m{column}\M",
                )
            )
        )

    # Moving what Odoo's engine would drop

    @api.model
    def _fold(self, src_ids, dst_id):
        """Move rows of tables with unique constraints one by one.

        Odoo deletes all rows of the merged partners from such a table when one of them
        collides, and fails at unique indexes. Here only the row that says the same as a
        row of the survivor goes.
        """
        for table, column in self._references("res_partner"):
            if self._has_id(table) and self._is_unique(table, column):
                where = SQL("%s = ANY(%s)", SQL.identifier(column), list(src_ids))
                self._move(table, column, dst_id, where)
        for table, model, column in self._pairs():
            where = SQL(
                "%s = 'res.partner' AND %s = ANY(%s)",
                SQL.identifier(model),
                SQL.identifier(column),
                list(src_ids),
            )
            if table == "ir_attachment":
                where = SQL("%s AND res_field IS NULL", where)
            self._move(table, column, dst_id, where)
        self.env.invalidate_all()

    @api.model
    def _move(self, table, column, dst_id, where):
        """Let rows point at the survivor: all at once, else each for itself."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM %s WHERE %s ORDER BY id", SQL.identifier(table), where)
        )
        ids = [id_ for (id_,) in rows]
        if not ids or self._try_move(table, column, dst_id, ids):
            return
        for id_ in ids:
            if not self._try_move(table, column, dst_id, [id_]):
                self.env.cr.execute(
                    SQL("DELETE FROM %s WHERE id = %s", SQL.identifier(table), id_)
                )

    @api.model
    def _try_move(self, table, column, dst_id, ids):
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        dst_id,
                        ids,
                    ),
                    log_exceptions=False,
                )
        except psycopg2.IntegrityError:
            return False
        return True
