import json

from odoo import api, fields, models
from odoo.models import BaseModel
from odoo.tools import SQL

#: Nobody is notified record by record and nothing is tracked: the audit is in the rows.
QUIET = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_activity_quick_update": True,
    "mail_activity_automation_skip": True,
    "dont_notify": True,
    "skip_attendee_notification": True,
}


class CrmHandover(models.Model):
    """Writing: a batch of records of one kind goes to one person, and is remembered."""

    _inherit = "crm.handover"

    def _move_batch(self, spec, rows, giver, receiver):
        """Move the records of these rows that are still open and with the giver.

        What the move changes stands in the rows before and after it. All rows are
        written by a fixed number of statements.
        """
        ids = rows.mapped("res_id")
        owner = giver.ids if giver or not spec["owner"] else [False]
        query = self._handover_query(spec, owner)
        query.add_where(SQL("%s = ANY(%s)", SQL.identifier(query.table, "id"), ids))
        records = self.env[spec["model"]].sudo().browse(query.get_result_ids())
        found = set(records.ids)
        moving = rows.filtered(lambda row: row.res_id in found)
        (rows - moving).write({"state": "skipped", "error": self._word("not_open")})
        if not moving:
            return
        before = self._columns_of(spec, records)
        getattr(self, spec["write"])(self._quiet(records), receiver, spec["owner"])
        records.flush_recordset()
        self._note_moves(spec, moving, before, receiver)
        self._swap_links(spec, moving, giver.partner_id, receiver.partner_id)

    def _quiet(self, records):
        reason = "cover" if self.kind == "cover" else "handover"
        return records.with_context(**QUIET, crm_owner_reason=reason)

    # Giving records to a person: (records, user, owner field)

    @api.model
    def _handover_write(self, records, user, owner):
        """Give records to a person, or to nobody, by the field that names the owner."""
        records.write({owner: user.id})

    @api.model
    def _handover_write_leads(self, leads, user, owner):
        """Odoo looks for the new team lead by lead: it is the same for all of one team
        and type, so one of them is asked."""
        for same in leads.grouped(lambda lead: (lead.team_id, lead.type)).values():
            same[0].write({owner: user.id})
            same[1:].write({owner: user.id, "team_id": same[0].team_id.id})

    @api.model
    def _handover_write_todos(self, todos, user, owner):
        """Past the notifications and subscriptions of each single to-do; the due date
        follows the time zone of the new person."""
        BaseModel.write(todos, {owner: user.id})
        todos._align_date()
        user._workbench_changed()

    @api.model
    def _handover_write_meetings(self, meetings, user, owner):
        """The organiser; the guest list follows by :meth:`_swap_links`."""
        BaseModel.write(meetings, {owner: user.id})

    @api.model
    def _handover_write_aliases(self, aliases, user, owner):
        """New documents of these addresses get the person as salesperson."""
        for alias in aliases:
            values = {**self._alias_defaults(alias), "user_id": user.id}
            alias.alias_defaults = repr(values)

    @api.model
    def _handover_write_crons(self, crons, user, owner):
        """Scheduled actions run as the system, not as a person."""
        crons.write({owner: self.env.ref("base.user_root").id})

    # Remembering

    @api.model
    def _keep_columns(self, spec):
        """Stored columns that the move of such a record changes."""
        return [name for name in (spec["owner"], *spec["keep"]) if name]

    @api.model
    def _keep_sql(self, spec, alias):
        """JSON of those columns of a record."""
        return SQL(
            "jsonb_build_object(%s)",
            SQL(", ").join(
                SQL("%s::text, %s", name, SQL.identifier(alias, name))
                for name in self._keep_columns(spec)
            ),
        )

    def _columns_of(self, spec, records):
        """Map ids of records to those columns as they are now."""
        records.flush_recordset(self._keep_columns(spec))
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT t.id, %s FROM %s t WHERE t.id = ANY(%s)",
                    self._keep_sql(spec, "t"),
                    SQL.identifier(records._table),
                    records.ids,
                )
            )
        )

    def _note_moves(self, spec, rows, before, receiver):
        """Write into the rows what was, what is, who did it and when: one statement."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_handover_row r
                      SET state = 'done', error = NULL, before = v.before, after = %s,
                          date = %s, to_user_id = %s, done_by_id = %s
                     FROM UNNEST(%s::int[], %s::jsonb[]) v(res_id, before)
                     JOIN %s t ON t.id = v.res_id
                    WHERE r.id = ANY(%s) AND r.res_id = v.res_id""",
                self._keep_sql(spec, "t"),
                fields.Datetime.now(),
                receiver.id or None,
                self.env.uid,
                list(before),
                [json.dumps(values) for values in before.values()],
                SQL.identifier(self.env[spec["model"]]._table),
                rows.ids,
            )
        )
        rows.invalidate_recordset()
