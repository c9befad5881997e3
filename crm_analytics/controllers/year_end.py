from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class YearEnd(http.Controller):
    @http.route(
        "/crm_analytics/year-end/<int:report_id>/xlsx",
        type="http",
        auth="user",
        readonly=True,
    )
    def year_end_xlsx(self, report_id):
        """The workbook of a frozen year, with the rights and in the language of the
        reader; not found for whom it does not exist."""
        reports = request.env["crm.year.end"]
        report = reports.has_access("read") and reports.search([("id", "=", report_id)])
        if not report or not report.content:
            raise request.not_found()
        return request.make_response(
            report._get_xlsx(),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(f"{report.name}.xlsx")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
