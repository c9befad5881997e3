from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.keyset import Keyset

EXPIRY_DAYS = 7
VIEWED_DAYS = 14
VIEWED = "sale.order:viewed"


class CrmWorkbench(models.AbstractModel):
    """Buckets of quotations: viewed by the customer, about to expire."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        if not self.env["sale.order"].has_access("read"):
            return buckets
        _ = self.env._
        buckets["viewed"] = {
            "title": _("Quotes viewed"),
            "icon": "fa-eye",
            "sequence": 70,
            "tone": "warning",
            "empty": _("No quotation was opened by a customer lately."),
            "query": "_workbench_viewed_query",
            "rows": "_workbench_viewed_rows",
        }
        buckets["expiring"] = {
            "title": _("Quotes expiring"),
            "icon": "fa-hourglass-half",
            "sequence": 75,
            "empty": _("No quotation expires in the coming week."),
            "query": "_workbench_expiring_query",
            "rows": "_workbench_expiring_rows",
        }
        return buckets

    @api.model
    def _workbench_open_quotes(self, user, search):
        """Quotations of a person on which nothing is planned."""
        domain = Domain("user_id", "=", user.id) & Domain(
            "state", "in", ["draft", "sent"]
        )
        domain &= self._workbench_free("sale.order", user)
        return domain & self._workbench_text(("name",), search, "partner_id")

    @api.model
    def _workbench_expiring_query(self, user, search):
        today = fields.Date.context_today(self)
        domain = self._workbench_open_quotes(user, search)
        domain &= Domain("validity_date", ">=", today)
        domain &= Domain("validity_date", "<=", today + timedelta(days=EXPIRY_DAYS))
        query = self.env["sale.order"]._search(domain)
        return Keyset(query, SQL("sale_order.validity_date::timestamp"))

    @api.model
    def _workbench_viewed_query(self, user, search):
        """Opened lately, and nobody has spoken with the customer since."""
        domain = self._workbench_open_quotes(user, search)
        limit = fields.Datetime.now() - timedelta(days=VIEWED_DAYS)
        viewed = self._workbench_viewed_sql("sale_order")
        domain &= Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """%(viewed)s >= %(limit)s AND NOT EXISTS (
                    SELECT 1 FROM crm_customer_stat s
                      JOIN res_partner p ON p.commercial_partner_id = s.partner_id
                     WHERE p.id = %(partner)s
                       AND s.last_contact_date > %(viewed)s)""",
                viewed=viewed,
                limit=limit,
                partner=SQL.identifier(alias, "partner_id"),
            )
        )
        return Keyset(self.env["sale.order"]._search(domain), viewed, descending=True)

    @api.model
    def _workbench_viewed_sql(self, alias):
        """SQL: when the customer last looked at an order."""
        return SQL(
            """(SELECT MAX(v.date) FROM crm_interaction v
                 WHERE v.res_model = 'sale.order' AND v.res_id = %s AND v.event = %s)""",
            SQL.identifier(alias, "id"),
            VIEWED,
        )

    @api.model
    def _workbench_viewed_rows(self, ids, user):
        rows = (
            self.env["crm.interaction"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", "sale.order"),
                    ("res_id", "in", ids),
                    ("event", "=", VIEWED),
                ],
                ["res_id"],
                ["date:max"],
            )
        )
        moments = {order_id: self._workbench_day(moment) for order_id, moment in rows}
        return self._workbench_quote_rows(ids, moments, "fa-eye")

    @api.model
    def _workbench_expiring_rows(self, ids, user):
        orders = self.env["sale.order"].browse(ids)
        days = {o.id: fields.Date.to_string(o.validity_date) for o in orders}
        return self._workbench_quote_rows(ids, days, "fa-hourglass-half")

    @api.model
    def _workbench_quote_rows(self, ids, days, icon):
        rows = [
            self._workbench_row(
                "sale.order",
                order.id,
                document=self._workbench_document(order),
                partner=order.partner_id,
                date=days.get(order.id, False),
                what=f"{order.name} · {order.currency_id.format(order.amount_total)}",
                icon=icon,
            )
            for order in self.env["sale.order"].browse(ids)
        ]
        return self._workbench_finish_rows(rows)
