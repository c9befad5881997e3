from odoo import api, models
from odoo.tools import SQL


class CrmHandover(models.Model):
    """Whose customer a record is: SQL that gives the commercial partner of a record."""

    _inherit = "crm.handover"

    @api.model
    def _handover_customer_own(self, alias):
        return SQL.identifier(alias, "commercial_partner_id")

    @api.model
    def _handover_customer_partner(self, alias):
        return self._handover_path_sql(
            self.env["res.partner"],
            "commercial_partner_id",
            SQL.identifier(alias, "partner_id"),
        )

    @api.model
    def _handover_customer_todo(self, alias):
        """The customer of the document of a to-do."""
        document = SQL.identifier(alias, "res_id")
        return SQL(
            "CASE %s %s END",
            SQL.identifier(alias, "res_model"),
            SQL(" ").join(
                SQL(
                    "WHEN %s THEN %s",
                    name,
                    self._handover_path_sql(self.env[name], path, document),
                )
                for name, path in self._handover_todo_paths().items()
            ),
        )

    @api.model
    def _handover_todo_paths(self):
        """Documents whose to-dos belong to a customer, with the path to it."""
        requests = {"crm.share.request": "partner_id.commercial_partner_id"}
        return {**requests, **self.env["crm.interaction"]._timeline_todo_models()}

    @api.model
    def _handover_customer_meeting(self, alias):
        """The customer of the lead, of the document, else of the first guest."""
        lead = self._handover_path_sql(
            self.env["crm.lead"],
            "partner_id.commercial_partner_id",
            SQL.identifier(alias, "opportunity_id"),
        )
        guest = SQL(
            """(SELECT p.commercial_partner_id
                  FROM calendar_event_res_partner_rel g
                  JOIN res_partner p ON p.id = g.res_partner_id
                 WHERE g.calendar_event_id = %s AND p.partner_share
              ORDER BY p.id LIMIT 1)""",
            SQL.identifier(alias, "id"),
        )
        return SQL(
            "COALESCE(%s, %s, %s)", lead, self._handover_customer_todo(alias), guest
        )

    @api.model
    def _handover_path_sql(self, model, path, record_id):
        """SQL of what a path of many2one fields leads to from a record's id."""
        first, _dot, rest = path.partition(".")
        field = model._fields[first]
        value = SQL(
            "(SELECT x.%s FROM %s x WHERE x.id = %s)",
            SQL.identifier(first, to_flush=field),
            SQL.identifier(model._table),
            record_id,
        )
        if not rest:
            return value
        return self._handover_path_sql(self.env[field.comodel_name], rest, value)
