import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmHandover(models.Model):
    """Taking back: what nobody changed since is put back to the last column.

    A cover comes back by itself the same way, without a limit of days.
    """

    _inherit = "crm.handover"

    def action_undo(self):
        """Give everything back that nobody changed since.

        :raises UserError: when it is too late, or nothing was handed over
        """
        self.ensure_one()
        self._check_may()
        self._lock()
        if self.state not in ("done", "stopped"):
            raise UserError(self.env._("There is nothing to take back."))
        if self.undo_until and fields.Datetime.now() > self.undo_until:
            raise UserError(
                self.env._(
                    "It is too late: a handover can be taken back until %(date)s.",
                    date=fields.Datetime.context_timestamp(
                        self, self.undo_until
                    ).date(),
                )
            )
        if gone := self.sudo().item_ids.from_user_id.filtered(lambda u: not u.active):
            raise UserError(
                self.env._(
                    "%(names)s is archived. Restore the user first, then take the "
                    "customers back.",
                    names=", ".join(gone.mapped("name")),
                )
            )
        self.sudo().undone_by_id = self.env.uid
        self._begin_undo()
        self._work_now_or_later()

    def _begin_undo(self):
        """What was not handed over yet is not any more."""
        self.sudo()._drop_rows()
        self.sudo().write({"state": "undoing", "step": "run", "error": False})

    @api.model
    def _return_due(self):
        """Covers whose last day is over come back; they need no permission."""
        away = [("state", "=", "done"), ("kind", "=", "cover")]
        for handover in self.search(away):
            if handover.date_end < handover._today():
                handover._begin_undo()
        self.env["ir.cron"]._commit_progress()

    def _step_undo(self):
        """One batch of taking back."""
        rows = self._next_rows("done")
        if not rows:
            self.write({"state": "undone", "step": "result"})
            self.undone_date = fields.Datetime.now()
            self._tell_people()
            return False
        specs = self._handover_specs(every=True)
        for (name, giver, receiver), batch in self._groups(rows):
            if spec := specs.get(name):
                self._restore_safely(spec, batch, giver, receiver)
            else:
                batch.write({"state": "kept", "error": self._word("kind_gone")})
        self._finish_undone_items(rows.item_id)
        return True

    def _restore_safely(self, spec, rows, giver, receiver):
        """Put rows back; one that cannot be is kept and says why."""
        try:
            with self.env.cr.savepoint():
                self._restore_batch(spec, rows, giver, receiver)
                return
        except psycopg2.errors.OperationalError:
            raise
        # one bad record must not stop the others
        except Exception as error:  # noqa: BLE001
            self.env.invalidate_all(flush=False)
            if len(rows) == 1:
                rows.write({"state": "kept", "error": self._error_text(error)})
                return
        half = len(rows) // 2
        for part in (rows[:half], rows[half:]):
            self._restore_safely(spec, part, giver, receiver)

    def _restore_batch(self, spec, rows, giver, receiver):
        """Put back the records that still have what the handover gave them."""
        same = self._unchanged(spec, rows)
        existing = self.env[spec["model"]].sudo().browse(rows.mapped("res_id")).exists()
        for row in rows - same:
            there = row.res_id in existing._ids
            word = "changed" if there else "deleted"
            row.write({"state": "kept", "error": self._word(word)})
        if not same:
            return
        records = existing.browse(same.mapped("res_id"))
        quiet = self._quiet(records).with_context(crm_owner_reason="returned")
        restore = spec.get("restore", spec["write"])
        getattr(self, restore)(quiet, giver, spec["owner"])
        self.env.flush_all()
        self._put_back(spec, same, records)
        self._unswap_links(spec, same, giver.partner_id, receiver.partner_id)
        same.write({"state": "undone", "error": False})

    def _unchanged(self, spec, rows):
        """Rows whose record has the very columns that the handover left."""
        self.env[spec["model"]].flush_model(self._keep_columns(spec))
        rows.flush_recordset()
        found = self.env.execute_query(
            SQL(
                """SELECT r.id FROM crm_handover_row r JOIN %s t ON t.id = r.res_id
                    WHERE r.id = ANY(%s) AND r.after = %s""",
                SQL.identifier(self.env[spec["model"]]._table),
                rows.ids,
                self._keep_sql(spec, "t"),
            )
        )
        return rows.browse(row_id for (row_id,) in found)

    def _put_back(self, spec, rows, records):
        """Write the columns as they were; what other models derive from them follows,
        but not what they derive from each other."""
        table = SQL.identifier(records._table)
        columns = self._keep_columns(spec)
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s t SET %(values)s
                     FROM crm_handover_row r
               CROSS JOIN LATERAL jsonb_populate_record(NULL::%(table)s, r.before) old
                    WHERE r.id = ANY(%(rows)s) AND t.id = r.res_id""",
                table=table,
                values=SQL(", ").join(
                    SQL("%s = old.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in columns
                ),
                rows=rows.ids,
            )
        )
        records.invalidate_recordset(columns, flush=False)
        own = [records._fields[name] for name in columns]
        with self.env.protecting(own, records):
            records.modified(columns)
            self.env.flush_all()
