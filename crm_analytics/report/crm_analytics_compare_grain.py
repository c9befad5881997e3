from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.crm_analytics_fact import KEYS, KINDS

#: Key of the context that carries a :class:`Scope`.
SCOPE = "analytics_scope"
#: Columns that a sum of a day does not know; all others it does.
BY_DOCUMENT = frozenset(("partner_id", "country_id", "state_id", "order_id", "move_id"))
BY_LINE = frozenset(
    (
        "id",
        "picking_id",
        "product_id",
        "product_categ_id",
        "booked_quantity",
        "invoiced_quantity",
        "delivered_quantity",
    )
)
#: How many days later, at least and at most, a copy stands than its document.
LATER = {"current": (0, 0), "last_year": (300, 430), "last_month": (27, 32)}
DAY_KEYS = tuple(name for name in KEYS if name != "partner_id")
#: An id says what the row is of: id of the line * 4 + kind.
NUMBERS = {kind: number for number, (kind, _label) in enumerate(KINDS)}


class Scope(NamedTuple):
    """What a query needs to read; made here only, never by a client."""

    grain: str  # ``day``, ``document`` or ``line``
    first: date = date.min
    last: date = date.max


class CrmAnalyticsCompare(models.Model):
    """Which table answers: sums of a day, one row per document, or one per line.

    A sum is the same in all three. Month by salesperson needs the first, thousands of
    rows; a customer needs the second, a product or a single record the third. A
    column that the chosen table lacks is missing in the query, which then fails
    instead of telling something wrong.
    """

    _inherit = "crm.analytics.compare"

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        self = self._with_scope(domain, groupby, aggregates, order, having)
        return super()._read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        groupby = [spec for specs in grouping_sets for spec in specs]
        self = self._with_scope(domain, groupby, aggregates, order)
        return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)

    def _with_scope(self, domain, groupby, aggregates, order, having=()):
        """Return ``self`` reading from the smallest table that knows the columns, and
        only the days that the domain can let through."""
        rules = self.env["ir.rule"]._compute_domain(self._name, "read")
        names = {
            condition.field_expr.partition(".")[0]
            for source in (domain, rules)
            for condition in Domain(source).iter_conditions()
            if hasattr(condition, "field_expr")
        }
        specs = [*groupby, *aggregates, *(order or "").split(",")]
        specs += [leaf[0] for leaf in having if isinstance(leaf, (list, tuple))]
        names |= {spec.strip().partition(":")[0].partition(".")[0] for spec in specs}
        names = {name.partition(" ")[0] for name in names}
        grain = "day"
        if names & BY_LINE:
            grain = "line"
        elif names & BY_DOCUMENT:
            grain = "document"
        scope = Scope(grain, *_get_days(self, Domain(domain)))
        return self.with_context(**{SCOPE: scope})

    def _get_scope(self):
        """What the query at hand reads; single records are lines of any day."""
        scope = self.env.context.get(SCOPE)
        return scope if isinstance(scope, Scope) else Scope("line")

    def _get_grain(self):
        """``day``, ``document`` or ``line``."""
        return self._get_scope().grain

    def _where_in_scope(self, series):
        """Days of documents that may count in the period: an index knows them, while
        the day at which a copy stands is computed."""
        scope = self._get_scope()
        least, most = LATER[series]
        conditions = []
        if scope.first > date.min + timedelta(most):
            first = scope.first - timedelta(most)
            conditions.append(SQL("AND base.date >= %s", first))
        if scope.last < date.max:
            last = scope.last - timedelta(least)
            conditions.append(SQL("AND base.date <= %s", last))
        return SQL(" ").join(conditions)

    def _get_grain_columns(self):
        """Return ``{column: SQL}`` of the columns that the table at hand knows."""
        names = [name for name in DAY_KEYS if name != "date"]
        columns = {name: SQL.identifier("base", name) for name in names}
        if self._get_grain() == "day":
            return columns
        columns |= {
            "partner_id": SQL("customer.id"),
            "country_id": SQL("customer.country_id"),
            "state_id": SQL("customer.state_id"),
            "order_id": SQL("CASE WHEN base.kind = 'booked' THEN base.res_id END"),
            "move_id": SQL("CASE WHEN base.kind = 'invoiced' THEN base.res_id END"),
        }
        if self._get_grain() == "line":
            columns |= {
                "product_id": SQL("base.product_id"),
                "product_categ_id": SQL("template.categ_id"),
                "picking_id": SQL("transfer.picking_id"),
            }
        return columns

    def _get_grain_joins(self):
        """Master data are joined, not copied: they are always those of today."""
        if self._get_grain() == "day":
            return SQL()
        joins = SQL(
            """LEFT JOIN res_partner contact ON contact.id = base.partner_id
               LEFT JOIN res_partner customer
                      ON customer.id = contact.commercial_partner_id"""
        )
        if self._get_grain() == "document":
            return joins
        return SQL(
            """%s
               LEFT JOIN product_product product ON product.id = base.product_id
               LEFT JOIN product_template template
                      ON template.id = product.product_tmpl_id
               LEFT JOIN stock_move transfer
                      ON base.kind = 'delivered' AND transfer.id = base.res_id""",
            joins,
        )

    def _select_base(self):
        """Return SELECT: the figures as they are, and what waits in the queue."""
        waiting = self.env["crm.analytics.dirty"]._waiting()
        selects = [self._select_settled(bool(waiting))]
        selects += map(self._select_fresh, waiting)
        if waiting and self._get_grain() == "day":
            selects.append(self._select_outdated())
        return SQL(" UNION ALL ").join(selects)

    def _select_settled(self, is_waiting):
        """What the tables say; documents in the queue stand aside."""
        if self._get_grain() == "day":
            return SQL(
                "SELECT id::bigint AS id, %s, amount, margin FROM crm_analytics_day",
                _columns(DAY_KEYS),
            )
        aside = SQL("WHERE NOT %s", self._is_waiting()) if is_waiting else SQL()
        if self._get_grain() == "document":
            return SQL(
                "SELECT f.id::bigint AS id, %s, f.amount, f.margin, f.res_id"
                " FROM crm_analytics_fact f %s",
                _columns(KEYS, "f"),
                aside,
            )
        return SQL(
            """SELECT l.line_id::bigint * 4 + %s AS id, %s, l.amount, l.margin,
                      f.res_id, l.product_id, l.quantity
                 FROM crm_analytics_fact_line l
                 JOIN crm_analytics_fact f ON f.id = l.fact_id %s""",
            self._get_kind_number("f"),
            _columns(KEYS, "f"),
            aside,
        )

    def _select_fresh(self, kind):
        """The documents of a kind in the queue, counted now."""
        lines = self.env["crm.analytics.fact"]._select_lines(
            kind,
            SQL("IN (SELECT res_id FROM crm_analytics_dirty WHERE kind = %s)", kind),
        )
        columns = _columns(DAY_KEYS if self._get_grain() == "day" else KEYS, "f")
        more = {
            "day": SQL(),
            "document": SQL(", f.res_id"),
            "line": SQL(", f.res_id, f.product_id, f.quantity"),
        }
        return SQL(
            "SELECT f.line_id::bigint * 4 + %s AS id, %s, f.amount, f.margin%s"
            " FROM (%s) f",
            NUMBERS[kind],
            columns,
            more[self._get_grain()],
            lines,
        )

    def _select_outdated(self):
        """What the documents in the queue had added to the sums of the days."""
        return SQL(
            "SELECT f.id::bigint AS id, %s, -f.amount, -f.margin"
            " FROM crm_analytics_fact f WHERE %s",
            _columns(DAY_KEYS, "f"),
            self._is_waiting(),
        )

    def _is_waiting(self):
        return SQL(
            "EXISTS (SELECT 1 FROM crm_analytics_dirty d"
            " WHERE d.kind = f.kind AND d.res_id = f.res_id)"
        )

    def _get_kind_number(self, table):
        cases = (SQL("WHEN %s THEN %s", kind, n) for kind, n in NUMBERS.items())
        return SQL(
            "CASE %s %s END", SQL.identifier(table, "kind"), SQL(" ").join(cases)
        )


def _get_days(model, domain):
    """Return the first and the last day of ``date`` that a domain can let through."""
    operator = getattr(domain, "OPERATOR", None)
    if operator in ("&", "|"):
        days = [_get_days(model, child) for child in domain.children]
        firsts, lasts = zip(*days, strict=True)
        if operator == "&":
            return max(firsts), min(lasts)
        return min(firsts), max(lasts)
    if getattr(domain, "field_expr", None) != "date":
        return date.min, date.max
    condition = domain.optimize_full(model)
    operator = getattr(condition, "operator", None)
    if operator in (">", ">=") and isinstance(condition.value, date):
        return condition.value, date.max
    if operator in ("<", "<=") and isinstance(condition.value, date):
        return date.min, condition.value
    if operator == "in" and all(isinstance(day, date) for day in condition.value):
        return min(condition.value), max(condition.value)
    return date.min, date.max


def _columns(names, table=None):
    return SQL(", ").join(
        SQL.identifier(table, name) if table else SQL.identifier(name) for name in names
    )
