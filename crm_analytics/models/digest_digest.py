from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    kpi_crm_customer_revenue = fields.Boolean("Revenue of My Customers")
    kpi_crm_customer_revenue_value = fields.Monetary(
        compute="_compute_kpi_crm_customer_revenue_value"
    )
    kpi_crm_service_cost = fields.Boolean("Service Cost")
    kpi_crm_service_cost_value = fields.Monetary(
        compute="_compute_kpi_crm_service_cost_value"
    )

    def _compute_kpi_crm_customer_revenue_value(self):
        self._compute_kpi_from_customer_report(
            "kpi_crm_customer_revenue_value",
            "revenue",
            "crm_analytics.crm_analytics_group_user",
        )

    def _compute_kpi_crm_service_cost_value(self):
        self._compute_kpi_from_customer_report(
            "kpi_crm_service_cost_value",
            "service_cost",
            "crm_extension.crm_extension_group_margin",
        )

    def _compute_kpi_from_customer_report(self, kpi, measure, group):
        """Sum a measure of the customer report over the days of the digest.

        The record rules of the receiver apply: a salesperson gets the figures of
        their own documents, a manager those of the company.
        """
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "You may not read this figure: it is left out of the digest."
                )
            )
        start, end, companies = self._get_kpi_compute_parameters()
        Report = self.env["crm.customer.report.month"]
        for company in companies:
            [[total]] = Report.with_company(company)._read_group(
                [
                    ("company_id", "=", company.id),
                    ("date", ">", fields.Date.to_date(start)),
                    ("date", "<=", fields.Date.to_date(end)),
                ],
                aggregates=[f"{measure}:sum"],
            )
            for digest in self:
                if (digest.company_id or self.env.company) == company:
                    digest[kpi] = total or 0.0

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm_analytics.crm_analytics_menu_root").id
        action = f"crm_analytics.crm_customer_report_month_action?menu_id={menu}"
        actions["kpi_crm_customer_revenue"] = action
        actions["kpi_crm_service_cost"] = action
        return actions
