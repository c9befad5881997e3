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

    kpi_crm_target = fields.Boolean("Month against Target (%)")
    kpi_crm_target_value = fields.Integer(compute="_compute_kpi_crm_target_value")

    def _compute_kpi_crm_target_value(self):
        """The month up to the end of the digest's days, in percent of its target.

        Whoever reads all figures gets the company's, everybody else their own.
        """
        if not self.env.user.has_group("crm_analytics.crm_analytics_group_user"):
            raise AccessError(
                self.env._(
                    "You may not read this figure: it is left out of the digest."
                )
            )
        _start, end, companies = self._get_kpi_compute_parameters()
        day = fields.Date.to_string(fields.Date.to_date(end))
        for company in companies:
            percent = self._get_target_percent(company, day)
            for digest in self:
                if (digest.company_id or self.env.company) == company:
                    digest.kpi_crm_target_value = percent

    def _get_target_percent(self, company, day):
        Performance = self.env["crm.performance"].with_company(company)
        Performance = Performance._in_company(company)
        choice = Performance._read_options({"period": "month", "date": day})
        is_all = "company" in Performance._get_levels()
        level, users = ("company", None) if is_all else ("user", self.env.user.ids)
        choice["months"] = 1
        rows = Performance._get_rows([choice["measure"]], choice, level, users)
        return round(sum(row["attainment"] or 0 for row in rows))

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
        actions["kpi_crm_target"] = (
            f"crm_analytics.crm_performance_action_mine?menu_id={menu}"
        )
        actions["kpi_crm_service_cost"] = action
        return actions
