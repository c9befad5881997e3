from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.insert_once import insert_once
from .crm_interaction import FOLLOWUP_CHANNELS


class CrmInteraction(models.Model):
    """Projected rows: headers of what happens in other documents.

    How it works: the values of a batch are completed in Python (one read for the
    customers), then written by one ``INSERT ... ON CONFLICT DO NOTHING`` on the
    unique ``source_key``. A message, an order or a delivery may therefore be
    projected as often as anybody likes, by hooks and by a back-fill at once.
    """

    _inherit = "crm.interaction"

    @api.model
    @api.private
    def _project(self, vals_list):
        """Write projected rows, once each, whoever the user is.

        :param vals_list: list of dicts of stored fields; ``source_key`` is
            mandatory (``"model,id:event:occurrence"``), ``partner_id`` or
            ``lead_id`` says whose history it is. ``event`` follows from the key;
            ``event_args`` fill its sentence (see :meth:`_event_sentences`), which is
            also the ``subject`` unless one is given. ``user_id`` defaults to the
            current user (give False for what the customer did), ``company_id`` to
            False, ``date`` to now. ``preview`` may be text or HTML.
            ``participant_ids`` is a list of ids.
        :return: the rows that were created (sudo); known keys are skipped.
        """
        model = self.sudo()
        subjects = model._event_subjects(vals_list)
        values = [
            model._prepare_projection({**vals, "subject": subject})
            for vals, subject in zip(vals_list, subjects, strict=True)
        ]
        values = [vals for vals in values if vals["partner_id"] or vals["lead_id"]]
        if not values:
            return model
        model._complete_customer(values)
        people = {v["source_key"]: v.pop("participant_ids", ()) for v in values}
        rows = insert_once(model, values)
        rows._insert_participants(people)
        rows._after_project()
        return rows

    def _after_project(self):
        """Hook: projected rows were created (sudo, in a batch)."""

    @api.model
    def _prepare_projection(self, vals):
        """Complete one row: defaults, derived columns and the preview."""
        if not vals.get("source_key"):
            raise ValueError("A projected interaction needs a source_key")
        channel = vals.get("channel", "document")
        direction = "internal" if channel == "note" else "out"
        return {
            "partner_id": False,
            "lead_id": False,
            "user_id": self.env.uid,
            "company_id": False,
            "date": fields.Datetime.now(),
            "direction": direction,
            "is_followup": channel in FOLLOWUP_CHANNELS,
            "duration": 0,
            **vals,
            "event": vals.get("event") or self._event_of_key(vals["source_key"]),
            "event_args": vals.get("event_args"),
            "channel": channel,
            "preview": self._make_preview(vals.get("preview") or vals["subject"]),
            "origin": "projected",
            "active": True,
        }

    @api.model
    def _complete_customer(self, values):
        """Add customer and team to all rows: one query for each."""
        partners = self.env["res.partner"].browse(
            {vals["partner_id"] for vals in values if vals["partner_id"]}
        )
        users = self.env["res.users"].browse(
            {vals["user_id"] for vals in values if vals["user_id"]}
        )
        customer = {
            partner.id: partner.commercial_partner_id.id for partner in partners
        }
        team = {user.id: user.sale_team_id.id for user in users}
        for vals in values:
            vals["commercial_partner_id"] = customer.get(vals["partner_id"], False)
            vals.setdefault("team_id", team.get(vals["user_id"], False))

    def _insert_participants(self, people_by_key):
        """Link the people who took part: one query for all rows."""
        links = [
            SQL("(%s, %s)", row.id, partner_id)
            for row in (self if any(people_by_key.values()) else ())
            for partner_id in people_by_key[row.source_key]
        ]
        if not links:
            return
        field = self._fields["participant_ids"]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) VALUES %s ON CONFLICT DO NOTHING",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                SQL(", ").join(links),
            )
        )
        self.invalidate_recordset(["participant_ids"])

    @api.model
    def _next_occurrences(self, records, event):
        """How often an event has been projected for each record, plus one."""
        rows = self.sudo().with_context(active_test=False)
        counts = rows._read_group(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("source_key", "=like", f"{records._name},%:{event}:%"),
            ],
            ["res_id"],
            ["__count"],
        )
        known = dict(counts)
        return {record.id: known.get(record.id, 0) + 1 for record in records}
