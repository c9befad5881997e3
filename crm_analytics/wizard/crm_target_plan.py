from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engines import targets
from ..models.crm_target import FIRST_YEAR, LAST_YEAR, MEASURES, MONTHS


class CrmTargetPlan(models.TransientModel):
    """Fill the grid of a year: one row for everybody, from last year and a percentage.

    Targets that are there already stay as they are, unless they are to be replaced.
    """

    _name = "crm.target.plan"
    _description = "Propose Targets"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    year = fields.Integer(
        required=True,
        default=lambda self: (
            self.env["crm.target"]._get_year(fields.Date.context_today(self)) + 1
        ),
        help="The year in which the fiscal year ends.",
    )
    measure = fields.Selection(
        MEASURES,
        string="What Counts",
        required=True,
        default=lambda self: self.env.company.target_measure,
    )
    level = fields.Selection(
        [
            ("user", "Salespeople"),
            ("team", "Sales Teams"),
            ("company", "The company"),
        ],
        string="Targets for",
        required=True,
        default="user",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Sales Teams",
        help="Only these teams and their people. Empty for all.",
    )
    basis = fields.Selection(
        [
            ("figures", "What was reached last year"),
            ("targets", "The targets of last year"),
            ("empty", "Nothing: I type them"),
        ],
        string="Start from",
        required=True,
        default="figures",
    )
    percent = fields.Float("Change (%)", default=0.0, digits=(16, 1))
    spread = fields.Selection(
        [
            ("same", "As last year"),
            ("season", "By the season of the past years"),
            ("even", "Evenly"),
        ],
        string="Over the Months",
        required=True,
        default="season",
    )
    replace = fields.Boolean(
        "Replace targets that are there",
        help="Otherwise they stay as they are and only missing ones are added.",
    )

    def action_propose(self):
        """Write the targets and open them.

        :raise UserError: a year or a percentage that makes no sense, or nobody to
            have a target
        """
        self.ensure_one()
        self._check_input()
        keys = self._get_keys()
        if not keys:
            raise UserError(
                self.env._("No salesperson works in a sales team yet: add them first.")
            )
        months = self._get_basis()
        there = self._get_existing()
        new = []
        for key in keys:
            values = self._get_values(key, months.get(key[-1], [0.0] * 12))
            if key[-1] not in there:
                new.append(values)
            elif self.replace:
                there[key[-1]].write({name: values[name] for name in MONTHS})
        self.env["crm.target"].create(new)
        return self._get_action()

    def _check_input(self):
        if not FIRST_YEAR < self.year <= LAST_YEAR:
            raise UserError(
                self.env._("The year of a target lies between 1990 and 2100.")
            )
        if not -100 <= self.percent <= 1000:
            raise UserError(
                self.env._("A change lies between -100 % and 1000 % of last year.")
            )

    def _get_keys(self):
        """Return ``[(user id, team id, key)]`` of those who get a target."""
        if self.level == "company":
            return [(False, False, self.company_id.id)]
        domain = [("company_id", "in", [False, self.company_id.id])]
        if self.team_ids:
            domain += [("id", "in", self.team_ids.ids)]
        teams = self.env["crm.team"].search(domain)
        if self.level == "team":
            return [(False, team.id, team.id) for team in teams]
        keys = {}
        for team in teams:
            for user in team.member_ids:
                if self.company_id in user.sudo().company_ids:
                    keys.setdefault(user.id, (user.id, team.id, user.id))
        return list(keys.values())

    def _get_basis(self):
        """Return ``{key: months}`` of last year, changed and spread."""
        if self.basis == "empty":
            return {}
        last_year = self._get_last_year()
        factor = 1 + self.percent / 100
        season = [1.0] * 12
        if self.spread == "season":
            season = self.env["crm.target"]._get_season(self.company_id, self.measure)
        result = {}
        for key, months in last_year.items():
            weights = months if self.spread == "same" else season
            total = max(sum(months) * factor, 0.0)
            result[key] = targets.spread(round(total), weights, 0)
        return result

    def _get_last_year(self):
        """Return ``{key: amounts of January to December}`` of the year before."""
        Target = self.env["crm.target"]
        months = Target.new({"company_id": self.company_id.id, "year": self.year - 1})
        first, *_rest, last = sorted(months._get_months())
        result = defaultdict(lambda: [0.0] * 12)
        if self.basis == "targets":
            rows = Target._get_targets(
                self.company_id, [self.measure], first, last, self.level
            )
            for (_measure, key), amounts in rows.items():
                for month, amount in amounts.items():
                    result[key][month.month - 1] += amount
            return result
        Performance = self.env["crm.performance"]._in_company(self.company_id)
        span = (first, fields.Date.end_of(last, "month"))
        figures = Performance._get_figures([self.measure], span, self.level)
        for (_measure, key, month), figure in figures.items():
            result[key][month.month - 1] += figure[0]
        return result

    def _get_existing(self):
        rows = self.env["crm.target"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("year", "=", self.year),
                ("measure", "=", self.measure),
                ("level", "=", self.level),
            ]
        )
        name = f"{self.level}_id"
        return {row[name].id: row for row in rows}

    @api.model
    def _prepare_months(self, months):
        return dict(zip(MONTHS, months, strict=True))

    def _get_values(self, key, months=(0.0,) * 12):
        user_id, team_id, _key = key
        return {
            "company_id": self.company_id.id,
            "year": self.year,
            "measure": self.measure,
            "user_id": user_id,
            "team_id": team_id,
            **self._prepare_months(months),
        }

    def _get_action(self):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_analytics.crm_target_action"
        )
        return {
            **action,
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("year", "=", self.year),
                ("measure", "=", self.measure),
                ("level", "=", self.level),
            ],
            "context": {
                "default_company_id": self.company_id.id,
                "default_year": self.year,
                "default_measure": self.measure,
            },
        }
