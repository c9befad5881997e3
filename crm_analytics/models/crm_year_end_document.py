from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..report.crm_analytics_compare_grain import SCOPE, Scope
from .crm_analytics_fact import KINDS

CHANGES = [
    ("added", "Came later"),
    ("credit", "Credit note or return that came later"),
    ("removed", "No longer counts in the year"),
    ("amount", "Amount changed"),
    ("credited", "Credited to somebody else"),
    ("customer", "Customer changed"),
    ("date", "Moved within the year"),
    ("margin", "Margin changed"),
]
DOCUMENTS = {
    "booked": "sale.order",
    "invoiced": "account.move",
    "delivered": "stock.picking",
}


class CrmYearEndRow(models.AbstractModel):
    """A row that was frozen with a report: written once, by the report only."""

    _name = "crm.year.end.row"
    _description = "Frozen Row of a Year-End Report"

    year_end_id = fields.Many2one(
        "crm.year.end", string="Year-End Report", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="year_end_id.company_id")
    currency_id = fields.Many2one(related="year_end_id.currency_id")
    kind = fields.Selection(KINDS, string="Counted When", required=True)
    res_id = fields.Integer("Document", required=True)
    name = fields.Char("Number")

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if vals:
            self._refuse()
        return super().write(vals)

    def _refuse(self):
        """Only the report writes rows, in one statement past the ORM.

        :raise UserError: always
        """
        raise UserError(self.env._("Rows of a year-end report are frozen with it."))

    @api.readonly
    def action_open_document(self):
        """Open the order, the invoice or the transfer.

        :raise UserError: it was deleted since
        """
        self.ensure_one()
        model, res_id = DOCUMENTS[self.kind], self.res_id
        if self.kind == "delivered":
            res_id = self.env["stock.move"].browse(res_id).exists().picking_id.id
        document = self.env[model].browse(res_id).exists()
        if not document:
            raise UserError(
                self.env._("%(name)s was deleted since.", name=self.name or "")
            )
        return self.env["crm.analytics.compare"]._get_document_action(
            model, document.ids
        )


class CrmYearEndDocument(models.Model):
    """A document that counted when the figures were frozen."""

    _name = "crm.year.end.document"
    _description = "Document of a Year-End Report"
    _inherit = ["crm.year.end.row"]
    _log_access = False
    _order = "date, kind, id"
    _check_company_auto = True

    date = fields.Date(required=True)
    partner_id = fields.Integer("Customer Id")
    partner_name = fields.Char("Customer")
    user_id = fields.Integer("Salesperson Id")
    user_name = fields.Char("Salesperson")
    team_id = fields.Integer("Sales Team Id")
    team_name = fields.Char("Sales Team")
    amount = fields.Float(digits=0)
    margin = fields.Float(digits=0)

    _date_idx = models.Index("(year_end_id, date)")
    _document_uniq = models.UniqueIndex(
        "(year_end_id, kind, res_id)", "A document is frozen once in a report."
    )


class CrmYearEndChange(models.Model):
    """What a document was in the version before, and what it is now."""

    _name = "crm.year.end.change"
    _description = "Change since the Year-End Report before"
    _inherit = ["crm.year.end.row"]
    _log_access = False
    _order = "change, kind, id"
    _check_company_auto = True

    change = fields.Selection(CHANGES, string="What Happened", required=True)
    old_date = fields.Date("Date before")
    date = fields.Date("Date now")
    old_partner_name = fields.Char("Customer before")
    partner_name = fields.Char("Customer now")
    old_user_name = fields.Char("Salesperson before")
    user_name = fields.Char("Salesperson now")
    old_team_name = fields.Char("Team before")
    team_name = fields.Char("Team now")
    old_amount = fields.Monetary("Amount before")
    amount = fields.Monetary("Amount now")
    difference = fields.Monetary()
    margin_difference = fields.Monetary()

    _report_idx = models.Index("(year_end_id, change)")


class CrmYearEnd(models.Model):
    """The documents behind the figures: kept, and compared with another version."""

    _inherit = "crm.year.end"

    def _keep_documents(self):
        """Copy every document that counts in the year, in one statement."""
        self.env.flush_all()
        report = self.env["crm.performance"]._in_company(self.company_id)._get_report()
        scope = Scope("document", self.date_from, self.date_to)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_year_end_document
                       (year_end_id, kind, res_id, name, date, partner_id, partner_name,
                        user_id, user_name, team_id, team_name, amount, margin)
                SELECT %(id)s, b.kind, b.res_id,
                       COALESCE(o.name, i.name, t.name, '#' || b.res_id), b.date,
                       COALESCE(c.commercial_partner_id, b.partner_id), p.name,
                       b.user_id, up.name, b.team_id, team.name->>'en_US',
                       SUM(b.amount), SUM(b.margin)
                  FROM (%(base)s) b
                  LEFT JOIN sale_order o ON b.kind = 'booked' AND o.id = b.res_id
                  LEFT JOIN account_move i ON b.kind = 'invoiced' AND i.id = b.res_id
                  LEFT JOIN stock_move m ON b.kind = 'delivered' AND m.id = b.res_id
                  LEFT JOIN stock_picking t ON t.id = m.picking_id
                  LEFT JOIN res_partner c ON c.id = b.partner_id
                  LEFT JOIN res_partner p ON p.id = c.commercial_partner_id
                  LEFT JOIN res_users u ON u.id = b.user_id
                  LEFT JOIN res_partner up ON up.id = u.partner_id
                  LEFT JOIN crm_team team ON team.id = b.team_id
                 WHERE b.company_id = %(company)s
                   AND b.date >= %(first)s AND b.date <= %(last)s
                 GROUP BY 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
                """,
                id=self.id,
                base=report.with_context(**{SCOPE: scope})._select_base(),
                company=self.company_id.id,
                first=self.date_from,
                last=self.date_to,
            )
        )
        self.invalidate_recordset(["document_ids"])

    def _get_documents_digest(self):
        """SHA-256 over all columns of the frozen documents, in a fixed order."""
        [[digest]] = self.env.execute_query(
            SQL(
                """
                SELECT encode(sha256(convert_to(COALESCE(string_agg(
                           ROW(kind, res_id, name, date - DATE '2000-01-01',
                               partner_id, partner_name, user_id, user_name, team_id,
                               team_name, trim_scale(amount),
                               trim_scale(margin))::text,
                           E'\n' ORDER BY kind, res_id), ''), 'UTF8')), 'hex')
                  FROM crm_year_end_document WHERE year_end_id = %s
                """,
                self.id,
            )
        )
        return digest

    def _keep_changes(self, previous):
        """Write what changed since another version, one row per document.

        The differences of a kind sum up to the difference of the two totals.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_year_end_change
                       (year_end_id, kind, res_id, name, change, old_date, date,
                        old_partner_name, partner_name, old_user_name, user_name,
                        old_team_name, team_name, old_amount, amount, difference,
                        margin_difference)
                SELECT %(new)s, COALESCE(n.kind, o.kind), COALESCE(n.res_id, o.res_id),
                       COALESCE(n.name, o.name),
                       CASE WHEN o.res_id IS NULL AND n.amount < 0 THEN 'credit'
                            WHEN o.res_id IS NULL THEN 'added'
                            WHEN n.res_id IS NULL THEN 'removed'
                            WHEN n.amount <> o.amount THEN 'amount'
                            WHEN (n.user_id, n.team_id) IS DISTINCT FROM
                                 (o.user_id, o.team_id) THEN 'credited'
                            WHEN n.partner_id IS DISTINCT FROM o.partner_id
                                 THEN 'customer'
                            WHEN n.date <> o.date THEN 'date'
                            ELSE 'margin' END,
                       o.date, n.date, o.partner_name, n.partner_name,
                       o.user_name, n.user_name, o.team_name, n.team_name,
                       COALESCE(o.amount, 0), COALESCE(n.amount, 0),
                       COALESCE(n.amount, 0) - COALESCE(o.amount, 0),
                       COALESCE(n.margin, 0) - COALESCE(o.margin, 0)
                  FROM (SELECT * FROM crm_year_end_document
                         WHERE year_end_id = %(new)s) n
                  FULL JOIN (SELECT * FROM crm_year_end_document
                              WHERE year_end_id = %(old)s) o
                    ON o.kind = n.kind AND o.res_id = n.res_id
                 WHERE o.res_id IS NULL OR n.res_id IS NULL
                    OR (n.amount, n.margin, n.date, n.user_id, n.team_id, n.partner_id)
                       IS DISTINCT FROM
                       (o.amount, o.margin, o.date, o.user_id, o.team_id, o.partner_id)
                """,
                new=self.id,
                old=previous.id,
            )
        )
        self.invalidate_recordset(["change_ids", "change_count"])
