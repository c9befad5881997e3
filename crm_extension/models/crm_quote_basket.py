from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

BASKET_LIMIT = 60
#: The newest lines tell what is usual
LINE_LIMIT = 4000
#: What is due within so many days is marked.
DUE_DAYS = 7


class CrmQuote(models.AbstractModel):
    """The usual basket: what the customer buys, how much, how often, what is due."""

    _inherit = "crm.quote"

    @api.model
    @api.readonly
    def quote_basket(self, order_id):
        """What this customer buys again and again.

        :return: list of rows as :meth:`quote_read` gives them, with ``rhythm`` (days
            between two orders, or None), ``due`` (days until the next one, negative
            when it is late, or None), ``is_due``, ``orders`` and ``last`` (a date as
            text); what is due first on top
        """
        order = self._quote_order(order_id)
        customer = order.partner_id.commercial_partner_id
        view = self.env["crm.customer.view"]
        domain = view._bought_domain(customer)
        domain &= Domain("company_id", "=", order.company_id.id)
        domain &= Domain("reward_id", "=", False) & Domain("is_downpayment", "=", False)
        domain &= Domain("combo_item_id", "=", False)
        domain &= self.env["crm.price.history"]._unmasked(
            "order_partner_id", "salesman_id"
        )
        lines = self.env["sale.order.line"]._search(
            domain, order="id desc", limit=LINE_LIMIT
        )
        if lines.is_empty():
            return []
        bought = self.env.execute_query_dict(view._bought_sql(lines, BASKET_LIMIT))
        rows = self._quote_basket_rows(order, bought)
        return self._quote_add_facts(order, rows)

    @api.model
    def _quote_basket_rows(self, order, bought):
        """Rows of products that are still sold, what is due first on top."""
        today = fields.Date.context_today(self)
        lines = self.env["sale.order.line"].browse(row["line_id"] for row in bought)
        sold = self._quote_products(lines.product_id.ids).filtered(
            lambda p: p.active and p.sale_ok and p.type != "combo"
        )
        rows = [
            self._quote_basket_row(order, line, row, today)
            for line, row in zip(lines, bought, strict=True)
            if line.product_id in sold
        ]
        return sorted(rows, key=lambda row: (row["due"] is None, row["due"] or 0))

    @api.model
    def _quote_basket_row(self, order, line, row, today):
        rhythm, due = self.env["crm.customer.view"]._bought_rhythm(row, today)
        unit = line.product_uom_id.sudo()
        rate = line.currency_id._get_conversion_rate(
            line.currency_id, order.currency_id, order.company_id, order.date_order
        )
        return {
            "number": 0,
            "typed": "",
            "text": "",
            "unit_text": "",
            "product": self._quote_candidate(line.product_id),
            "match": "basket",
            "candidates": [],
            "quantity": unit.round(float(row["usual"]) / (unit.factor or 1)),
            "uom_id": unit.id,
            "price": line.price_unit * rate,
            "discount": line.discount,
            "problems": ["converted"] if line.currency_id != order.currency_id else [],
            "rhythm": rhythm,
            "due": due,
            "is_due": due is not None and due <= DUE_DAYS,
            "orders": row["orders"],
            "last": format_date(self.env, row["last"]),
        }
