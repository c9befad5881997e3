from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..engines import periods
from ..report.crm_analytics_compare_grain import SCOPE as GRAIN
from ..report.crm_analytics_compare_grain import Scope as Grain
from .crm_target import MONEY

#: The figure of the report behind each measure of money.
COLUMNS = {
    "booked": ("booked", "booked_ly"),
    "invoiced": ("invoiced", "invoiced_ly"),
    "delivered": ("delivered", "delivered_ly"),
    "margin": ("invoiced_margin", "invoiced_margin_ly"),
}
#: Channels of the contacts that count.
CHANNELS = {"visits": ("visit", "meeting"), "calls": ("call",)}
KEYS = {"user": "user_id", "team": "team_id", "company": "company_id"}


class Reach(NamedTuple):
    """Whose figures somebody reads: everybody's, or their own and those of teams."""

    is_all: bool
    user_id: int
    teams: frozenset

    def holds(self, user_id, team_id):
        return self.is_all or user_id == self.user_id or team_id in self.teams


class CrmPerformance(models.AbstractModel):
    """What was reached: each measure by month and by whoever is credited."""

    _inherit = "crm.performance"

    @api.model
    def _get_figures(self, measures, span, level, users=None):
        """Return ``{(measure, key, month): [value, value of last year]}``.

        Money comes from the comparison report with the reader's own rights. Contacts
        and first orders are counted past the record rules and kept by the same reach,
        so a customer that was handed over leaves its visits with the visitor.

        :param measures: keys of :data:`~.crm_target.MEASURES`
        :param span: first and last day
        :param level: ``user``, ``team`` or ``company``; the key is the id of one
        :param users: ids of people: only what they are credited with
        """
        figures = defaultdict(lambda: [0.0, 0.0])
        money = [name for name in measures if name in MONEY]
        if money:
            self._add_money(figures, money, span, level, users)
        contacts = [name for name in measures if name in CHANNELS]
        if contacts:
            self._add_counts(figures, self._read_contacts, span, level, users, contacts)
        if "customers" in measures:
            self._add_counts(figures, self._read_new, span, level, users, None)
        return dict(figures)

    def _add_money(self, figures, measures, span, level, users):
        key = KEYS[level]
        columns = [f"{column}:sum" for name in measures for column in COLUMNS[name]]
        domain = [("date", ">=", span[0]), ("date", "<=", span[1])]
        if users:
            domain += [("user_id", "in", users)]
        rows = self._get_report()._read_group(domain, ["date:month", key], columns)
        for month, owner, *values in rows:
            for number, measure in enumerate(measures):
                figure = figures[measure, owner.id, month]
                figure[0] += values[2 * number] or 0.0
                figure[1] += values[2 * number + 1] or 0.0

    def _add_counts(self, figures, read, span, level, users, measures):
        """Add what is counted, and the same of the year before up to the same day."""
        self.env.flush_all()
        reach = self._get_reach()
        first, last = span
        until = min(last, self._get_today())
        is_whole = self.env.company.analytics_comparison == "whole_period"
        before = (
            periods.add_months(first, -12),
            periods.add_months(last if is_whole else until, -12),
        )
        for place, (start, end) in enumerate(((first, until), before)):
            for measure, user, team, day, number in read(start, end, measures):
                if not reach.holds(user, team) or (users and user not in users):
                    continue
                key = {"user": user, "team": team, "company": self.env.company.id}
                month = periods.add_months(day.replace(day=1), 12 * place)
                figures[measure, key[level] or False, month][place] += number

    # ------------------------------------------------------------------
    # Readers
    # ------------------------------------------------------------------

    @api.model
    def _get_report(self):
        return self.env["crm.analytics.compare"]

    def _read_contacts(self, first, last, measures):
        """Yield ``(measure, user id, team id, month, number)`` of visits and calls."""
        zone = ZoneInfo(self.env.company._local_timezone())
        kinds = {kind: name for name in measures for kind in CHANNELS[name]}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT channel, user_id, team_id,
                       date_trunc('month', timezone(%(zone)s, timezone('UTC', date)))::date,
                       COUNT(*)
                  FROM crm_interaction
                 WHERE active AND user_id IS NOT NULL AND channel = ANY(%(kinds)s)
                   AND date >= %(first)s AND date < %(last)s
                   AND (company_id IS NULL OR company_id = %(company)s)
                 GROUP BY 1, 2, 3, 4
                """,
                zone=zone.key,
                kinds=list(kinds),
                first=to_utc(first, zone),
                last=to_utc(last + timedelta(1), zone),
                company=self.env.company.id,
            )
        )
        return [(kinds[channel], *row) for channel, *row in rows]

    def _read_new(self, first, last, _measures=None):
        """Return ``(measure, user id, team id, day, 1)`` of each new customer."""
        return [
            ("customers", user, team, day, 1)
            for _customer, user, team, day in self._get_new_customers(first, last)
        ]

    @api.model
    def _get_new_customers(self, first, last):
        """Return ``[(customer id, user id, team id, day)]`` of first orders.

        Credited is whoever confirmed the first order the company ever had of the
        customer. A customer is the company of a contact.
        """
        self.env.flush_all()
        report = self._get_report().with_context(
            **{GRAIN: Grain("document", first, last)}
        )
        is_waiting = "booked" in self.env["crm.analytics.dirty"]._waiting()
        return self.env.execute_query(
            SQL(
                """
                WITH base AS (%(base)s),
                first_order AS (
                    SELECT DISTINCT ON (c.commercial_partner_id)
                           c.commercial_partner_id AS customer_id,
                           b.user_id, b.team_id, b.date
                      FROM base b JOIN res_partner c ON c.id = b.partner_id
                     WHERE b.kind = 'booked' AND b.company_id = %(company)s
                       AND b.date >= %(first)s AND b.date <= %(last)s
                     ORDER BY c.commercial_partner_id, b.date, b.res_id)
                SELECT f.* FROM first_order f
                 WHERE NOT EXISTS (
                       SELECT 1 FROM crm_analytics_fact o
                         JOIN res_partner p ON p.id = o.partner_id
                        WHERE p.commercial_partner_id = f.customer_id
                          AND o.kind = 'booked' AND o.company_id = %(company)s
                          AND o.date < %(first)s %(aside)s)
                       %(fresh)s
                """,
                base=report._select_base(),
                aside=self._where_not_waiting() if is_waiting else SQL(),
                fresh=self._where_not_fresh(report, first) if is_waiting else SQL(),
                company=self.env.company.id,
                first=first,
                last=last,
            )
        )

    @api.model
    def _where_not_waiting(self):
        return SQL(
            "AND NOT EXISTS (SELECT 1 FROM crm_analytics_dirty d"
            " WHERE d.kind = 'booked' AND d.res_id = o.res_id)"
        )

    @api.model
    def _where_not_fresh(self, report, first):
        """Nor did the customer order before by an order that waits in the queue."""
        return SQL(
            "AND f.customer_id NOT IN ("
            "SELECT p.commercial_partner_id FROM (%s) q"
            " JOIN res_partner p ON p.id = q.partner_id"
            " WHERE q.company_id = %s AND q.date < %s)",
            report._select_fresh("booked"),
            self.env.company.id,
            first,
        )

    # ------------------------------------------------------------------
    # Who reads
    # ------------------------------------------------------------------

    @api.model
    def _get_reach(self):
        """Whose figures the user reads: the same three levels as the documents.

        In the superuser's mode everybody's: whoever asks so answers for it.
        """
        user = self.env.user
        everything = self.env.su or any(
            user.has_group(group)
            for group in (
                "sales_team.group_sale_salesman_all_leads",
                "crm_analytics.crm_analytics_group_manager",
            )
        )
        teams = self.env["crm.team"]
        if not everything and user.has_group("crm_extension.crm_extension_group_team"):
            teams = teams.sudo().search(
                ["|", ("user_id", "=", user.id), ("member_ids", "in", user.ids)]
            )
        return Reach(everything, user.id, frozenset(teams.ids))

    @api.model
    def _get_today(self) -> date:
        zone = self.env.company._local_timezone()
        return fields.Date.context_today(self.with_context(tz=zone))


def to_utc(day, zone):
    """The moment at which a day begins, as the database keeps it."""
    moment = datetime.combine(day, time.min, zone).astimezone(ZoneInfo("UTC"))
    return moment.replace(tzinfo=None)
