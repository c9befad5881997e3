from odoo import api, fields, models
from odoo.tools import SQL

from ..engines.pareto import abc, share_of_top

#: Rows of a list of customers or products that are kept; all others are summed up.
TOP = 50
MONEY = ("booked", "invoiced", "delivered")
MEASURES = (
    *(name for kind in MONEY for name in (kind, f"{kind}_ly")),
    "invoiced_margin",
    "invoiced_margin_ly",
)
#: Customer invoices, credit notes and receipts: what the year is reconciled to.
MOVES = ("out_invoice", "out_refund", "out_receipt")


class CrmYearEnd(models.Model):
    """The figures of the year without language: ids, names and rounded amounts."""

    _inherit = "crm.year.end"

    def _get_content(self):
        """Return what is frozen; see the methods for each part.

        :return: dict that JSON can keep
        """
        performance = self.env["crm.performance"]._in_company(self.company_id)
        self = self.with_env(performance.env)
        domain = [("date", ">=", self.date_from), ("date", "<=", self.date_to)]
        customers = self._read_figures(domain, "partner_id")
        return {
            "parameters": self._get_parameters(),
            "documents": self._get_documents_summary(),
            "months": self._get_months_content(domain),
            "teams": self._get_owners(domain, "team"),
            "people": self._get_owners(domain, "user"),
            "customers": self._get_customers(customers),
            "categories": self._get_top(
                self._read_figures(domain, "product_categ_id"), "product.category"
            ),
            "products": self._get_top(
                self._read_figures(domain, "product_id"), "product.product"
            ),
            "service": self._get_service(domain),
            "currencies": self._get_currencies(),
            "reconciliation": self._get_reconciliation(),
        }

    def _get_summary(self, content):
        """The figures of the list of reports, from the frozen content."""
        total = content["months"]["total"]
        reconciliation = content["reconciliation"]
        return {
            "invoiced": total["invoiced"],
            "invoiced_ly": total["invoiced_ly"],
            "difference": reconciliation["difference"],
            "is_reconciled": not reconciliation["lines"],
        }

    def _get_parameters(self):
        company = self.company_id
        return {
            "company_id": company.id,
            "company": company.name,
            "currency": company.currency_id.name,
            "decimals": company.currency_id.decimal_places,
            "year": self._get_year_name(),
            "from": fields.Date.to_string(self.date_from),
            "to": fields.Date.to_string(self.date_to),
            "version": self.version,
            "alignment": company.analytics_alignment,
            "comparison": company.analytics_comparison,
            "target_measure": company.target_measure,
            "author_id": self.user_id.id,
            "author": self.user_id.name,
            "frozen": fields.Datetime.to_string(self.date_frozen),
        }

    # ------------------------------------------------------------------
    # Parts
    # ------------------------------------------------------------------

    def _get_documents_summary(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT kind, COUNT(*), COUNT(*) FILTER (WHERE amount < 0),"
                " SUM(amount) FILTER (WHERE amount < 0)"
                " FROM crm_year_end_document WHERE year_end_id = %s GROUP BY kind",
                self.id,
            )
        )
        return {
            "digest": self._get_documents_digest(),
            "kinds": {
                kind: {"count": count, "back": back, "amount_back": self._round(amount)}
                for kind, count, back, amount in sorted(rows)
            },
        }

    def _get_months_content(self, domain):
        rows = self._read_figures(domain, "date:month")
        months = sorted(rows, key=str)
        total = {
            name: self._round(sum(row[name] for row in rows.values()))
            for name in MEASURES
        }
        return {
            "rows": [
                {"month": fields.Date.to_string(month), **self._round_all(rows[month])}
                for month in months
            ],
            "total": total,
            "target": self._get_sum_of_targets("company").get(self.company_id.id),
        }

    def _get_owners(self, domain, level):
        """Salespeople or teams with their target of the company's measure."""
        rows = self._read_figures(domain, f"{level}_id")
        targets = self._get_sum_of_targets(level)
        model = {"user": "res.users", "team": "crm.team"}[level]
        figures = {record.id: row for record, row in rows.items()}
        names = self._get_names(model, {*figures, *targets})
        empty = dict.fromkeys(MEASURES, 0.0)
        result = [
            {
                "id": key,
                "name": names.get(key),
                "target": targets.get(key),
                **self._round_all(figures.get(key, empty)),
            }
            for key in {*figures, *targets}
        ]
        return sorted(result, key=lambda row: (-row["invoiced"], row["id"] or 0))

    def _get_sum_of_targets(self, level):
        """Return ``{id: target of the year}`` of the company's measure."""
        measure = self.company_id.target_measure
        targets = self.env["crm.target"]._get_targets(
            self.company_id, [measure], self.date_from, self.date_to, level
        )
        return {
            key: sum(months.values()) for (_measure, key), months in targets.items()
        }

    def _get_customers(self, rows):
        """Top, new and lost customers, and the ABC classes of all of them."""
        rows = {record.id: row for record, row in rows.items() if record}
        places = abc({key: row["invoiced"] for key, row in rows.items()})
        new = [
            row[0]
            for row in self.env["crm.performance"]._get_new_customers(
                self.date_from, self.date_to
            )
        ]
        lost = [
            key
            for key, row in rows.items()
            if row["invoiced_ly"] > 0 and not row["invoiced"] and not row["booked"]
        ]
        empty = dict.fromkeys(MEASURES, 0.0)
        ranked = sorted(rows, key=lambda key: (-rows[key]["invoiced"], key))
        bought = [key for key in ranked if rows[key]["invoiced"]]
        new.sort(key=lambda key: (-rows.get(key, empty)["invoiced"], key))
        lost.sort(key=lambda key: (-rows[key]["invoiced_ly"], key))
        names = self._get_names("res.partner", {*ranked[:TOP], *new[:TOP], *lost[:TOP]})

        def keep(keys):
            return [
                {
                    "id": key,
                    "name": names[key],
                    "class": places[key].letter if key in places else "-",
                    **self._round_all(rows.get(key, empty)),
                }
                for key in keys[:TOP]
            ]

        amounts = [row["invoiced"] for row in rows.values()]
        return {
            "count": len(bought),
            "new_count": len(new),
            "lost_count": len(lost),
            "lost_amount": self._round(sum(rows[key]["invoiced_ly"] for key in lost)),
            "share_of_fifth": round(100 * share_of_top(amounts), 1),
            "classes": self._get_classes(rows, places),
            "top": keep(bought),
            "new": keep(new),
            "lost": keep(lost),
        }

    def _get_classes(self, rows, places):
        classes = []
        for letter in "ABC":
            keys = [key for key, place in places.items() if place.letter == letter]
            amount = sum(rows[key]["invoiced"] for key in keys)
            classes.append(
                {"class": letter, "count": len(keys), "invoiced": self._round(amount)}
            )
        return classes

    def _get_top(self, rows, model):
        """The rows with most invoiced, and the sum of all others."""
        ranked = sorted(rows.items(), key=lambda row: (-row[1]["invoiced"], row[0].id))
        names = self._get_names(model, {record.id for record, _row in ranked[:TOP]})
        top = [
            {"id": record.id, "name": names.get(record.id), **self._round_all(row)}
            for record, row in ranked[:TOP]
        ]
        rest = {
            name: self._round(sum(row[name] for _record, row in ranked[TOP:]))
            for name in MEASURES
        }
        return {"rows": top, "rest_count": max(len(ranked) - TOP, 0), "rest": rest}

    def _get_service(self, domain):
        """Credit notes, returns and what service cost in the year."""
        report = self.env["crm.customer.report.month"]
        [[cost, cost_ly]] = report._read_group(
            domain, aggregates=["service_cost:sum", "service_cost_ly:sum"]
        )
        returns = self.env["crm.rma"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_reported", ">=", self.date_from),
                ("date_reported", "<=", self.date_to),
            ]
        )
        return {
            "cost": self._round(cost),
            "cost_ly": self._round(cost_ly),
            "returns": len(returns),
            "units": sum(returns.line_ids.mapped("quantity")),
        }

    def _get_currencies(self):
        """Posted invoices by the currency they were written in."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.name, COUNT(*),
                       SUM(m.amount_untaxed_in_currency_signed),
                       SUM(m.amount_untaxed_signed)
                  FROM account_move m JOIN res_currency c ON c.id = m.currency_id
                 WHERE %s GROUP BY c.name ORDER BY c.name
                """,
                self._where_posted(),
            )
        )
        names = [row[0] for row in rows]
        currencies = self.env["res.currency"].with_context(active_test=False)
        decimals = {
            currency.name: currency.decimal_places
            for currency in currencies.search([("name", "in", names)])
        }
        return [
            {
                "currency": name,
                "decimals": decimals[name],
                "count": count,
                "amount": round(amount or 0.0, decimals[name]),
                "invoiced": self._round(own),
            }
            for name, count, amount, own in rows
        ]

    # ------------------------------------------------------------------
    # Reconciliation
    # ------------------------------------------------------------------

    def _get_reconciliation(self):
        """The frozen invoices against all posted ones, straight from the accounts.

        A line for each invoice whose figure differs, with the reason; none of them
        and a difference of zero is what a manager signs.
        """
        [[posted, count, frozen]] = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT COALESCE(SUM(m.amount_untaxed_signed), 0)
                          FROM account_move m WHERE %(posted)s),
                       (SELECT COUNT(*) FROM account_move m WHERE %(posted)s),
                       (SELECT COALESCE(SUM(amount), 0) FROM crm_year_end_document
                         WHERE year_end_id = %(id)s AND kind = 'invoiced')
                """,
                posted=self._where_posted(),
                id=self.id,
            )
        )
        return {
            "posted": self._round(posted),
            "count": count,
            "frozen": self._round(frozen),
            "difference": self._round(float(frozen) - float(posted)),
            "lines": self._get_differences(),
        }

    def _get_differences(self):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(m.id, d.res_id), COALESCE(m.name, d.name),
                       COALESCE(m.date, d.date), m.id IS NULL, d.res_id IS NULL,
                       COALESCE(m.amount, 0), COALESCE(d.amount, 0)
                  FROM (SELECT m.id, m.name, m.invoice_date AS date,
                               m.amount_untaxed_signed AS amount
                          FROM account_move m WHERE %(posted)s) m
                  FULL JOIN (SELECT * FROM crm_year_end_document
                              WHERE year_end_id = %(id)s AND kind = 'invoiced') d
                    ON d.res_id = m.id
                 WHERE ABS(COALESCE(m.amount, 0) - COALESCE(d.amount, 0)) >= %(unit)s
                 ORDER BY 3, 1
                """,
                posted=self._where_posted(),
                id=self.id,
                unit=self.company_id.currency_id.rounding / 2,
            )
        )
        return [
            {
                "id": move,
                "name": name,
                "date": fields.Date.to_string(date),
                "reason": "not_posted" if alone else "missing" if gone else "amount",
                "posted": self._round(posted),
                "frozen": self._round(frozen),
                "difference": self._round(float(frozen) - float(posted)),
            }
            for move, name, date, alone, gone, posted, frozen in rows
        ]

    def _where_posted(self):
        return SQL(
            "m.state = 'posted' AND m.company_id = %s AND m.move_type IN %s"
            " AND m.invoice_date >= %s AND m.invoice_date <= %s",
            self.company_id.id,
            MOVES,
            self.date_from,
            self.date_to,
        )

    # ------------------------------------------------------------------
    # Tools
    # ------------------------------------------------------------------

    def _read_figures(self, domain, group):
        """Return ``{group: {measure: sum}}`` from the comparison report."""
        rows = self.env["crm.analytics.compare"]._read_group(
            domain, [group], [f"{name}:sum" for name in MEASURES]
        )
        figures = {
            key: {n: value or 0.0 for n, value in zip(MEASURES, values, strict=True)}
            for key, *values in rows
        }
        return {key: row for key, row in figures.items() if any(row.values())}

    def _round(self, amount):
        return self.company_id.currency_id.round(float(amount or 0.0)) + 0.0

    def _round_all(self, row):
        return {name: self._round(value) for name, value in row.items()}

    @api.model
    def _get_names(self, model, ids):
        """Return ``{id: name}``; a translated name by language: ``{lang: name}``."""
        records = self.env[model].with_context(active_test=False)
        records = records.browse([record for record in ids if record])
        if model in ("res.users", "res.partner"):
            return {record.id: record.name for record in records}
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        translated = {
            lang: {r.id: r.display_name for r in records.with_context(lang=lang)}
            for lang in langs
        }
        return {
            record.id: {lang: names[record.id] for lang, names in translated.items()}
            for record in records
        }
