from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

# An id says where its row comes from: source id * ID_STEP + kind * 2 + year.
# It is stable, unique over the branches and, unlike row_number(), does not stop
# PostgreSQL from pushing a filter down into the branches.
ID_STEP = 8
KIND_INVOICE = 0
KIND_REPAIR = 1


class Fact(NamedTuple):
    """One branch of the report: where its rows come from and what they measure."""

    kind: int
    source: SQL  # what stands after FROM
    where: SQL  # which of these rows count, without the company condition
    company: SQL  # expression of the company id
    columns: dict  # column name -> SQL; needs at least ``id`` and ``date``
    measures: dict  # base measure -> SQL, in the currency of the company


class CrmCustomerReportMonth(models.Model):
    """Revenue, margin and service cost of each customer, last year beside it.

    A row is one line of a document (an invoice line, a repair part), so every
    number can be traced. Each line stands twice: in its own period, and one year
    later as "last year". Sums over any grouping therefore carry both years, in
    pivot, graph, list, export and spreadsheet alike, without client code.

    All amounts are in the currency of the current company. Lines of companies
    with another currency are converted with the rate of the document's own date,
    so that past figures do not move when today's rate does.

    The query only reads: no temporary table, no write, so that it also runs on a
    read replica.
    """

    _name = "crm.customer.report.month"
    _description = "Customer Revenue and Service Cost"
    _inherit = ["crm.analytics.report"]
    _auto = False
    _rec_name = "partner_id"
    _order = "date desc, id desc"

    _depends = {
        "account.move": [
            "commercial_partner_id",
            "invoice_date",
            "invoice_user_id",
            "move_type",
            "state",
            "team_id",
        ],
        "account.move.line": [
            "balance",
            "cogs_origin_id",
            "company_id",
            "display_type",
            "move_id",
            "price_unit",
            "product_id",
            "product_uom_id",
            "quantity",
            "sale_line_ids",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
        "res.company": ["currency_id"],
        "res.currency.rate": ["company_id", "currency_id", "name", "rate"],
        "res.partner": ["country_id"],
        "sale.order": ["currency_rate"],
        "sale.order.line": ["order_id", "product_uom_id", "purchase_price"],
        "uom.uom": ["factor"],
    }

    # ratio field -> (numerator, denominator, is it a growth?)
    _ratios = {
        "revenue_growth": ("revenue", "revenue_ly", True),
        "margin_percent": ("margin", "revenue", False),
        "service_percent": ("service_cost", "revenue", False),
    }

    date = fields.Date(
        string="Period",
        readonly=True,
        help="The date at which the row counts. Rows of the year before count "
        "one year later, so that both years stand side by side.",
    )
    document_date = fields.Date(
        readonly=True, help="Invoice date, or the day on which the part was used."
    )
    year_series = fields.Selection(
        [("current", "Period"), ("previous", "Year Before")],
        string="Year",
        readonly=True,
        help="Groups a chart into the period itself and the year before it.",
    )
    document_kind = fields.Selection(
        [("invoice", "Invoice"), ("repair", "Repair")],
        string="Document Type",
        readonly=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        help="The company the customer belongs to, not the single contact.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        help="The salesperson of the document: handing a customer over does not "
        "rewrite the past.",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    country_id = fields.Many2one("res.country", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    revenue = fields.Monetary(
        readonly=True,
        help="Untaxed amount of posted invoices minus credit notes.",
    )
    revenue_ly = fields.Monetary(
        string="Revenue Last Year",
        readonly=True,
        help="The same period one year earlier; of the running period only the "
        "days that have already passed.",
    )
    revenue_growth = fields.Float(
        string="Growth %",
        readonly=True,
        aggregator="avg",
        help="Change against last year. Empty where there was nothing last year.",
    )
    revenue_either = fields.Monetary(
        string="Revenue by Year",
        readonly=True,
        help="Revenue of whichever year the row belongs to: group it by Year to "
        "draw both years in one chart.",
    )
    cost = fields.Monetary(
        string="Cost of Sales",
        readonly=True,
        groups="crm_extension.crm_extension_group_margin",
        help="The document's own cost: what was posted as cost of goods sold, "
        "else the cost kept on the order line. Never today's cost.",
    )
    margin = fields.Monetary(
        readonly=True,
        groups="crm_extension.crm_extension_group_margin",
        help="Revenue minus cost of sales.",
    )
    margin_ly = fields.Monetary(
        string="Margin Last Year",
        readonly=True,
        groups="crm_extension.crm_extension_group_margin",
    )
    margin_percent = fields.Float(
        string="Margin %",
        readonly=True,
        aggregator="avg",
        groups="crm_extension.crm_extension_group_margin",
    )
    revenue_uncosted = fields.Monetary(
        string="Revenue without Known Cost",
        readonly=True,
        groups="crm_extension.crm_extension_group_margin",
        help="Part of the revenue whose documents carry no cost, such as invoices "
        "written by hand. Its margin is overstated by that cost.",
    )
    service_cost = fields.Monetary(
        readonly=True,
        groups="crm_extension.crm_extension_group_margin",
        help="Value of the parts used in repairs for warranty and returns.",
    )
    service_cost_ly = fields.Monetary(
        string="Service Cost Last Year",
        readonly=True,
        groups="crm_extension.crm_extension_group_margin",
    )
    service_percent = fields.Float(
        string="Service Cost %",
        readonly=True,
        aggregator="avg",
        groups="crm_extension.crm_extension_group_margin",
        help="Service cost as a share of the revenue.",
    )
    profit = fields.Monetary(
        string="Profit after Service",
        readonly=True,
        groups="crm_extension.crm_extension_group_margin",
        help="Margin minus service cost.",
    )
    profit_ly = fields.Monetary(
        string="Profit Last Year",
        readonly=True,
        groups="crm_extension.crm_extension_group_margin",
    )

    # ------------------------------------------------------------------
    # Query
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(
            self._select_fact(fact, last_year)
            for fact in self._get_facts()
            for last_year in (False, True)
        )

    @api.model
    def _get_facts(self):
        """Return the list of :class:`Fact` the report is made of.

        Other addons append theirs; columns they do not name are NULL and
        measures they do not name are 0.
        """
        return [self._get_invoice_fact()]

    @api.model
    def _get_fact_columns(self):
        """Return ``{column: SQL type}`` of what a fact may tell about a row."""
        return {
            "document_kind": SQL("varchar"),
            "partner_id": SQL("int"),
            "user_id": SQL("int"),
            "team_id": SQL("int"),
            "product_id": SQL("int"),
            "product_categ_id": SQL("int"),
            "country_id": SQL("int"),
            "move_id": SQL("int"),
        }

    @api.model
    def _get_invoice_fact(self):
        """Lines of posted customer invoices, receipts and credit notes."""
        return Fact(
            kind=KIND_INVOICE,
            source=SQL(
                """
                account_move_line line
                JOIN account_move move ON move.id = line.move_id
                LEFT JOIN res_partner partner
                       ON partner.id = move.commercial_partner_id
                LEFT JOIN product_product product ON product.id = line.product_id
                LEFT JOIN product_template template
                       ON template.id = product.product_tmpl_id
                LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
                """
            ),
            where=SQL(
                """
                move.state = 'posted'
                AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                AND line.display_type IN ('product', 'rounding')
                """
            ),
            company=SQL("line.company_id"),
            columns={
                "id": SQL("line.id"),
                "date": SQL("move.invoice_date"),
                "document_kind": SQL("'invoice'"),
                "partner_id": SQL("move.commercial_partner_id"),
                "user_id": SQL("move.invoice_user_id"),
                "team_id": SQL("move.team_id"),
                "product_id": SQL("line.product_id"),
                "product_categ_id": SQL("template.categ_id"),
                "country_id": SQL("partner.country_id"),
                "move_id": SQL("line.move_id"),
            },
            measures={
                "revenue": SQL("-line.balance"),
                "cost": SQL("COALESCE(%s, 0.0)", self._get_invoice_line_cost()),
                "revenue_uncosted": SQL(
                    "CASE WHEN %s IS NULL THEN -line.balance ELSE 0.0 END",
                    self._get_invoice_line_cost(),
                ),
            },
        )

    @api.model
    def _get_invoice_line_cost(self):
        """Return SQL: cost of an invoice line in company currency, or NULL.

        ``account.invoice.report`` multiplies by today's cost, which rewrites the
        margin of past years with every purchase. The document's own cost is:

        1. the cost of goods sold posted for the line (real-time valuation);
        2. for a reversal, whose cost lines lose their origin, the posted cost of
           that product on the same credit note, by quantity;
        3. the cost kept on the order lines that the line invoices.
        """
        return SQL(
            """
            COALESCE(
                (SELECT SUM(cogs.balance)
                   FROM account_move_line cogs
                  WHERE cogs.cogs_origin_id = line.id
                    AND cogs.display_type = 'cogs'
                    AND cogs.price_unit < 0),
                CASE WHEN move.move_type = 'out_refund' THEN
                    (SELECT SUM(cogs.balance) * line.quantity
                            / NULLIF(SUM(cogs.quantity), 0)
                       FROM account_move_line cogs
                      WHERE cogs.move_id = line.move_id
                        AND cogs.product_id = line.product_id
                        AND cogs.cogs_origin_id IS NULL
                        AND cogs.display_type = 'cogs'
                        AND cogs.price_unit < 0)
                END,
                (SELECT AVG(sale_line.purchase_price::numeric
                            / COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric
                            / COALESCE(NULLIF(sale_uom.factor, 0), 1)::numeric)
                   FROM sale_order_line_invoice_rel rel
                   JOIN sale_order_line sale_line ON sale_line.id = rel.order_line_id
                   JOIN sale_order sale ON sale.id = sale_line.order_id
                   LEFT JOIN uom_uom sale_uom
                          ON sale_uom.id = sale_line.product_uom_id
                  WHERE rel.invoice_line_id = line.id)
                * line.quantity * COALESCE(uom.factor, 1)::numeric
                * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
            )
            """
        )

    def _select_fact(self, fact, last_year):
        """Return SELECT: the rows of ``fact`` in their own or in the next year."""
        columns = {
            "id": SQL(
                "%s::bigint * %s + %s",
                fact.columns["id"],
                ID_STEP,
                fact.kind * 2 + last_year,
            ),
            "year_series": SQL("%s", "previous" if last_year else "current"),
            "document_date": fact.columns["date"],
            "date": self._shift_date(fact.columns["date"], last_year),
            "company_id": fact.company,
            "currency_id": SQL("%s", self.env.company.currency_id.id),
            **{
                name: SQL("%s::%s", fact.columns.get(name, SQL("NULL")), sql_type)
                for name, sql_type in self._get_fact_columns().items()
            },
            **self._select_measures(fact, last_year),
        }
        return SQL(
            "(SELECT %s FROM %s %s WHERE %s AND %s = ANY(%s) %s)",
            SQL(", ").join(
                SQL("%s AS %s", expression, SQL.identifier(name))
                for name, expression in columns.items()
            ),
            fact.source,
            self._join_rate(fact.company, fact.columns["date"])
            if self._is_multi_currency()
            else SQL(),
            fact.where,
            fact.company,
            self.env.companies.ids,
            self._where_comparable(fact) if last_year else SQL(),
        )

    def _shift_date(self, date, last_year):
        """One year on; 29 February counts on the 28th of the next year."""
        return SQL("(%s + interval '1 year')::date", date) if last_year else date

    def _where_comparable(self, fact):
        """Compare the running period to the same day only.

        On 22 November the November of last year ends on its 22nd, otherwise every
        running month would look like a collapse.
        """
        if self.env.company.analytics_comparison == "whole_period":
            return SQL()
        return SQL(
            "AND %s <= %s",
            self._shift_date(fact.columns["date"], True),
            fields.Date.context_today(self),
        )

    def _select_measures(self, fact, last_year):
        """Return ``{measure: SQL}``, last year's in the ``_ly`` twins."""
        zero = SQL("0.0")
        rate = SQL(" * rate.factor") if self._is_multi_currency() else SQL()
        base = {
            name: SQL("(%s)%s", fact.measures[name], rate)
            if name in fact.measures
            else zero
            for name in ("revenue", "cost", "revenue_uncosted", "service_cost")
        }
        base["margin"] = SQL("(%s - %s)", base["revenue"], base["cost"])
        base["profit"] = SQL("(%s - %s)", base["margin"], base["service_cost"])
        result = {
            name: zero if last_year else expression for name, expression in base.items()
        }
        for name in ("revenue", "margin", "service_cost", "profit"):
            result[f"{name}_ly"] = base[name] if last_year else zero
        result["revenue_either"] = base["revenue"]
        result.update({name: SQL("NULL::float") for name in self._ratios})
        return result

    # ------------------------------------------------------------------
    # Drill-down
    # ------------------------------------------------------------------

    @api.model
    def _get_document_fields(self):
        return {"account.move": "move_id"}

    @api.readonly
    def action_open_invoices(self):
        """Open the invoices behind the selected rows, or behind all shown rows."""
        return self.action_open_documents(self._get_shown_domain(), "account.move")
