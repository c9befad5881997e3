from calendar import isleap
from datetime import date, timedelta

from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, format_date, get_lang

KINDS = [
    ("birthday", "Birthday"),
    ("wedding", "Wedding Day"),
    ("anniversary", "Company Anniversary"),
    ("other", "Other"),
]
MONTHS = [
    ("01", "January"),
    ("02", "February"),
    ("03", "March"),
    ("04", "April"),
    ("05", "May"),
    ("06", "June"),
    ("07", "July"),
    ("08", "August"),
    ("09", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]
# Any leap year: 29 February is a day when the year is unknown.
LEAP_YEAR = 2000
# A longer look ahead is the whole year.
MAX_DAYS = 365
STORED = [
    *("partner_id", "kind", "type_id", "name", "calendar", "is_leap_month"),
    *("month", "day", "year", "month_day"),
]


class CrmImportantDate(models.Model):
    """A day of the year that matters to a customer or a person who works there.

    Month and day are kept apart from the year, which people often do not know;
    ``month_day`` (``MMDD`` as a number) is what the calendar of the year is searched
    by. 29 February is kept on 28 February in other years.
    """

    _name = "crm.important.date"
    _description = "Important Date"
    _order = "month_day, id"
    _rec_name = "kind"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", index=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, default="birthday")
    name = fields.Char(
        string="What", help="For whom or why: the wife, the opening of the new plant."
    )
    month = fields.Selection(MONTHS, required=True)
    day = fields.Integer(required=True, default=1)
    year = fields.Integer(help="Empty or 0 when only the day is known.")
    date = fields.Date(
        compute="_compute_date",
        inverse="_inverse_date",
        string="Full Date",
        help="Day with year; empty when the year is not known.",
    )
    month_day = fields.Integer(compute="_compute_month_day", store=True, index=True)
    next_date = fields.Date(compute="_compute_next_date", string="Next Time")

    @api.depends("month", "day", "year")
    def _compute_date(self):
        for moment in self:
            moment.date = moment.year and moment._day_of(moment.year)

    def _inverse_date(self):
        for moment in self.filtered("date"):
            moment.write(self._prepare_day(moment.date, moment.calendar))

    @api.depends("month", "day")
    def _compute_month_day(self):
        for moment in self:
            moment.month_day = int(moment.month or 0) * 100 + moment.day

    @api.depends("month", "day")
    @api.depends_context("tz")
    def _compute_next_date(self):
        today = fields.Date.context_today(self)
        for moment in self:
            moment.next_date = moment._next_date(today)

    @api.depends("kind", "name", "partner_id")
    def _compute_display_name(self):
        for moment in self:
            what = moment.name or moment._kind_name()
            who = moment.partner_id.name
            moment.display_name = f"{what} ({who})" if who else what

    @api.constrains("month", "day", "year")
    def _check_day(self):
        for moment in self:
            if not moment._is_day():
                raise ValidationError(
                    self.env._(
                        "%(day)s/%(month)s/%(year)s is not a day of the calendar.",
                        day=moment.day,
                        month=moment.month,
                        year=moment.year or "?",
                    )
                )

    def _is_day(self):
        """Whether the calendar has such a day."""
        self.ensure_one()
        return bool(self._day_of(self.year or LEAP_YEAR))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_day(vals) for vals in vals_list])

    @api.model
    def _with_day(self, vals):
        """Month and day are required: take them from the full date."""
        day = fields.Date.to_date(vals.get("date"))
        calendar = vals.get("calendar") or "solar"
        return {**vals, **self._prepare_day(day, calendar)} if day else vals

    @api.model
    def _prepare_day(self, day, calendar="solar"):
        """Month, day and year of a full date in a calendar."""
        return {"year": day.year, "month": f"{day.month:02}", "day": day.day}

    # The calendar of the year

    def _next_date(self, today):
        """The next day on which this date is kept, ``today`` included.

        Hook: calendars of other peoples answer their own.
        """
        self.ensure_one()
        this_year = self._occurrence(today.year)
        if not this_year or this_year >= today:
            return this_year
        return self._occurrence(today.year + 1)

    def _occurrence(self, year):
        """The day on which the date is kept in a year."""
        leap_day = (self.month, self.day) == ("02", 29) and not isleap(year)
        return date(year, 2, 28) if leap_day else self._day_of(year)

    def _day_of(self, year):
        """The day in a year, False when the calendar has no such day."""
        try:
            return date(year, int(self.month), self.day)
        except (TypeError, ValueError, OverflowError):
            return False

    @api.model
    @api.private
    def _upcoming(self, days, domain=None, limit=None):
        """Dates that are kept in the next days and that the user may read.

        :param days: how far to look, today is day 0
        :param domain: further domain on ``crm.important.date``
        :return: ``crm.important.date`` sorted by the next time; one query with the
            index of ``month_day``
        """
        today = fields.Date.context_today(self)
        terms = self._upcoming_domain(
            today, today + timedelta(days=min(days, MAX_DAYS))
        )
        found = self.search_fetch(
            Domain.AND([terms, Domain(domain or [])]), STORED, limit=limit
        )
        return found.sorted(lambda moment: (moment._next_date(today), moment.id))

    @api.model
    def _upcoming_domain(self, first, last):
        """Dates kept from one day to another one within a year."""
        if last - first >= timedelta(days=MAX_DAYS):
            return Domain.TRUE
        start, end = self._solar_span(first, last)
        after, before = Domain("month_day", ">=", start), Domain("month_day", "<=", end)
        return after & before if first.year == last.year else after | before

    @api.model
    def _solar_span(self, first, last):
        """First and last ``month_day`` of a span, with 29 February where it is kept."""
        start, end = (day.month * 100 + day.day for day in (first, last))
        if last.month == 2 and last.day == 28 and not isleap(last.year):
            end = 229
        return start, end

    def _format_day(self):
        """The day in the reader's language, with the year when it is known."""
        self.ensure_one()
        if self.date:
            return format_date(self.env, self.date)
        day = date(LEAP_YEAR, *divmod(self.month_day, 100))
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("MMMMd", day, locale=locale)
