from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmAnalyticsReport(models.AbstractModel):
    """What every report over documents shares: currency, ratios, drill-down.

    A report inherits it before its own definition and fills the hooks. It only
    reads: no temporary table, no write, so that a read replica can serve it.
    """

    _name = "crm.analytics.report"
    _description = "Report over Documents"

    # ratio field -> (numerator, denominator, is it a growth?)
    _ratios = {}

    # ------------------------------------------------------------------
    # Currency
    # ------------------------------------------------------------------

    def _is_multi_currency(self):
        return len(self.env.companies.currency_id) > 1

    def _join_rate(self, company, date):
        """Return a join giving ``rate.factor``: into our currency, at that date.

        :param company: SQL of the company id, whose currency the amounts have
        :param date: SQL of the day

        PostgreSQL remembers the rate of a (currency, day) within the query, so
        this costs a lookup per day, not per row.
        """
        return SQL(
            "CROSS JOIN LATERAL (SELECT %s / %s AS factor FROM res_company company"
            " WHERE company.id = %s) rate",
            self._get_rate(SQL("%s", self.env.company.currency_id.id), date),
            self._get_rate(SQL("company.currency_id"), date),
            company,
        )

    def _get_rate(self, currency, date):
        """Same rule as ``res.currency._get_rates``: the last rate up to the day,
        the company's own before the shared one, else the first ever, else 1."""
        query = SQL(
            """SELECT r.rate FROM res_currency_rate r
                WHERE r.currency_id = %s
                  AND (r.company_id IS NULL OR r.company_id = %s)""",
            currency,
            self.env.company.root_id.id,
        )
        return SQL(
            "COALESCE((%s AND r.name <= %s ORDER BY r.company_id, r.name DESC LIMIT 1),"
            " (%s ORDER BY r.company_id, r.name LIMIT 1), 1.0)",
            query,
            date,
            query,
        )

    # ------------------------------------------------------------------
    # Ratios
    # ------------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """Compute ratios from the sums of the group, at whatever level it stands.

        Without a positive base there is no meaningful percentage: empty, not
        infinite.
        """
        name = aggregate_spec.partition(":")[0]
        if name not in self._ratios:
            return super()._read_group_select(aggregate_spec, query)
        self._field_to_sql(self._table, name, query)  # checks the access
        numerator, denominator, is_growth = self._ratios[name]
        base = SQL("SUM(%s)", self._field_to_sql(self._table, denominator, query))
        return SQL(
            "(CASE WHEN %(base)s > 0 THEN %(value)s / %(base)s - %(offset)s END)::float",
            value=SQL("SUM(%s)", self._field_to_sql(self._table, numerator, query)),
            base=base,
            offset=1 if is_growth else 0,
        )

    # ------------------------------------------------------------------
    # Drill-down
    # ------------------------------------------------------------------

    @api.model
    def _get_document_fields(self):
        """Return ``{model: field of the report}`` of the documents behind a row."""
        return {}

    @api.model
    @api.readonly
    def action_open_documents(self, domain, model="account.move"):
        """Open the documents which the rows of ``domain`` are made of.

        :param domain: domain on this report, for instance of a pivot cell
        :param model: ``account.move``, or another key of
            :meth:`_get_document_fields`
        :raise UserError: when the rows know no documents of that model
        """
        self.check_access("read")
        fields = self._get_document_fields()
        if not isinstance(model, str) or model not in fields:
            raise UserError(self.env._("These figures do not know such documents."))
        field = fields[model]
        [[documents]] = self._read_group(
            domain, aggregates=[f"{field}:array_agg_distinct"]
        )
        ids = [document for document in documents or () if document]
        return self._get_document_action(model, ids)

    def _get_shown_domain(self):
        """Return the domain of the rows a button of the list was pressed for."""
        if self:
            return [("id", "in", self.ids)]
        return self.env.context.get("active_domain") or []

    @api.readonly
    def action_open_document(self):
        """Open the document of one row (a click in the list)."""
        self.ensure_one()
        for model, field in self._get_document_fields().items():
            if document := self[field]:
                return self._get_document_action(model, document.ids)
        return False

    @api.model
    def _get_document_action(self, model, ids):
        """Return an action showing ``ids``: the form of one, the list of several."""
        Model = self.env[model]
        action = {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).name,
            "res_model": model,
            "context": {"create": False},
        }
        if model == "account.move":
            action["context"]["default_move_type"] = "out_invoice"
        if len(ids) == 1:
            form = Model.browse(ids).get_formview_id()
            return {**action, "views": [(form, "form")], "res_id": ids[0]}
        return {
            **action,
            "views": [(self._get_document_list_view(model), "list"), (False, "form")],
            "domain": [("id", "in", ids)],
        }

    @api.model
    def _get_document_list_view(self, model):
        if model == "account.move":
            return self.env.ref("account.view_out_invoice_tree").id
        return False
