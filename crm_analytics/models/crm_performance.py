from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engines import periods, targets
from .crm_analytics_fact import MARGIN
from .crm_target import FIRST_YEAR, LAST_YEAR, MONEY

LENGTHS = {"month": 1, "quarter": 3, "year": 12}
TREND_MONTHS = 12


class CrmPerformance(models.AbstractModel):
    """Sales performance against targets: the page of all, and of one person.

    Everything is read for the current company, in its currency, by the fiscal year of
    its accounts. The page is one call: what was reached and the targets of a span of
    months, from which period, pace and trend are cut in Python.
    """

    _name = "crm.performance"
    _description = "Sales Performance"

    # ------------------------------------------------------------------
    # What clients call
    # ------------------------------------------------------------------

    @api.model
    @api.readonly
    def performance_fetch(self, options=None):
        """The ranking of a period.

        :param options: dict of ``measure``, ``level`` (``user team company``),
            ``period`` (``month quarter year``) and ``date`` (a day of the period)
        :return: dict of the choices, ``rows`` (see :meth:`_make_row`, best first),
            ``total`` and the months of the trend
        :raise UserError: options that cannot be read
        :raise AccessError: a level beyond the reader's rights
        """
        choice = self._read_options(options)
        self = self._in_company(self.env.company)
        measure, level = choice["measure"], choice["level"]
        rows = self._get_rows([measure], choice, level)
        total = self._get_rows([measure], choice, "company")
        rows = self._rank(rows)
        return {
            **self._get_frame(choice),
            "rows": rows,
            "total": total[0] if total else False,
        }

    @api.model
    @api.readonly
    def performance_person(self, user_id=False, options=None):
        """One person and all measures.

        :param user_id: False for oneself
        :return: dict of the choices, ``person`` and ``cards``: a row for each measure,
            with the ``place`` among the salespeople who have figures
        :raise AccessError: somebody whose figures the reader does not see
        """
        person = self._get_person(user_id)
        choice = self._read_options(options)
        self = self._in_company(self.env.company)
        measures = [name for name, _label in self._get_measures()]
        rows = self._get_rows(measures, choice, "user", person.ids)
        return {
            **self._get_frame(choice),
            "person": {"id": person.id, "name": person.sudo().name},
            "is_me": person == self.env.user,
            "cards": self._add_places(self._fill(rows, measures), choice),
        }

    # ------------------------------------------------------------------
    # Options
    # ------------------------------------------------------------------

    @api.model
    def _get_measures(self):
        """Return ``[(measure, label)]`` of those the user may read."""
        self.env["crm.analytics.compare"].check_access("read")
        labels = self.env["crm.target"]._fields["measure"]
        labels = dict(labels._description_selection(self.env))
        names = list(labels)
        if not (self.env.su or self.env.user.has_group(MARGIN)):
            names.remove("margin")
        return [(name, labels[name]) for name in names]

    @api.model
    def _get_levels(self):
        """Levels that the user sees as a whole."""
        reach = self._get_reach()
        if reach.is_all:
            return ["user", "team", "company"]
        return ["user", "team"] if reach.teams else ["user"]

    @api.model
    def _read_options(self, options):
        """Check what a client sent, with defaults for what it left out."""
        options = options or {}
        if not isinstance(options, dict):
            raise UserError(self.env._("The choice of figures cannot be read."))
        measures = [name for name, _label in self._get_measures()]
        default = self.env.company.target_measure
        levels = self._get_levels()
        choices = {
            "measure": (measures, default if default in measures else measures[0]),
            "level": (["user", "team", "company"], "user"),
            "period": (list(LENGTHS), "month"),
        }
        choice = {}
        for name, (allowed, value) in choices.items():
            choice[name] = options.get(name) or value
            if choice[name] not in allowed:
                raise UserError(self.env._("There are no such figures."))
        if choice["level"] not in levels:
            raise AccessError(
                self.env._("These figures are for those who lead all of them.")
            )
        return {**choice, **self._read_period(options, choice["period"])}

    @api.model
    def _read_period(self, options, period):
        day = self._get_today()
        if options.get("date"):
            try:
                day = date.fromisoformat(options["date"])
            except (TypeError, ValueError):
                day = None
            if not day or not FIRST_YEAR < day.year < LAST_YEAR:
                raise UserError(self.env._("The day of the period cannot be read."))
        return dict(zip(("first", "last"), self._get_span(day, period), strict=True))

    @api.model
    def _get_span(self, day, period):
        """First and last day of the fiscal month, quarter or year of a day."""
        length = LENGTHS[period]
        offset = int(self.env.company.fiscalyear_last_month)
        gone = (day.month - 1 - offset) % 12 % length
        first = periods.add_months(day.replace(day=1), -gone)
        return first, fields.Date.end_of(periods.add_months(first, length - 1), "month")

    @api.model
    def _get_person(self, user_id):
        """The person asked for, whom the reader must be allowed to see."""
        if not user_id or user_id == self.env.uid:
            return self.env.user
        reach = self._get_reach()
        person = self.env["res.users"].browse()
        if isinstance(user_id, int) and not isinstance(user_id, bool):
            person = person.browse(user_id).exists()
        teams = person.sudo().crm_team_ids
        is_ours = self.env.company in person.sudo().company_ids
        if not is_ours or not (reach.is_all or set(teams.ids) & reach.teams):
            raise AccessError(self.env._("You do not see the figures of this person."))
        return person

    @api.model
    def _in_company(self, company):
        """Read one company only: amounts and targets in one currency."""
        return self.with_context(allowed_company_ids=company.ids)

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    @api.model
    def _get_frame(self, choice):
        """What the page shows around the figures."""
        today = self._get_today()
        currency = self.env.company.currency_id
        months = self._get_trend_months(choice)
        return {
            "measures": [
                {"id": name, "name": label, "is_money": name in MONEY}
                for name, label in self._get_measures()
            ],
            "levels": self._get_levels(),
            "options": {
                **{name: choice[name] for name in ("measure", "level", "period")},
                "date": fields.Date.to_string(choice["first"]),
            },
            "previous": fields.Date.to_string(periods.add_months(choice["first"], -1)),
            "next": fields.Date.to_string(periods.add_months(choice["last"], 1)),
            "first": fields.Date.to_string(choice["first"]),
            "last": fields.Date.to_string(choice["last"]),
            "fiscal_year": self.env["crm.target"]._get_year(choice["last"]),
            "is_running": choice["first"] <= today <= choice["last"],
            "elapsed": self._get_elapsed(choice, today),
            "months": [fields.Date.to_string(month) for month in months],
            "currency_id": currency.id,
            "can_plan": self.env["crm.target"].has_access("create"),
        }

    @api.model
    def _get_elapsed(self, choice, today):
        """Percent of the working days of the period that are gone."""
        closed = self._get_holidays()
        first, last = choice["first"], choice["last"]
        if today >= last:
            return 100.0
        if today < first:
            return 0.0
        days = periods.working_days(first, last, closed)
        return 100.0 * periods.working_days(first, today, closed) / (days or 1)

    @api.model
    def _get_holidays(self):
        calendar = self.env["crm.analytics.calendar"].sudo()
        return calendar._get_holidays(self.env.company.sudo())

    @api.model
    def _get_trend_months(self, choice):
        """First days of the months shown, the last one that of the period."""
        last = choice["last"].replace(day=1)
        count = choice.get("months", TREND_MONTHS)
        return [periods.add_months(last, n - count + 1) for n in range(count)]

    @api.model
    def _get_rows(self, measures, choice, level, users=None):
        """One row for each measure and person, team or company with a figure or target."""
        months = self._get_trend_months(choice)
        span = (months[0], choice["last"])
        figures = self._get_figures(measures, span, level, users)
        domain = [("user_id", "in", users)] if users else []
        plans = self.env["crm.target"]._get_targets(
            self.env.company, measures, *span, level, domain
        )
        found = {(measure, key) for measure, key, _month in figures} | set(plans)
        closed, today = self._get_holidays(), self._get_today()
        rows = []
        for measure, key in found:
            trend = [figures.get((measure, key, month), (0.0, 0.0)) for month in months]
            plan = [plans.get((measure, key), {}).get(month) for month in months]
            size = LENGTHS[choice["period"]]
            row = self._make_row(
                trend[-size:], plan[-size:], months[-size:], today, closed
            )
            if not any((row["actual"], row["target"], row["last_year"])):
                continue
            trend = {"trend": [figure[0] for figure in trend], "plan": plan}
            rows.append({"measure": measure, "id": key or False, **row, **trend})
        return self._add_names(rows, level)

    @api.model
    def _make_row(self, figures, plan, months, today, closed):
        """Figures of a period against its target.

        ``pace`` is what was reached in percent of what the target expects by today's
        working day; ``attainment`` in percent of the whole target. Both are False
        where nothing is expected.
        """
        actual = sum(figure[0] for figure in figures)
        last_year = sum(figure[1] for figure in figures)
        amounts = {m: amount for m, amount in zip(months, plan, strict=True) if amount}
        target = sum(amounts.values())
        expected = targets.expected(amounts, today, closed)
        return {
            "actual": actual,
            "target": target if amounts else False,
            "expected": expected,
            "last_year": last_year,
            "attainment": 100.0 * actual / target if target else False,
            "pace": 100.0 * actual / expected if expected else False,
            "growth": 100.0 * (actual / last_year - 1) if last_year > 0 else False,
        }

    @api.model
    def _add_names(self, rows, level):
        model = {"user": "res.users", "team": "crm.team", "company": "res.company"}
        ids = {row["id"] for row in rows if row["id"]}
        records = self.env[model[level]].sudo().browse(ids)
        names = {record.id: record.name for record in records}
        nobody = {
            "user": self.env._("No salesperson"),
            "team": self.env._("No sales team"),
        }
        for row in rows:
            row["name"] = names.get(row["id"]) or nobody.get(level, "")
        return rows

    @api.model
    def _rank(self, rows):
        """Best first, with places; what belongs to nobody stands last without one."""
        someone = [row for row in rows if row["id"]]
        someone.sort(key=lambda row: (-row["actual"], row["name"], row["id"]))
        places = targets.places(row["actual"] for row in someone)
        for row, place in zip(someone, places, strict=True):
            row["place"] = place
        nobody = [{**row, "place": False} for row in rows if not row["id"]]
        return someone + nobody

    @api.model
    def _fill(self, rows, measures):
        """The rows in the order of the measures, with their labels."""
        found = {row["measure"]: row for row in rows}
        labels = dict(self._get_measures())
        return [
            {**found[name], "label": labels[name], "is_money": name in MONEY}
            for name in measures
            if name in found
        ]

    @api.model
    def _add_places(self, cards, choice):
        """Add the place among all salespeople: two numbers, nobody else's figures."""
        measures = [card["measure"] for card in cards]
        span = (choice["first"], choice["last"])
        sums = {measure: {} for measure in measures}
        figures = self.sudo()._get_figures(measures, span, "user")
        for (measure, user, _month), figure in figures.items():
            if user:
                sums[measure][user] = sums[measure].get(user, 0.0) + figure[0]
        for card in cards:
            people = sums[card["measure"]]
            own = people.setdefault(card["id"], card["actual"])
            card["place"] = 1 + sum(value > own for value in people.values())
            card["of"] = len(people)
        return cards
