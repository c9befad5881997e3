from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    analytics_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_analytics",
        groups="crm_analytics.crm_analytics_group_user",
    )
    analytics_revenue = fields.Monetary(
        string="Revenue, 12 Months",
        compute="_compute_analytics",
        currency_field="analytics_currency_id",
        groups="crm_analytics.crm_analytics_group_user",
        help="Invoiced minus credited in the last 12 months, untaxed, as far as "
        "you may see the documents.",
    )
    analytics_revenue_ly = fields.Monetary(
        string="12 Months Before",
        compute="_compute_analytics",
        currency_field="analytics_currency_id",
        groups="crm_analytics.crm_analytics_group_user",
    )
    analytics_growth = fields.Float(
        string="Growth",
        compute="_compute_analytics",
        groups="crm_analytics.crm_analytics_group_user",
    )
    analytics_margin = fields.Monetary(
        string="Margin, 12 Months",
        compute="_compute_analytics_cost",
        currency_field="analytics_currency_id",
        groups="crm_extension.crm_extension_group_margin",
    )
    analytics_service_cost = fields.Monetary(
        string="Service Cost, 12 Months",
        compute="_compute_analytics_cost",
        currency_field="analytics_currency_id",
        groups="crm_extension.crm_extension_group_margin",
    )
    analytics_profit = fields.Monetary(
        string="Profit after Service, 12 Months",
        compute="_compute_analytics_cost",
        currency_field="analytics_currency_id",
        groups="crm_extension.crm_extension_group_margin",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_analytics(self):
        totals = self._get_analytics_totals(["revenue:sum", "revenue_ly:sum"])
        for partner in self:
            revenue, before = totals.get(partner.commercial_partner_id.id, (0.0, 0.0))
            partner.analytics_currency_id = self.env.company.currency_id
            partner.analytics_revenue = revenue
            partner.analytics_revenue_ly = before
            partner.analytics_growth = revenue / before - 1 if before > 0 else 0.0

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_analytics_cost(self):
        totals = self._get_analytics_totals(
            ["margin:sum", "service_cost:sum", "profit:sum"]
        )
        for partner in self:
            margin, service_cost, profit = totals.get(
                partner.commercial_partner_id.id, (0.0, 0.0, 0.0)
            )
            partner.analytics_margin = margin
            partner.analytics_service_cost = service_cost
            partner.analytics_profit = profit

    def _get_analytics_totals(self, aggregates):
        """Return ``{customer id: values of aggregates}`` of the last 12 months.

        One query for the whole recordset.
        """
        Report = self.env["crm.customer.report.month"]
        customers = self.commercial_partner_id.ids
        if not customers or not Report.has_access("read"):
            return {}
        rows = Report._read_group(
            [("partner_id", "in", customers), *self._get_analytics_period()],
            ["partner_id"],
            aggregates,
        )
        return {partner.id: values for partner, *values in rows}

    def _get_analytics_period(self):
        """Return the domain of the last 12 months, today included."""
        today = fields.Date.context_today(self)
        return [
            ("date", ">", today - relativedelta(years=1)),
            ("date", "<=", today),
        ]

    def action_open_analytics(self):
        """Open the report of this customer: months, this year and last year."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_customer_report_month_action_partner"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["display_name"] = self.commercial_partner_id.display_name
        return action
