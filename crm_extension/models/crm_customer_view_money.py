from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

MONTHS = 12
OPEN_STATES = ("not_paid", "partial")
MOVE_SIGN = {"out_invoice": 1, "out_refund": -1}
# All invoices, not only one's own: what the numbers are complete with.
COMPLETE_GROUPS = (
    "account.group_account_readonly,account.group_account_invoice,"
    "sales_team.group_sale_salesman_all_leads"
)


class CrmCustomerView(models.AbstractModel):
    """What the customer buys and owes.

    Turnover is in the money of the company, at the rate of each invoice's own day; the
    open balance in the currency of the invoices. Companies and currencies are never
    added up with each other. Record rules decide which invoices count; who sees
    only a part is told so.
    """

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        return {
            **super()._customer_360_sections(),
            "money": {
                "title": self.env._("Money"),
                "icon": "fa-line-chart",
                "sequence": 10,
                "column": "side",
                "models": ["account.move"],
                "method": "_section_money",
                "empty": self.env._("No invoice yet."),
            },
        }

    @api.model
    def _section_money(self, customer):
        invoices = self._invoice_domain(customer)
        return {
            "items": self._turnover(invoices),
            "balance": self._balance(invoices),
            "margin": self._margin(customer),
            "days_to_pay": self._days_to_pay(invoices),
            "partial": not self.env.user.has_groups(COMPLETE_GROUPS),
            "action": self._list_action(
                self.env._("Invoices"), "account.move", invoices
            ),
        }

    @api.model
    def _invoice_domain(self, customer):
        """Posted invoices and credit notes of the customer."""
        return (
            Domain("commercial_partner_id", "=", customer.id)
            & Domain("move_type", "in", list(MOVE_SIGN))
            & Domain("state", "=", "posted")
            & Domain("company_id", "in", self.env.companies.ids)
        )

    # Turnover

    @api.model
    def _turnover(self, invoices):
        """One dict for each company that invoiced: twelve months and the year to
        this day beside last year to the same day."""
        today = fields.Date.context_today(self)
        months = [
            today.replace(day=1) - relativedelta(months=back) for back in range(MONTHS)
        ]
        months.reverse()
        by_month = self._by_month(invoices, months[0], today)
        years = self._year_to_day(invoices, today)
        companies = {company for company, _month in by_month}
        companies |= {company for company, _year in years}
        return [
            self._format_turnover(company, months, by_month, years, today.year)
            for company in sorted(companies, key=lambda company: company.id)
        ]

    @api.model
    def _by_month(self, invoices, first, last):
        """Turnover by company and first day of the month."""
        rows = self.env["account.move"]._read_group(
            invoices
            & Domain("invoice_date", ">=", first)
            & Domain("invoice_date", "<=", last),
            ["company_id", "invoice_date:month"],
            ["amount_untaxed_signed:sum"],
        )
        return {(company, month): amount for company, month, amount in rows}

    @api.model
    def _year_to_day(self, invoices, today):
        """Turnover by company and year, both years to the same day."""
        before = today - relativedelta(years=1)
        spans = Domain.OR(
            Domain("invoice_date", ">=", date(day.year, 1, 1))
            & Domain("invoice_date", "<=", day)
            for day in (before, today)
        )
        rows = self.env["account.move"]._read_group(
            invoices & spans,
            ["company_id", "invoice_date:year"],
            ["amount_untaxed_signed:sum"],
        )
        return {(company, year.year): amount for company, year, amount in rows}

    @api.model
    def _format_turnover(self, company, months, by_month, years, year):
        currency = company.currency_id
        values = [by_month.get((company, month), 0.0) for month in months]
        this_year = years.get((company, year), 0.0)
        last_year = years.get((company, year - 1), 0.0)
        return {
            "company": company.name if len(self.env.companies) > 1 else "",
            "currency": currency.name,
            "spark": [
                {
                    "label": format_date(self.env, month, date_format="MMM yyyy"),
                    "value": value,
                    "text": currency.format(value),
                }
                for month, value in zip(months, values, strict=True)
            ],
            "total": currency.format(sum(values)),
            "this_year": currency.format(this_year),
            "last_year": currency.format(last_year),
            "growth": self._growth(this_year, last_year),
        }

    @api.model
    def _growth(self, now, before):
        """Change in percent; None when there is nothing to compare with."""
        return round((now - before) / before * 100) if before > 0 else None

    # Balance

    @api.model
    def _balance(self, invoices):
        """What is open, by currency of the invoices, and how much of it is overdue."""
        due = invoices & Domain("payment_state", "in", OPEN_STATES)
        open_amounts = self._residuals(due)
        overdue = self._residuals(self._overdue_domain(invoices))
        return [
            {
                "text": currency.format(amount),
                "overdue": (late := overdue.get(currency, 0.0)) > 0
                and currency.format(late),
            }
            for currency, amount in open_amounts.items()
            if not currency.is_zero(amount)
        ]

    @api.model
    def _residuals(self, domain):
        """Open amounts by currency; credit notes are subtracted."""
        rows = self.env["account.move"]._read_group(
            domain, ["currency_id", "move_type"], ["amount_residual:sum"]
        )
        amounts = {}
        for currency, move_type, amount in rows:
            amounts[currency] = (
                amounts.get(currency, 0.0) + MOVE_SIGN[move_type] * amount
            )
        return amounts

    @api.model
    def _overdue_domain(self, invoices):
        today = fields.Date.context_today(self)
        return (
            invoices
            & Domain("move_type", "=", "out_invoice")
            & Domain("payment_state", "in", OPEN_STATES)
            & Domain("invoice_date_due", "<", today)
        )

    @api.model
    def _days_to_pay(self, invoices):
        """Average days from invoice to the last payment over two years of paid
        invoices, and how late that is against the terms: dict or False."""
        since = fields.Date.context_today(self) - relativedelta(years=2)
        moves = self.env["account.move"]._search(
            invoices
            & Domain("move_type", "=", "out_invoice")
            & Domain("payment_state", "in", ("paid", "in_payment"))
            & Domain("invoice_date", ">=", since)
        )
        if moves.is_empty():
            return False
        [(days, late, count)] = self.env.execute_query(self._days_to_pay_sql(moves))
        return bool(count) and {
            "days": round(days),
            "late": round(late),
            "count": count,
        }

    @api.model
    def _days_to_pay_sql(self, moves):
        """An invoice is paid on the day of its last reconciliation."""
        self.env["account.partial.reconcile"].flush_model(["max_date", "debit_move_id"])
        self.env["account.move.line"].flush_model(
            ["move_id", "account_id", "date_maturity"]
        )
        return SQL(
            """
            WITH chosen AS MATERIALIZED (%s)
            SELECT AVG(paid.last - paid.invoice_date), AVG(paid.last - paid.due), COUNT(*)
              FROM (SELECT move.invoice_date, MAX(part.max_date) AS last,
                           COALESCE(move.invoice_date_due, move.invoice_date) AS due
                      FROM chosen JOIN account_move move ON move.id = chosen.id
                      JOIN account_move_line line ON line.move_id = move.id
                      JOIN account_partial_reconcile part ON part.debit_move_id = line.id
                     GROUP BY move.id) paid
            """,
            moves.select(),
        )

    # Margin

    @api.model
    def _margin(self, customer):
        """Margin of the orders of twelve months by currency, for those who may see it."""
        if not self.env.user.has_group("crm_extension.crm_extension_group_margin"):
            return []
        since = fields.Datetime.now() - relativedelta(months=MONTHS)
        rows = self.env["sale.order"]._read_group(
            self._customer_domain(customer)
            & Domain("state", "=", "sale")
            & Domain("date_order", ">=", since)
            & Domain("company_id", "in", self.env.companies.ids),
            ["currency_id"],
            ["margin:sum", "amount_untaxed:sum"],
        )
        return [
            {
                "text": currency.format(margin),
                "percent": round(margin / untaxed * 100),
            }
            for currency, margin, untaxed in rows
            if untaxed
        ]
