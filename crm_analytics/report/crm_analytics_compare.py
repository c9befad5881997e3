from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.crm_analytics_fact import KINDS, MARGIN


class Shift(NamedTuple):
    """A copy of the figures at a later day, to stand beside that day's own."""

    number: int
    series: str
    suffix: str  # of the measures it fills


SHIFTS = (
    Shift(0, "current", ""),
    Shift(1, "last_year", "_ly"),
    Shift(2, "last_month", "_lm"),
)


def _money(string, **options):
    return fields.Monetary(string=string, readonly=True, **options)


def _ratio(string, **options):
    return fields.Float(string=string, readonly=True, aggregator="avg", **options)


class CrmAnalyticsCompare(models.Model):
    """Booked, invoiced and delivered, with last year and the month before beside.

    Every figure stands three times: in its own period, one year later as "last
    year", one month later as "month before". Sums over any grouping therefore carry
    all of them, in pivot, graph, list, export and spreadsheet, without client code.

    How a year is matched with the one before (same date, same weekday, same working
    day, Spring Festival) and whether the running period is compared to the same day
    is the company's choice; the context keys ``analytics_alignment`` and
    ``analytics_comparison`` win over it.

    The rows come from the smallest table that knows all the columns a query names
    (see ``crm_analytics_compare_grain``), plus what waits in the queue: always
    exact, and only reading.
    """

    _name = "crm.analytics.compare"
    _description = "Sales Comparison"
    _inherit = ["crm.analytics.report"]
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    date = fields.Date(
        string="Period",
        readonly=True,
        help="The date at which the row counts. Figures of last year count one year "
        "later, those of the month before one month later, so that all stand side by "
        "side.",
    )
    document_date = fields.Date(
        readonly=True,
        help="Date of the order or invoice, or the day of the delivery, in the time "
        "zone of the company.",
    )
    series = fields.Selection(
        [
            ("current", "Period"),
            ("last_year", "Last Year"),
            ("last_month", "Month Before"),
        ],
        string="Compared Period",
        readonly=True,
        help="Splits a chart into the period itself and what it is compared with.",
    )
    kind = fields.Selection(KINDS, string="Counted When", readonly=True)
    fiscal_year = fields.Char(readonly=True)
    fiscal_quarter = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        help="The salesperson who is credited: the one at the confirmation of the "
        "order, or of the invoice. Handing over does not rewrite the past.",
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    is_opportunity = fields.Boolean(string="From an Opportunity", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        help="The company the customer belongs to, not the single contact.",
    )
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Region", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    order_id = fields.Many2one("sale.order", readonly=True)
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    picking_id = fields.Many2one(
        "stock.picking", string="Stock Transfer", readonly=True
    )
    currency_id = fields.Many2one("res.currency", readonly=True)

    booked = _money(
        "Booked",
        help="Untaxed amount of confirmed orders, at the day of the order.",
    )
    booked_ly = _money("Booked Last Year")
    booked_diff = _money("Booked: Change on Last Year")
    booked_growth = _ratio("Booked: Growth on Last Year %")
    booked_lm = _money("Booked Month Before")
    booked_lm_diff = _money("Booked: Change on Month Before")
    booked_lm_growth = _ratio("Booked: Growth on Month Before %")
    booked_series = _money(
        "Booked by Compared Period",
        help="Group it by Compared Period to draw all of them in one chart.",
    )
    booked_quantity = fields.Float(readonly=True, digits="Product Unit")
    booked_margin = _money("Booked Margin", groups=MARGIN)
    booked_margin_ly = _money("Booked Margin Last Year", groups=MARGIN)
    booked_margin_growth = _ratio("Booked Margin: Growth %", groups=MARGIN)
    booked_margin_percent = _ratio("Booked Margin %", groups=MARGIN)

    invoiced = _money(
        "Invoiced",
        help="Untaxed amount of posted invoices minus credit notes, at the day of the "
        "invoice.",
    )
    invoiced_ly = _money("Invoiced Last Year")
    invoiced_diff = _money("Invoiced: Change on Last Year")
    invoiced_growth = _ratio("Invoiced: Growth on Last Year %")
    invoiced_lm = _money("Invoiced Month Before")
    invoiced_lm_diff = _money("Invoiced: Change on Month Before")
    invoiced_lm_growth = _ratio("Invoiced: Growth on Month Before %")
    invoiced_series = _money("Invoiced by Compared Period")
    invoiced_quantity = fields.Float(readonly=True, digits="Product Unit")
    invoiced_margin = _money("Invoiced Margin", groups=MARGIN)
    invoiced_margin_ly = _money("Invoiced Margin Last Year", groups=MARGIN)
    invoiced_margin_growth = _ratio("Invoiced Margin: Growth %", groups=MARGIN)
    invoiced_margin_percent = _ratio("Invoiced Margin %", groups=MARGIN)

    delivered = _money(
        "Delivered Goods",
        help="Goods that reached the customer minus those that came back, at the "
        "price of the order, on the day of the transfer.",
    )
    delivered_ly = _money("Delivered Last Year")
    delivered_diff = _money("Delivered: Change on Last Year")
    delivered_growth = _ratio("Delivered: Growth on Last Year %")
    delivered_lm = _money("Delivered Month Before")
    delivered_lm_diff = _money("Delivered: Change on Month Before")
    delivered_lm_growth = _ratio("Delivered: Growth on Month Before %")
    delivered_series = _money("Delivered by Compared Period")
    delivered_quantity = fields.Float(readonly=True, digits="Product Unit")
    delivered_margin = _money("Delivered Margin", groups=MARGIN)
    delivered_margin_ly = _money("Delivered Margin Last Year", groups=MARGIN)
    delivered_margin_growth = _ratio("Delivered Margin: Growth %", groups=MARGIN)
    delivered_margin_percent = _ratio("Delivered Margin %", groups=MARGIN)

    _ratios = {
        f"{kind}{name}": (f"{kind}{numerator}", f"{kind}{denominator}", is_growth)
        for kind in ("booked", "invoiced", "delivered")
        for name, numerator, denominator, is_growth in (
            ("_growth", "", "_ly", True),
            ("_lm_growth", "", "_lm", True),
            ("_margin_growth", "_margin", "_margin_ly", True),
            ("_margin_percent", "_margin", "", False),
        )
    }

    # ------------------------------------------------------------------
    # Query
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        base = self._select_base()
        return SQL(" UNION ALL ").join(
            self._select_shift(base, shift) for shift in SHIFTS
        )

    def _select_shift(self, base, shift):
        """Return SELECT: the figures at their own day or at a later one.

        :param base: SELECT of :meth:`_select_base`
        """
        date = self._get_shifted_date(shift)
        columns = {
            "id": SQL("base.id * 4 + %s", shift.number),
            "date": date,
            "document_date": SQL("base.date"),
            "series": SQL("%s", shift.series),
            "currency_id": SQL("%s", self.env.company.currency_id.id),
            **self._select_fiscal(date),
            **self._get_grain_columns(),
            **self._select_measures(shift),
        }
        return SQL(
            "(SELECT %s FROM (%s) base %s %s %s WHERE base.company_id = ANY(%s) %s %s)",
            SQL(", ").join(
                SQL("%s AS %s", expression, SQL.identifier(name))
                for name, expression in columns.items()
            ),
            base,
            self._join_calendar(shift),
            self._get_grain_joins(),
            self._join_rate(SQL("base.company_id"), SQL("base.date"))
            if self._is_multi_currency()
            else SQL(),
            self.env.companies.ids,
            self._where_in_scope(shift.series),
            self._where_comparable(shift, date),
        )

    def _select_measures(self, shift):
        """Return ``{measure: SQL}``: a copy fills only its own measures."""
        rate = SQL(" * rate.factor") if self._is_multi_currency() else SQL()
        zero = SQL("0.0")
        result = {name: SQL("NULL::float") for name in self._ratios}
        for kind, _label in KINDS:
            amount, margin = (
                SQL("CASE WHEN base.kind = %s THEN %s%s ELSE 0.0 END", kind, name, rate)
                for name in (SQL("base.amount"), SQL("base.margin"))
            )
            minus = SQL("-(%s)", amount)
            own, is_ly, is_lm = (shift.number == n for n in range(3))
            result |= {
                kind: amount if own else zero,
                f"{kind}_ly": amount if is_ly else zero,
                f"{kind}_lm": amount if is_lm else zero,
                f"{kind}_diff": amount if own else minus if is_ly else zero,
                f"{kind}_lm_diff": amount if own else minus if is_lm else zero,
                f"{kind}_series": amount,
                f"{kind}_margin": margin if own else zero,
                f"{kind}_margin_ly": margin if is_ly else zero,
            }
            if self._get_grain() == "line":
                quantity = SQL("CASE WHEN base.kind = %s THEN base.quantity END", kind)
                result[f"{kind}_quantity"] = quantity if own else zero
        return result

    # ------------------------------------------------------------------
    # Periods
    # ------------------------------------------------------------------

    def _get_alignment(self):
        """How a year is matched with the one before; the context wins."""
        known = dict(self.env["res.company"]._fields["analytics_alignment"].selection)
        wanted = self.env.context.get("analytics_alignment")
        in_use = isinstance(wanted, str) and wanted in known
        return wanted if in_use else self.env.company.analytics_alignment

    def _get_shifted_date(self, shift):
        if not shift.number:
            return SQL("base.date")
        if shift.series == "last_month":
            return SQL("(base.date + interval '1 month')::date")
        year = SQL("(base.date + interval '1 year')::date")
        alignment = self._get_alignment()
        if alignment == "weekday":
            return SQL("(base.date + 364)")
        if alignment == "date":
            return year
        column = SQL.identifier("calendar", f"next_year_{alignment}")
        return SQL("COALESCE(%s, %s)", column, year)

    def _join_calendar(self, shift):
        """The days of the Chinese calendar and working days are in a table."""
        if shift.series != "last_year" or self._get_alignment() in ("date", "weekday"):
            return SQL()
        return SQL(
            "LEFT JOIN crm_analytics_calendar calendar"
            " ON calendar.company_id = base.company_id AND calendar.date = base.date"
        )

    def _where_comparable(self, shift, date):
        """Compare the running period to the same day only.

        On 22 November the November of last year ends on its 22nd, otherwise every
        running month would look like a collapse.
        """
        mode = self.env.context.get("analytics_comparison")
        if mode not in ("same_day", "whole_period"):
            mode = self.env.company.analytics_comparison
        if not shift.number or mode == "whole_period":
            return SQL()
        zone = self.env.company._local_timezone()
        today = fields.Date.context_today(self.with_context(tz=zone))
        return SQL("AND %s <= %s", date, today)

    def _select_fiscal(self, date):
        """Return the names of fiscal year and quarter: ``2026``, or ``2025/26``."""
        company = self.env.company
        last_month = int(company.fiscalyear_last_month)
        last_day = company.fiscalyear_last_day
        if last_month == 2 and last_day >= 28:
            last_day = 29
        year = SQL(
            "(EXTRACT(year FROM %(date)s)::int"
            " + (to_char(%(date)s, 'MMDD') > %(end)s)::int)",
            date=date,
            end=f"{last_month:02}{last_day:02}",
        )
        name = SQL("%s::varchar", year)
        if last_month < 12:
            name = SQL("(%s - 1 || '/' || RIGHT(%s::varchar, 2))", year, year)
        quarter = SQL(
            "((EXTRACT(month FROM %s)::int + 11 - %s) %% 12 / 3 + 1)", date, last_month
        )
        return {
            "fiscal_year": name,
            "fiscal_quarter": SQL("%s || ' Q' || %s", name, quarter),
        }

    # ------------------------------------------------------------------
    # Drill-down
    # ------------------------------------------------------------------

    @api.model
    def _get_document_fields(self):
        return {
            "sale.order": "order_id",
            "account.move": "move_id",
            "stock.picking": "picking_id",
        }

    @api.readonly
    def action_open_orders(self):
        """Open the orders behind the selected rows, or behind all shown rows."""
        return self.action_open_documents(self._get_shown_domain(), "sale.order")

    @api.readonly
    def action_open_invoices(self):
        """Open the invoices behind the selected rows, or behind all shown rows."""
        return self.action_open_documents(self._get_shown_domain(), "account.move")

    @api.readonly
    def action_open_transfers(self):
        """Open the transfers behind the selected rows, or behind all shown rows."""
        return self.action_open_documents(self._get_shown_domain(), "stock.picking")
