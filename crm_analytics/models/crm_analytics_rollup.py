from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_analytics_fact import KEYS, KINDS, MARGIN

#: Casts of the columns of a change; all others are ids.
CASTS = {
    "kind": SQL("varchar[]"),
    "date": SQL("date[]"),
    "month": SQL("date[]"),
    "is_opportunity": SQL("boolean[]"),
    "amount": SQL("numeric[]"),
    "margin": SQL("numeric[]"),
}
MEASURES = ("documents", "amount", "margin")


class CrmAnalyticsRollup(models.AbstractModel):
    """Sums of facts by some of their keys, kept up to date by what changes.

    Amounts are exact decimals, so adding the difference of a change gives the same
    rows as counting everything again. A key whose last document goes loses its row.
    Keys are not unique for the database: a merge of partners may leave two rows of
    one key until the next change; readers always sum.
    """

    _name = "crm.analytics.rollup"
    _description = "Sums of Sales Facts"

    # Columns of the table in order; `month` is the first day of the month of `date`.
    _keys = ()

    @api.model
    @api.private
    def _add(self, changes):
        """Carry changes of facts to the sums.

        :param changes: pairs of a row of a fact (its keys, and its measures as text,
            which keeps them exact) and 1 or -1
        """
        sums = defaultdict(lambda: [0, 0, 0])
        for row, sign in changes:
            fact = dict(zip(KEYS, row, strict=False))
            total = sums[tuple(self._get_key(fact, name) for name in self._keys)]
            total[0] += sign
            total[1] += sign * Decimal(row[-2])
            total[2] += sign * Decimal(row[-1])
        rows = [
            (*key, *total)
            for key, total in sums.items()
            if any(total) and self._is_counted(key)
        ]
        if rows:
            self._merge(rows)
        self.invalidate_model()

    @api.model
    def _get_key(self, fact, name):
        return fact["date"].replace(day=1) if name == "month" else fact[name]

    @api.model
    def _is_counted(self, key):
        """Whether the keys that the table requires are there."""
        return all(
            value is not None or not self._fields[name].required
            for name, value in zip(self._keys, key, strict=True)
        )

    @api.model
    def _merge(self, rows):
        """One statement: the rows of the keys are taken out and put in again with the
        difference added."""
        columns = zip((*self._keys, *MEASURES), zip(*rows, strict=True), strict=True)
        delta = SQL(", ").join(
            SQL("%s::%s", list(values), CASTS.get(name, SQL("int[]")))
            for name, values in columns
        )
        self.env.cr.execute(
            SQL(
                """
                WITH delta (%(columns)s) AS (SELECT * FROM UNNEST(%(delta)s)),
                gone AS (DELETE FROM %(table)s t USING delta WHERE %(same)s
                         RETURNING %(old)s)
                INSERT INTO %(table)s (%(columns)s)
                SELECT %(keys)s, SUM(documents), SUM(amount), SUM(margin)
                  FROM (SELECT * FROM gone UNION ALL SELECT * FROM delta) both_of_them
                 GROUP BY %(keys)s HAVING SUM(documents) <> 0
                """,
                table=SQL.identifier(self._table),
                columns=self._columns(*self._keys, *MEASURES),
                delta=delta,
                keys=self._columns(*self._keys),
                same=SQL(" AND ").join(map(self._same, self._keys)),
                old=SQL(", ").join(
                    SQL.identifier("t", name) for name in (*self._keys, *MEASURES)
                ),
            )
        )

    @api.model
    def _columns(self, *names):
        return SQL(", ").join(map(SQL.identifier, names))

    @api.model
    def _same(self, name):
        """Compare a key; only one that may be empty needs the slower operator."""
        required = self._fields[name].required
        return SQL(
            "%s %s %s",
            SQL.identifier("t", name),
            SQL("=") if required else SQL("IS NOT DISTINCT FROM"),
            SQL.identifier("delta", name),
        )

    @api.model
    @api.private
    def _recount(self):
        """Empty the table and count all facts again in one statement."""
        self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(self._table)))
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s) %s",
                SQL.identifier(self._table),
                self._columns(*self._keys, *MEASURES),
                self._select_counted(),
            )
        )
        self.invalidate_model()

    @api.model
    @api.private
    def _is_right(self):
        """Whether the sums are those of the facts, key by key."""
        columns = self._columns(*self._keys)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 1 FROM (
                    SELECT %(columns)s, documents, amount, margin
                      FROM (%(counted)s) c
                     UNION ALL
                    SELECT %(columns)s, -documents, -amount, -margin FROM %(table)s) x
                 GROUP BY %(columns)s
                HAVING SUM(documents) <> 0 OR SUM(amount) <> 0 OR SUM(margin) <> 0
                 LIMIT 1
                """,
                columns=columns,
                counted=self._select_counted(),
                table=SQL.identifier(self._table),
            )
        )
        return not rows

    @api.model
    def _select_counted(self):
        """Return SELECT: the sums, counted from all facts."""
        month = SQL("date_trunc('month', date)::date")
        keys = [month if n == "month" else SQL.identifier(n) for n in self._keys]
        required = (
            SQL("%s IS NOT NULL", key)
            for name, key in zip(self._keys, keys, strict=True)
            if self._fields[name].required
        )
        names = (
            SQL("%s AS %s", key, SQL.identifier(name))
            for name, key in zip(self._keys, keys, strict=True)
        )
        return SQL(
            "SELECT %s, COUNT(*) AS documents, SUM(amount) AS amount,"
            " SUM(margin) AS margin FROM crm_analytics_fact WHERE %s GROUP BY %s",
            SQL(", ").join(names),
            SQL(" AND ").join(required),
            SQL(", ").join(keys),
        )


class CrmAnalyticsDay(models.Model):
    """Sums of a day by salesperson, team and source: what most reports read."""

    _name = "crm.analytics.day"
    _description = "Sales Figures of a Day"
    _inherit = ["crm.analytics.rollup"]
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "kind"
    _check_company_auto = True
    _keys = (
        "date",
        "company_id",
        "kind",
        "user_id",
        "team_id",
        "source_id",
        "medium_id",
        "campaign_id",
        "is_opportunity",
    )

    kind = fields.Selection(KINDS, required=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date(required=True)
    user_id = fields.Many2one("res.users", string="Salesperson", ondelete="set null")
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null")
    source_id = fields.Many2one("utm.source", ondelete="set null")
    medium_id = fields.Many2one("utm.medium", ondelete="set null")
    campaign_id = fields.Many2one("utm.campaign", ondelete="set null")
    is_opportunity = fields.Boolean(string="From an Opportunity")
    documents = fields.Integer()
    amount = fields.Float(digits=0)
    margin = fields.Float(digits=0, groups=MARGIN)

    _date_idx = models.Index("(date, company_id, kind)")


class CrmAnalyticsPartnerMonth(models.Model):
    """Sums of a month by customer and salesperson: scores and segments read it."""

    _name = "crm.analytics.partner.month"
    _description = "Sales Figures of a Customer and Month"
    _inherit = ["crm.analytics.rollup"]
    _log_access = False
    _order = "month desc, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True
    _keys = ("month", "company_id", "kind", "partner_id", "user_id", "team_id")

    kind = fields.Selection(KINDS, required=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    month = fields.Date(required=True, index=True, help="First day of the month.")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", string="Salesperson", ondelete="set null")
    team_id = fields.Many2one("crm.team", string="Sales Team", ondelete="set null")
    documents = fields.Integer()
    amount = fields.Float(digits=0)
    margin = fields.Float(digits=0, groups=MARGIN)

    _partner_idx = models.Index("(partner_id, month, company_id, kind)")
