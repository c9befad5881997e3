from calendar import isleap
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.lunar_calendar import (
    is_lunar_day,
    kept_between,
    kept_on,
    lunar_day,
    lunar_words,
    lunar_words_tw,
    next_kept,
)

LEAP_DAY = "crm_extension.leap_day"


class CrmImportantDate(models.Model):
    """Days of the lunar calendar, of 29 February, and of kinds of one's own.

    Month, day and year of a lunar date are those of the lunar calendar. It moves
    through the solar year, so nothing derived from it is stored: which lunar days are
    kept in a span is asked of the calendar, and they are found by ``month_day``.
    """

    _inherit = "crm.important.date"

    calendar = fields.Selection(
        [("solar", "Solar"), ("lunar", "Lunar")],
        required=True,
        default="solar",
        help="Lunar: month, day and year are those of the Chinese calendar.",
    )
    is_leap_month = fields.Boolean(
        string="Leap Month",
        help="Born in a leap month: kept in the leap month in years that have it, else "
        "in the ordinary month.",
    )
    type_id = fields.Many2one(
        "crm.occasion.type", string="Own Kind", ondelete="restrict"
    )
    day_text = fields.Char(
        string="In Words",
        compute="_compute_day_text",
        help="The day in the reader's language.",
    )

    @api.depends("calendar", "is_leap_month", "month", "day", "year")
    @api.depends_context("lang")
    def _compute_day_text(self):
        for moment in self:
            moment.day_text = moment._is_day() and moment._format_day()

    @api.depends("calendar", "is_leap_month")
    def _compute_date(self):
        return super()._compute_date()

    @api.depends("calendar", "is_leap_month")
    def _compute_next_date(self):
        return super()._compute_next_date()

    @api.depends("type_id")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _kind_name(self):
        """Birthday, Wedding Day ... or the kind of one's own, for the reader."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self.type_id.name or kinds.get(self.kind, "")

    @api.onchange("kind", "calendar")
    def _onchange_kind(self):
        if self.kind != "other":
            self.type_id = False
        if self.calendar != "lunar":
            self.is_leap_month = False

    @api.constrains("month", "day", "year", "calendar", "is_leap_month")
    def _check_day(self):
        return super()._check_day()

    def _is_day(self):
        if self.calendar != "lunar":
            return super()._is_day()
        month = int(self.month or 0)
        return is_lunar_day(month, self.day, self.is_leap_month, self.year)

    @api.model
    def _prepare_day(self, day, calendar="solar"):
        """A full date is a solar one; on a lunar occasion it is put into its calendar."""
        if calendar != "lunar":
            return {**super()._prepare_day(day), "is_leap_month": False}
        lunar = lunar_day(day)
        return {
            "year": lunar.year,
            "month": f"{lunar.month:02}",
            "day": lunar.day,
            "is_leap_month": lunar.is_leap,
        }

    # The calendar of the year

    def _day_of(self, year):
        if self.calendar != "lunar":
            return super()._day_of(year)
        return self._occurrence(year) or False

    def _next_date(self, today):
        if self.calendar != "lunar":
            return super()._next_date(today)
        if not self._is_day():
            return False
        found = next_kept(today, int(self.month), self.day, self.is_leap_month)
        return found or False

    def _occurrence(self, year):
        """The solar day on which the date is kept in a year of its calendar."""
        if self.calendar == "lunar":
            return kept_on(year, int(self.month), self.day, self.is_leap_month)
        leap_day = (self.month, self.day) == ("02", 29) and not isleap(year)
        if leap_day and self._is_leap_day_in_march():
            return date(year, 3, 1)
        return super()._occurrence(year)

    def _kept_between(self, first, last):
        """``[(solar day, year of its calendar)]`` on which the date is kept."""
        self.ensure_one()
        start, end = first.year, last.year
        if self.calendar == "lunar":
            start, end = lunar_day(first).year, lunar_day(last).year
        days = [(self._occurrence(year), year) for year in range(start, end + 1)]
        return [(day, year) for day, year in days if day and first <= day <= last]

    @api.model
    def _is_leap_day_in_march(self):
        """Setting: 29 February is kept on 1 March in other years."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return get_param(LEAP_DAY, "02-28") == "03-01"

    @api.model
    def _upcoming_domain(self, first, last):
        solar = super()._upcoming_domain(first, last)
        if solar.is_true():
            return solar
        rows = kept_between(first, last)
        domain = Domain("calendar", "=", "solar") & solar
        for is_leap in (False, True):
            days = [100 * row[1] + row[2] for row in rows if row[3] == is_leap]
            domain |= (
                Domain("calendar", "=", "lunar")
                & Domain("month_day", "in", days)
                & Domain("is_leap_month", "=", is_leap)
            )
        return domain

    @api.model
    def _solar_span(self, first, last):
        """First and last ``month_day`` of a span, with 29 February where it is kept."""
        start, end = super()._solar_span(first, last)
        if self._is_leap_day_in_march():
            if (first.month, first.day) == (3, 1) and not isleap(first.year):
                start = 229
            if end == 229 and not isleap(last.year):
                end = 228
        return start, end

    @api.model
    def _kept_sql(self, alias, first, last):
        """SQL: the day of a short span on which a date is kept, NULL outside."""
        cases = []
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            start, end = self._solar_span(day, day)
            cases.append(("solar", start, end, False, day))
        cases += [
            ("lunar", 100 * month + day, 100 * month + day, is_leap, solar)
            for solar, month, day, is_leap in kept_between(first, last)
        ]
        whens = [
            SQL(
                "WHEN %s = %s AND %s BETWEEN %s AND %s AND (%s OR %s IS %s) THEN %s",
                SQL.identifier(alias, "calendar"),
                calendar,
                SQL.identifier(alias, "month_day"),
                start,
                end,
                calendar == "solar",
                SQL("COALESCE(%s, FALSE)", SQL.identifier(alias, "is_leap_month")),
                SQL("TRUE") if is_leap else SQL("FALSE"),
                SQL("%s::date", day),
            )
            for calendar, start, end, is_leap, day in cases
        ]
        return SQL("CASE %s END", SQL(" ").join(whens))

    def _format_day(self):
        """Lunar days in Chinese words; for other readers as day and month."""
        if self.calendar != "lunar":
            return super()._format_day()
        day = (int(self.month), self.day, self.is_leap_month)
        lang = self.env.lang or ""
        if lang.startswith("zh"):
            spell = lunar_words if lang == "zh_CN" else lunar_words_tw
            text = spell(*day)
            calendar = "农历" if lang == "zh_CN" else "農曆"
            year = f"{self.year}年" if self.year else ""
            return f"{calendar}{year}{text}"
        text = self.env._("lunar %(month)s/%(day)s", month=day[0], day=day[1])
        if self.is_leap_month:
            text = self.env._("%(day)s, leap month", day=text)
        return f"{text}, {self.year}" if self.year else text
