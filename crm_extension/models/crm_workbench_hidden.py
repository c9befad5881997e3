from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmWorkbenchHidden(models.Model):
    """Rows that somebody put off, or has dealt with, on their own workbench.

    To-dos carry their date themselves; a lead, a customer, a quotation or a birthday
    does not, so the day on which it comes back is kept here.
    """

    _name = "crm.workbench.hidden"
    _description = "Workbench Row Put Off"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(required=True, model_field="res_model")
    until = fields.Datetime(required=True, index=True)

    _row_idx = models.Index("(user_id, res_model, res_id, until)")

    @api.model
    @api.private
    def _hide(self, model, ids, until):
        """Put rows off on the current user's workbench."""
        return self.sudo().create(
            [
                {
                    "user_id": self.env.uid,
                    "res_model": model,
                    "res_id": record_id,
                    "until": until,
                }
                for record_id in ids
            ]
        )

    @api.model
    def _domain(self, model, user):
        """Domain of the records of a model that are not put off."""
        return Domain.custom(
            to_sql=lambda records, alias, query: SQL(
                """NOT EXISTS (SELECT 1 FROM crm_workbench_hidden h
                    WHERE h.user_id = %s AND h.res_model = %s AND h.res_id = %s
                      AND h.until > %s)""",
                user.id,
                model,
                SQL.identifier(alias, "id"),
                fields.Datetime.now(),
            )
        )

    @api.autovacuum
    def _gc_hidden(self):
        """Rows that have come back need no entry any more."""
        self.search([("until", "<", fields.Datetime.now())], limit=10000).unlink()
