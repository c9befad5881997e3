from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engines import periods, targets

MEASURES = [
    ("booked", "Booked"),
    ("invoiced", "Invoiced"),
    ("delivered", "Delivered Goods"),
    ("margin", "Margin"),
    ("customers", "New Customers"),
    ("visits", "Visits"),
    ("calls", "Calls"),
]
MONEY = ("booked", "invoiced", "delivered", "margin")
MONTHS = tuple(f"m{number:02}" for number in range(1, 13))
QUARTERS = ("q1", "q2", "q3", "q4")
FIRST_YEAR, LAST_YEAR = 1990, 2100


def _amount(string, **options):
    return fields.Float(string=string, digits=(16, 0), **options)


def _month(string):
    return _amount(string, tracking=True, aggregator="sum")


def _quarter(string, number):
    return _amount(
        string,
        compute="_compute_quarters",
        inverse=f"_inverse_q{number}",
        help="Typing a quarter spreads it over its months.",
    )


class CrmTarget(models.Model):
    """What a salesperson, a team or the company should reach in a fiscal year.

    One row per year holds the twelve months; quarters and the year are their sums.
    Typing a quarter or the year spreads it over the months: in the proportion they
    have, else by the season of the past years, else evenly. Targets are whole numbers:
    nobody plans cents, nor a third of a visit.
    """

    _name = "crm.target"
    _description = "Sales Target"
    _inherit = ["mail.thread"]
    _order = "year desc, measure, level, team_id, user_id, id"
    _rec_names_search = ["user_id", "team_id"]
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        string="Fiscal Year",
        required=True,
        tracking=True,
        aggregator=None,
        default=lambda self: self._get_year(fields.Date.context_today(self)),
        help="The year in which the fiscal year ends.",
    )
    fiscal_year = fields.Char(
        "Name of the Fiscal Year", compute="_compute_fiscal_year", store=True
    )
    measure = fields.Selection(
        MEASURES,
        string="What Counts",
        required=True,
        tracking=True,
        default=lambda self: self.env.company.target_measure,
        help="Amounts are untaxed, in the currency of the company. Margin is that of "
        "the invoices. A new customer is one with a first order. Visits hold meetings.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        index=True,
        tracking=True,
        ondelete="cascade",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty for the target of a team or of the company.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        index=True,
        tracking=True,
        ondelete="cascade",
        check_company=True,
        help="Of a salesperson: the team whose target this one is a part of.",
    )
    level = fields.Selection(
        [("company", "Company"), ("team", "Sales Team"), ("user", "Salesperson")],
        string="Target of",
        compute="_compute_level",
        store=True,
    )
    m01 = _month("January")
    m02 = _month("February")
    m03 = _month("March")
    m04 = _month("April")
    m05 = _month("May")
    m06 = _month("June")
    m07 = _month("July")
    m08 = _month("August")
    m09 = _month("September")
    m10 = _month("October")
    m11 = _month("November")
    m12 = _month("December")
    q1 = _quarter("Quarter 1", 1)
    q2 = _quarter("Quarter 2", 2)
    q3 = _quarter("Quarter 3", 3)
    q4 = _quarter("Quarter 4", 4)
    total = _amount(
        "Year",
        compute="_compute_total",
        inverse="_inverse_total",
        store=True,
        help="Typing the year spreads it over the months.",
    )

    _one_uniq = models.UniqueIndex(
        "(company_id, year, measure, COALESCE(user_id, 0),"
        " (CASE WHEN user_id IS NULL THEN COALESCE(team_id, 0) ELSE 0 END))",
        "There is already such a target for this year.",
    )
    _year_check = models.Constraint(
        f"CHECK (year BETWEEN {FIRST_YEAR} AND {LAST_YEAR})",
        "The year of a target lies between 1990 and 2100.",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------

    @api.depends("user_id")
    def _compute_team_id(self):
        """The team the person works for, unless another one was chosen."""
        for target in self:
            if target.user_id and not target.team_id:
                target.team_id = target.user_id.sale_team_id

    @api.depends("user_id", "team_id")
    def _compute_level(self):
        for target in self:
            target.level = (
                "user" if target.user_id else "team" if target.team_id else "company"
            )

    @api.depends("year", "company_id.fiscalyear_last_month")
    def _compute_fiscal_year(self):
        for target in self:
            year = target.year
            ends_in_december = int(target.company_id.fiscalyear_last_month or 12) == 12
            target.fiscal_year = (
                str(year) if ends_in_december else f"{year - 1}/{year % 100:02}"
            )

    @api.depends(*MONTHS, "company_id.fiscalyear_last_month")
    def _compute_quarters(self):
        for target in self:
            for quarter in QUARTERS:
                months = target._get_months_of(quarter)
                target[quarter] = sum(target[name] for name in months)

    @api.depends(*MONTHS)
    def _compute_total(self):
        for target in self:
            target.total = sum(target[name] for name in MONTHS)

    def _inverse_q1(self):
        self._spread_over("q1")

    def _inverse_q2(self):
        self._spread_over("q2")

    def _inverse_q3(self):
        self._spread_over("q3")

    def _inverse_q4(self):
        self._spread_over("q4")

    def _inverse_total(self):
        self._spread_over("total")

    @api.depends("level", "user_id", "team_id", "measure", "fiscal_year")
    def _compute_display_name(self):
        labels = dict(self._fields["measure"]._description_selection(self.env))
        for target in self:
            who = target.user_id or target.team_id or target.company_id
            target.display_name = self.env._(
                "%(who)s: %(measure)s %(year)s",
                who=who.display_name or "",
                measure=labels.get(target.measure, ""),
                year=target.fiscal_year or "",
            )

    @api.constrains(*MONTHS)
    def _check_months(self):
        """A target is no debt: not below zero, and a number."""
        for target in self:
            for name in MONTHS:
                if not 0 <= target[name] < 1e13:
                    raise ValidationError(
                        self.env._(
                            "%(target)s: the target of %(month)s cannot be below zero.",
                            target=target.display_name,
                            month=self._fields[name]._description_string(self.env),
                        )
                    )

    # ------------------------------------------------------------------
    # Spreading
    # ------------------------------------------------------------------

    def _spread_over(self, name):
        """Spread the typed sum of a quarter or the year over its months."""
        sums = {target: target[name] for target in self}
        for target, total in sums.items():
            months = target._get_months_of(name)
            now = [target[month] for month in months]
            if round(sum(now)) == round(total):
                continue
            weights = now if any(now) else target._get_weights(months)
            parts = targets.spread(total, weights, 0)
            target.update(dict(zip(months, parts, strict=True)))

    def _get_weights(self, months):
        season = self._get_season(self.company_id, self.measure)
        return [season[MONTHS.index(name)] for name in months]

    @api.model
    def _get_season(self, company, measure):
        """Weights of January to December by the past years of the whole company.

        Up to three whole years before this month; without one year they are equal.
        What is no amount has no season.
        """
        if measure not in MONEY:
            return [1.0] * 12
        column = "invoiced" if measure == "margin" else measure
        today = fields.Date.context_today(self)
        last = today.replace(day=1)
        first = periods.add_months(last, -36)
        rows = (
            self.env["crm.analytics.compare"]
            .sudo()
            .with_context(allowed_company_ids=company.ids)
            ._read_group(
                [
                    ("date", ">=", first),
                    ("date", "<", last),
                    ("series", "=", "current"),
                ],
                ["date:month"],
                [f"{column}:sum"],
            )
        )
        sums = [0.0] * 12
        known = sorted(month for month, amount in rows if amount)
        if not known:
            return [1.0] * 12
        years = (
            last.year * 12 + last.month - known[0].year * 12 - known[0].month
        ) // 12
        start = periods.add_months(last, -12 * years)
        for month, amount in rows:
            if month >= start:
                sums[month.month - 1] += max(amount or 0.0, 0.0)
        return sums if years else [1.0] * 12

    # ------------------------------------------------------------------
    # Months and years
    # ------------------------------------------------------------------

    def _get_months_of(self, name):
        """Return the fields of the months of a quarter, in order, or of the year."""
        last = int((self.company_id or self.env.company).fiscalyear_last_month)
        months = [MONTHS[(last + number) % 12] for number in range(12)]
        if name == "total":
            return months
        place = QUARTERS.index(name) * 3
        return months[place : place + 3]

    @api.model
    def _get_year(self, day, company=None):
        """Return the fiscal year of a day: the year in which it ends."""
        company = company or self.env.company
        return day.year + (day.month > int(company.fiscalyear_last_month))

    def _get_months(self):
        """Return ``{first day of the month: amount}``."""
        self.ensure_one()
        last = int(self.company_id.fiscalyear_last_month)
        return {
            date(self.year - (number > last), number, 1): self[name]
            for number, name in enumerate(MONTHS, 1)
        }

    # ------------------------------------------------------------------
    # Business
    # ------------------------------------------------------------------

    @api.model
    def _get_targets(self, company, measures, first, last, level, domain=()):
        """Return ``{(measure, key): {month: amount}}`` of the months of a span.

        A team without a target of its own has the sum of its people's, the company
        that of its teams and of the people without a team.

        :param level: ``user``, ``team`` or ``company``; the key is the id of one
        :param domain: which targets count, beside the reader's own rights
        """
        rows = self.search_fetch(
            [
                ("company_id", "=", company.id),
                ("year", ">=", self._get_year(first, company)),
                ("year", "<=", self._get_year(last, company)),
                ("measure", "in", list(measures)),
                *domain,
            ],
            ["measure", "level", "user_id", "team_id", "year", *MONTHS],
        )
        if level == "user":
            return self._sum_up(rows.filtered("user_id"), "user_id", first, last)
        teams = self._get_team_rows(rows)
        if level == "team":
            teams = teams.filtered("team_id")
            return self._sum_up(teams, "team_id", first, last)
        own = rows.filtered(lambda row: row.level == "company")
        settled = {(row.measure, row.year) for row in own}
        rest = teams.filtered(lambda row: (row.measure, row.year) not in settled)
        return self._sum_up(own + rest, "company_id", first, last)

    @api.model
    def _get_team_rows(self, rows):
        """Targets of teams, and those of people whose team has none."""
        own = rows.filtered(lambda row: row.level == "team")
        settled = {(row.measure, row.year, row.team_id) for row in own}
        return own + rows.filtered(
            lambda row: (
                row.level == "user"
                and (row.measure, row.year, row.team_id) not in settled
            )
        )

    @api.model
    def _sum_up(self, rows, key, first, last):
        sums = {}
        for row in rows:
            months = sums.setdefault((row.measure, row[key].id), {})
            for month, amount in row._get_months().items():
                if first.replace(day=1) <= month <= last:
                    months[month] = months.get(month, 0.0) + amount
        return {key: months for key, months in sums.items() if months}

    def copy_data(self, default=None):
        """A copy is the target of the year after: a year has one."""
        rows = super().copy_data(default)
        given = default or {}
        return [
            {**row, "year": given.get("year", target.year + 1)}
            for target, row in zip(self, rows, strict=True)
        ]

    def action_open_plan(self):
        """Open the dialog that proposes the targets of a year."""
        self.browse().check_access("create")
        return self.env["ir.actions.actions"]._for_xml_id(
            "crm_analytics.crm_target_plan_action"
        )
