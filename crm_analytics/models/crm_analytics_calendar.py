from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engines import periods

#: Years kept before this year when there are no older documents.
YEARS = 3


class CrmAnalyticsCalendar(models.Model):
    """With which day of a later period a day is compared, for each company.

    A day that is missing here is compared with the same date; no report loses a
    document because of a gap.
    """

    _name = "crm.analytics.calendar"
    _description = "Calendar of Comparisons"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "date"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date(required=True, index=True)
    next_month = fields.Date(required=True)
    next_year = fields.Date(string="Same Date Next Year", required=True)
    next_year_weekday = fields.Date(string="Same Weekday Next Year", required=True)
    next_year_workday = fields.Date(string="Same Working Day Next Year", required=True)
    next_year_festival = fields.Date(
        string="Same Day around Spring Festival", required=True
    )

    _day_uniq = models.UniqueIndex("(company_id, date)", "A day has one row.")

    @api.model
    @api.private
    def _fill(self, companies=None):
        """Write the days of companies anew where they changed; safe to repeat."""
        first = self._get_first_year()
        for company in companies or self.env["res.company"].sudo().search(Domain.TRUE):
            self._fill_company(company, first, fields.Date.today().year + 1)

    @api.model
    def _get_first_year(self):
        [[oldest]] = self.env.execute_query(
            SQL("SELECT MIN(date) FROM crm_analytics_fact")
        )
        year = fields.Date.today().year - YEARS
        return max(periods.FIRST_YEAR, min(year, oldest.year if oldest else year))

    @api.model
    def _fill_company(self, company, first, last):
        closed = self._get_holidays(company)
        rows = [
            (
                company.id,
                day,
                periods.next_month(day),
                periods.next_year(day),
                periods.next_year_weekday(day),
                periods.next_year_workday(day, closed),
                periods.next_year_festival(day),
            )
            for day in _days(date(first, 1, 1), date(last, 12, 31))
        ]
        self.env.cr.execute_values(
            """
            INSERT INTO crm_analytics_calendar AS c
                   (company_id, date, next_month, next_year, next_year_weekday,
                    next_year_workday, next_year_festival) VALUES %s
            ON CONFLICT (company_id, date)
            DO UPDATE SET next_year_workday = EXCLUDED.next_year_workday
             WHERE c.next_year_workday <> EXCLUDED.next_year_workday
            """,
            rows,
            page_size=2000,
        )
        self.invalidate_model()

    @api.model
    def _get_holidays(self, company):
        """Days on which the working calendar of the company is closed for everybody."""
        closed = set()
        zone = company._local_timezone()
        leaves = company.resource_calendar_id.global_leave_ids
        for leave in leaves.with_context(tz=zone):
            start = fields.Datetime.context_timestamp(leave, leave.date_from).date()
            end = fields.Datetime.context_timestamp(leave, leave.date_to).date()
            closed.update(_days(start, end))
        return frozenset(closed)


def _days(start, end):
    return (start + timedelta(n) for n in range((end - start).days + 1))
