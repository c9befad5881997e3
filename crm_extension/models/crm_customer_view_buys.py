from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

PRODUCT_LIMIT = 8
YEARS = 3
# The newest lines tell the rhythm; the oldest of a huge customer do not change it.
LINE_LIMIT = 2000
# Two intervals make a rhythm, one is a coincidence.
MIN_ORDERS = 3


class CrmCustomerView(models.AbstractModel):
    """What they buy, for how much, how often, and when it is due again."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_sections(self):
        return {
            **super()._customer_360_sections(),
            "buys": {
                "title": self.env._("Buys"),
                "icon": "fa-shopping-basket",
                "sequence": 30,
                "column": "side",
                "models": ["sale.order.line"],
                "method": "_section_buys",
                "empty": self.env._("No order yet."),
            },
        }

    @api.model
    def _section_buys(self, customer):
        domain = self._bought_domain(customer)
        lines = self.env["sale.order.line"]._search(
            domain, order="id desc", limit=LINE_LIMIT
        )
        if lines.is_empty():
            return {"items": []}
        rows = self.env.execute_query_dict(self._bought_sql(lines, PRODUCT_LIMIT))
        return {
            "items": self._format_bought(rows),
            "action": self._list_action(
                self.env._("Bought Products"),
                "sale.order.line",
                domain,
                group_by=["product_id"],
            ),
        }

    @api.model
    def _bought_domain(self, customer):
        """Ordered lines of three years that the user may read."""
        since = fields.Datetime.now() - relativedelta(years=YEARS)
        return (
            self._customer_domain(customer, "order_partner_id.commercial_partner_id")
            & Domain("display_type", "=", False)
            & Domain("state", "=", "sale")
            & Domain("product_id", "!=", False)
            & Domain("order_id.date_order", ">=", since)
            & Domain("company_id", "in", self.env.companies.ids)
        )

    @api.model
    def _bought_sql(self, lines, limit):
        """The products bought most often, each with its last line and the quantity
        that is usual (``usual``: in the reference of its units)."""
        self.env["sale.order"].flush_model(["date_order"])
        self.env["sale.order.line"].flush_model()
        return SQL(
            """
            WITH chosen AS MATERIALIZED (%s)
            SELECT line.product_id, COUNT(DISTINCT o.date_order::date) AS orders,
                   MIN(o.date_order) AS first, MAX(o.date_order) AS last,
                   (ARRAY_AGG(line.id ORDER BY o.date_order DESC, line.id DESC))[1]
                       AS line_id,
                   PERCENTILE_DISC(0.5) WITHIN GROUP (
                       ORDER BY line.product_uom_qty * COALESCE(u.factor, 1)) AS usual
              FROM chosen
              JOIN sale_order_line line ON line.id = chosen.id
              JOIN sale_order o ON o.id = line.order_id
         LEFT JOIN uom_uom u ON u.id = line.product_uom_id
             GROUP BY line.product_id
             ORDER BY orders DESC, last DESC, line.product_id
             LIMIT %s
            """,
            lines.select(),
            limit,
        )

    @api.model
    def _format_bought(self, rows):
        """Products that the user may read, what is due first on top."""
        today = fields.Date.context_today(self)
        products = self.env["product.product"].browse(row["product_id"] for row in rows)
        readable = products.exists()._filtered_access("read")
        lines = self.env["sale.order.line"].browse(row["line_id"] for row in rows)
        lines.fetch(["price_unit", "currency_id", "product_uom_id", "discount"])
        items = [
            self._bought_item(product, line, row, today)
            for product, line, row in zip(products, lines, rows, strict=True)
            if product in readable
        ]
        return sorted(items, key=lambda item: (item["due"] is None, item["due"] or 0))

    @api.model
    def _bought_item(self, product, line, row, today):
        rhythm, due = self._bought_rhythm(row, today)
        price = line.price_unit * (1 - line.discount / 100)
        return {
            "id": product.id,
            "model": "product.product",
            "title": product.display_name,
            "price": line.currency_id.format(price),
            "uom": line.product_uom_id.name,
            "last": format_date(self.env, row["last"]),
            "orders": row["orders"],
            "rhythm": rhythm,
            "due": due,
        }

    @api.model
    def _bought_rhythm(self, row, today):
        """Days between two orders and until the next one, None where nobody can tell."""
        rhythm = self._rhythm(row["orders"], row["first"], row["last"])
        ago = (today - row["last"].date()).days
        # Somebody who has not come for three times the rhythm does not come any more.
        due = rhythm - ago if rhythm and ago <= 3 * rhythm else None
        return rhythm, due

    @api.model
    def _rhythm(self, orders, first, last):
        """Average days between two orders, None when there are too few."""
        if orders < MIN_ORDERS:
            return None
        return max(1, round((last - first).days / (orders - 1)))
