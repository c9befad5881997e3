from typing import NamedTuple

from odoo import models
from odoo.tools import SQL


class Link(NamedTuple):
    """A table that links people to records of a model."""

    table: str
    record: str
    partner: str
    model: str = ""  # value of the column ``res_model``, where the table has one

    def on(self, alias):
        """SQL condition: the link is one of the model's."""
        if not self.model:
            return SQL("TRUE")
        return SQL("%s = %s", SQL.identifier(alias, "res_model"), self.model)

    def names(self, alias):
        """Columns of the record and of the partner."""
        return {
            "record": SQL.identifier(alias, self.record),
            "partner": SQL.identifier(alias, self.partner),
            "mine": self.on(alias),
        }


GUESTS = (
    Link("calendar_attendee", "event_id", "partner_id"),
    Link("calendar_event_res_partner_rel", "calendar_event_id", "res_partner_id"),
)


class CrmHandover(models.Model):
    """Followers and guests: who followed and attended is exchanged, and remembered so
    that undo is exact.

    In ``links`` of a row: ``{table: {"moved": true}}`` where the giver's link became the
    receiver's, ``{table: {"dropped": {...}}}``, the whole link of the giver, where the
    receiver had one already.
    """

    _inherit = "crm.handover"

    def _links(self, spec):
        model = self.env[spec["model"]]
        links = list(GUESTS) if model._name == "calendar.event" else []
        if "message_follower_ids" in model._fields:
            links.append(Link("mail_followers", "res_id", "partner_id", model._name))
        return links

    def _swap_links(self, spec, rows, old, new):
        """Let the receiver follow and attend what the giver followed and attended."""
        if not old or not new or old == new:
            return
        for link in self._links(spec):
            self._drop_double(link, rows, old, new)
            self._swap(link, rows, old, new)
        self._refresh_links(spec, rows)

    def _drop_double(self, link, rows, old, new):
        """Where both have a link, remember and delete the giver's."""
        table = SQL.identifier(link.table)
        self.env.cr.execute(
            SQL(
                """WITH gone AS (
                    SELECT %(record)s AS record, to_jsonb(l) || %(extra)s AS link,
                           l.ctid AS place
                      FROM %(table)s l
                     WHERE %(mine)s AND %(partner)s = %(old)s AND %(record)s = ANY(%(ids)s)
                       AND EXISTS (SELECT 1 FROM %(table)s k
                                    WHERE %(theirs)s AND %(their_partner)s = %(new)s
                                      AND %(their_record)s = %(record)s)
                ), deleted AS (
                    DELETE FROM %(table)s WHERE ctid IN (SELECT place FROM gone)
                )
                UPDATE crm_handover_row r
                   SET links = COALESCE(r.links, '{}') || jsonb_build_object(
                       %(name)s::text, jsonb_build_object('dropped', gone.link))
                  FROM gone WHERE r.id = ANY(%(rows)s) AND r.res_id = gone.record""",
                **link.names("l"),
                theirs=link.on("k"),
                their_partner=SQL.identifier("k", link.partner),
                their_record=SQL.identifier("k", link.record),
                extra=self._link_extra(link),
                table=table,
                name=link.table,
                old=old.id,
                new=new.id,
                ids=rows.mapped("res_id"),
                rows=rows.ids,
            )
        )

    def _link_extra(self, link):
        """What of a link lies in another table: the subtypes of a follower."""
        if link.table != "mail_followers":
            return SQL("'{}'::jsonb")
        return SQL(
            """jsonb_build_object('subtypes', ARRAY(
                SELECT s.mail_message_subtype_id
                  FROM mail_followers_mail_message_subtype_rel s
                 WHERE s.mail_followers_id = l.id))"""
        )

    def _swap(self, link, rows, old, new):
        """Make the giver's links the receiver's."""
        self.env.cr.execute(
            SQL(
                """WITH moved AS (
                    UPDATE %(table)s l SET %(column)s = %(new)s
                     WHERE %(mine)s AND %(partner)s = %(old)s AND %(record)s = ANY(%(ids)s)
                 RETURNING %(record)s AS record)
                UPDATE crm_handover_row r
                   SET links = COALESCE(r.links, '{}') || jsonb_build_object(
                       %(name)s::text, '{"moved": true}'::jsonb)
                  FROM moved WHERE r.id = ANY(%(rows)s) AND r.res_id = moved.record""",
                **link.names("l"),
                table=SQL.identifier(link.table),
                column=SQL.identifier(link.partner),
                name=link.table,
                old=old.id,
                new=new.id,
                ids=rows.mapped("res_id"),
                rows=rows.ids,
            )
        )

    def _unswap_links(self, spec, rows, old, new):
        """Undo: the giver's links are the giver's again."""
        if not old or not new or old == new:
            return
        for link in self._links(spec):
            self._unswap(link, rows, old, new)
            self._undrop(link, rows)
        self._refresh_links(spec, rows)

    def _unswap(self, link, rows, old, new):
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s l SET %(column)s = %(old)s
                     FROM crm_handover_row r
                    WHERE r.id = ANY(%(rows)s) AND r.links #> %(path)s IS NOT NULL
                      AND %(mine)s AND %(record)s = r.res_id AND %(partner)s = %(new)s
                      AND NOT EXISTS (SELECT 1 FROM %(table)s k
                                       WHERE %(theirs)s AND %(their_partner)s = %(old)s
                                         AND %(their_record)s = r.res_id)""",
                **link.names("l"),
                theirs=link.on("k"),
                their_partner=SQL.identifier("k", link.partner),
                their_record=SQL.identifier("k", link.record),
                table=SQL.identifier(link.table),
                column=SQL.identifier(link.partner),
                path=[link.table, "moved"],
                old=old.id,
                new=new.id,
                rows=rows.ids,
            )
        )

    def _undrop(self, link, rows):
        """Insert deleted links again, with their own ids."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO %(table)s
                   SELECT (jsonb_populate_record(NULL::%(table)s, r.links #> %(path)s)).*
                     FROM crm_handover_row r
                    WHERE r.id = ANY(%(rows)s) AND r.links #> %(path)s IS NOT NULL
              ON CONFLICT DO NOTHING""",
                table=SQL.identifier(link.table),
                path=[link.table, "dropped"],
                rows=rows.ids,
            )
        )
        if link.table != "mail_followers":
            return
        self.env.cr.execute(
            SQL(
                """INSERT INTO mail_followers_mail_message_subtype_rel
                          (mail_followers_id, mail_message_subtype_id)
                   SELECT (r.links #>> '{mail_followers,dropped,id}')::int, s.value::int
                     FROM crm_handover_row r
               CROSS JOIN LATERAL jsonb_array_elements_text(
                          r.links #> '{mail_followers,dropped,subtypes}') s
                     JOIN mail_message_subtype t ON t.id = s.value::int
                    WHERE r.id = ANY(%s)
                      AND EXISTS (SELECT 1 FROM mail_followers f WHERE f.id =
                          (r.links #>> '{mail_followers,dropped,id}')::int)
              ON CONFLICT DO NOTHING""",
                rows.ids,
            )
        )

    def _refresh_links(self, spec, rows):
        """The cache learns what the database holds; guests get their names."""
        self.env["mail.followers"].invalidate_model()
        rows.invalidate_recordset(["links"])
        self.env[spec["model"]].invalidate_model(
            [
                name
                for name in ("message_follower_ids", "message_partner_ids")
                if name in self.env[spec["model"]]._fields
            ]
        )
        if spec["model"] != "calendar.event":
            return
        self.env["calendar.event"].invalidate_model(["attendee_ids", "partner_ids"])
        self.env["calendar.attendee"].invalidate_model()
        guests = self.env["calendar.attendee"].search(
            [("event_id", "in", rows.mapped("res_id"))]
        )
        guests.modified(["partner_id"])
