from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_report_month import KIND_REPAIR, Fact


class CrmCustomerReportMonth(models.Model):
    """What serving a customer after the sale costs: parts of their repairs."""

    _inherit = "crm.customer.report.month"

    _depends = {
        "crm.rma": ["team_id"],
        "crm.rma.line": ["partner_id", "product_id", "rma_id", "sale_line_id"],
        "repair.order": ["rma_line_id"],
        "res.partner": ["user_id"],
        "sale.order": ["state", "team_id", "user_id"],
        "sale.order.line": ["price_subtotal"],
        "stock.move": [
            "company_id",
            "date",
            "is_in",
            "is_out",
            "repair_id",
            "sale_line_id",
            "state",
            "value",
        ],
    }

    repair_id = fields.Many2one("repair.order", readonly=True)
    is_serviced = fields.Boolean(
        string="Product with Repairs",
        compute="_compute_is_serviced",
        search="_search_is_serviced",
        help="Units of this product came back for repair, in whatever period.",
    )

    @api.depends("product_id")
    def _compute_is_serviced(self):
        serviced = self._get_serviced_products()
        for row in self:
            row.is_serviced = row.product_id.id in serviced

    def _search_is_serviced(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("product_id", "in", list(self._get_serviced_products()))
        return found if True in value else ~found

    @api.model
    def _get_serviced_products(self):
        """Ids of the products whose units were repaired for a customer."""
        units = self.env["crm.rma.line"].sudo()
        groups = units._read_group([("repair_ids", "!=", False)], ["product_id"])
        return {product.id for (product,) in groups}

    @api.model
    def _get_facts(self):
        return [*super()._get_facts(), self._get_repair_fact()]

    @api.model
    def _get_fact_columns(self):
        return {**super()._get_fact_columns(), "repair_id": SQL("int")}

    @api.model
    def _get_document_fields(self):
        return {**super()._get_document_fields(), "repair.order": "repair_id"}

    @api.readonly
    def action_open_repairs(self):
        """Open the repairs behind the selected rows, or behind all shown rows."""
        return self.action_open_documents(self._get_shown_domain(), "repair.order")

    @api.model
    def _get_repair_fact(self):
        """Done part moves of repairs that belong to a returned unit.

        A part taken from stock costs its value; a good part put back into stock
        gives it back. A part that the customer pays for is a sale like any other:
        its cost stands beside its revenue, in the invoice line, not here.

        The row counts for the product of the *unit*, not of the part, so that
        revenue and service cost of one product stand side by side, and for the
        salesperson who sold the unit, else the one of the customer.
        """
        return Fact(
            kind=KIND_REPAIR,
            source=SQL(
                """
                stock_move part
                JOIN repair_order repair ON repair.id = part.repair_id
                JOIN crm_rma_line unit ON unit.id = repair.rma_line_id
                LEFT JOIN crm_rma rma ON rma.id = unit.rma_id
                LEFT JOIN res_partner partner ON partner.id = unit.partner_id
                LEFT JOIN product_product product ON product.id = unit.product_id
                LEFT JOIN product_template template
                       ON template.id = product.product_tmpl_id
                LEFT JOIN sale_order_line unit_sale_line
                       ON unit_sale_line.id = unit.sale_line_id
                LEFT JOIN sale_order unit_sale ON unit_sale.id = unit_sale_line.order_id
                """
            ),
            where=SQL(
                """
                part.state = 'done'
                AND (part.is_out OR part.is_in)
                AND (part.sale_line_id IS NULL OR NOT EXISTS (
                    SELECT 1
                      FROM sale_order_line paid
                      JOIN sale_order sale ON sale.id = paid.order_id
                     WHERE paid.id = part.sale_line_id
                       AND sale.state = 'sale'
                       AND paid.price_subtotal <> 0))
                """
            ),
            company=SQL("part.company_id"),
            columns={
                "id": SQL("part.id"),
                "date": self._get_local_date(SQL("part.date"), SQL("part.company_id")),
                "document_kind": SQL("'repair'"),
                "partner_id": SQL("unit.partner_id"),
                "user_id": SQL("COALESCE(unit_sale.user_id, partner.user_id)"),
                "team_id": SQL("COALESCE(unit_sale.team_id, rma.team_id)"),
                "product_id": SQL("unit.product_id"),
                "product_categ_id": SQL("template.categ_id"),
                "country_id": SQL("partner.country_id"),
                "repair_id": SQL("part.repair_id"),
            },
            measures={
                "service_cost": SQL(
                    "ABS(COALESCE(part.value, 0.0))"
                    " * CASE WHEN part.is_in THEN -1 ELSE 1 END"
                ),
            },
        )

    def _get_local_date(self, moment, company):
        """Return SQL: the day of a UTC ``moment`` in the company's time zone.

        Not in the viewer's: two people must see the same month total.
        """
        zones = {record.id: record._local_timezone() for record in self.env.companies}
        zone = SQL("%s", next(iter(zones.values())))
        if len(set(zones.values())) > 1:
            zone = SQL(
                "(CASE %s %s END)",
                company,
                SQL(" ").join(
                    SQL("WHEN %s THEN %s", company_id, tz)
                    for company_id, tz in zones.items()
                ),
            )
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)

    @api.model
    def _get_invoice_line_cost(self):
        """A free part of a returned unit's repair counts as service cost only."""
        return SQL(
            """
            CASE WHEN line.balance = 0 AND EXISTS (
                SELECT 1
                  FROM sale_order_line_invoice_rel rel
                  JOIN stock_move part ON part.sale_line_id = rel.order_line_id
                  JOIN repair_order repair ON repair.id = part.repair_id
                 WHERE rel.invoice_line_id = line.id
                   AND repair.rma_line_id IS NOT NULL
            ) THEN 0.0 ELSE %s END
            """,
            super()._get_invoice_line_cost(),
        )
