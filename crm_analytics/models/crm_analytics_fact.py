from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("booked", "Booked"),
    ("invoiced", "Invoiced"),
    ("delivered", "Delivered Goods"),
]

#: What a fact says of its document; also the keys that the rollups choose from.
KEYS = (
    "kind",
    "company_id",
    "date",
    "partner_id",
    "user_id",
    "team_id",
    "source_id",
    "medium_id",
    "campaign_id",
    "is_opportunity",
)
MEASURES = ("amount", "margin")
MARGIN = "crm_extension.crm_extension_group_margin"


class CrmAnalyticsFact(models.Model):
    """One narrow row per document that counts: order, invoice or delivery.

    Everything is settled when the row is written: the day is the one in the
    company's time zone, the amount is in the company's currency at the document's
    own rate, credit notes and returns are negative, salesperson and team are those
    who are credited. The customer is the document's; readers climb to its company.

    Rows are written only by :meth:`_refresh`, which is the same for one document
    that changed and for the rebuild of everything.
    """

    _name = "crm.analytics.fact"
    _description = "Sales Fact of a Document"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "kind"
    _check_company_auto = True

    kind = fields.Selection(KINDS, required=True)
    res_id = fields.Integer(
        "Document",
        required=True,
        help="Id of the order, of the invoice, or of the stock move delivered.",
    )
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date(required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", ondelete="set null", index=True
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null")
    source_id = fields.Many2one("utm.source", ondelete="set null")
    medium_id = fields.Many2one("utm.medium", ondelete="set null")
    campaign_id = fields.Many2one("utm.campaign", ondelete="set null")
    is_opportunity = fields.Boolean(string="From an Opportunity")
    amount = fields.Float(digits=0, help="Untaxed, in the company's currency.")
    margin = fields.Float(digits=0, groups=MARGIN)

    _document_uniq = models.UniqueIndex(
        "(kind, res_id)", "A document has one fact of a kind."
    )

    @api.model
    @api.private
    def _refresh(self, kind, ids):
        """Write the facts of documents anew and carry the difference to the rollups.

        Documents that are gone or no longer count lose their fact. The caller holds
        the lock of ``crm.analytics.dirty``.

        :param kind: key of :data:`KINDS`
        :param ids: ids of the documents
        """
        gone = self._take_out(kind, ids)
        come = self._put_in(kind, ids)
        changes = [(row, -1) for row in gone] + [(row, 1) for row in come]
        for name in self._get_rollups():
            self.env[name]._add(changes)
        self.invalidate_model()

    @api.model
    def _get_rollups(self):
        """Names of the models that keep sums of facts up to date."""
        return ["crm.analytics.day", "crm.analytics.partner.month"]

    @api.model
    def _take_out(self, kind, ids):
        return self.env.execute_query(
            SQL(
                "DELETE FROM crm_analytics_fact WHERE kind = %s AND res_id = ANY(%s)"
                " RETURNING %s",
                kind,
                ids,
                self._get_exact_columns(),
            )
        )

    @api.model
    def _put_in(self, kind, ids):
        """Insert facts and their lines; return the facts as rows of all columns."""
        lines = self._select_lines(kind, SQL("= ANY(%s)", ids))
        columns = self._get_columns()
        keys = SQL(", ").join(SQL.identifier(name) for name in KEYS)
        return self.env.execute_query(
            SQL(
                """
                WITH line AS MATERIALIZED (%(lines)s),
                fact AS (
                    INSERT INTO crm_analytics_fact (res_id, %(columns)s)
                    SELECT res_id, %(keys)s, SUM(amount), SUM(margin)
                      FROM line GROUP BY res_id, %(keys)s
                    RETURNING id, res_id, %(columns)s
                ),
                fact_line AS (
                    INSERT INTO crm_analytics_fact_line
                           (fact_id, line_id, product_id, quantity, amount, margin)
                    SELECT fact.id, line.line_id, line.product_id, line.quantity,
                           line.amount, line.margin
                      FROM line JOIN fact ON fact.res_id = line.res_id
                )
                SELECT %(exact)s FROM fact
                """,
                exact=self._get_exact_columns(),
                lines=lines,
                columns=columns,
                keys=keys,
            )
        )

    @api.model
    def _get_columns(self):
        return SQL(", ").join(SQL.identifier(name) for name in (*KEYS, *MEASURES))

    @api.model
    def _get_exact_columns(self):
        """The same for Python: as text, for Odoo reads a decimal as a float."""
        keys = (SQL.identifier(name) for name in KEYS)
        measures = (SQL("%s::varchar", SQL.identifier(name)) for name in MEASURES)
        return SQL(", ").join((*keys, *measures))


class CrmAnalyticsFactLine(models.Model):
    """A fact by product: one row per line of the document."""

    _name = "crm.analytics.fact.line"
    _description = "Sales Fact of a Line"
    _log_access = False
    _order = "id desc"
    _rec_name = "product_id"

    fact_id = fields.Many2one(
        "crm.analytics.fact", required=True, ondelete="cascade", index=True
    )
    line_id = fields.Integer(
        required=True,
        index=True,
        help="Id of the line of the order or invoice, or of the stock move.",
    )
    product_id = fields.Many2one("product.product", ondelete="cascade", index=True)
    quantity = fields.Float(digits=0, help="In the unit of the product.")
    amount = fields.Float(digits=0, help="Untaxed, in the company's currency.")
    margin = fields.Float(digits=0, groups=MARGIN)
