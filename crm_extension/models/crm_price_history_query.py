from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.price_trend import TREND_LENGTH

#: The newest lines of a product that are looked at, by number; these are then sorted by
#: the date of their order. More than the trend shows do not change the next price.
DEPTH = TREND_LENGTH
SOURCES = {
    "sale.order": "_sold_row",
    "account.move": "_invoiced_row",
}


class CrmPriceHistory(models.AbstractModel):
    """The one query: newest lines of each product, of orders and of invoices."""

    _inherit = "crm.price.history"

    @api.model
    def _rows(self, customer, product_ids, order, scope, limit=None):
        """Past prices of some products, newest first.

        How it works: for each product the newest lines are taken from an index
        (``_crm_price_idx``), of quotations and orders through one branch and of
        invoices whose price is not that of an order through the other. The conditions
        of the record rules stand inside, so a page is full of what the user may see.

        :param limit: how many lines of each product, quoted or sold; by default as
            many as facts need, and what was sold before what was only quoted
        :return: list of dict ``product_id``, ``model``, ``document_id``, ``document``,
            ``date``, ``kind``, ``customer`` (partner), ``is_own``, ``price_unit``,
            ``discount``, ``net``, ``quantity``, ``currency``, ``unit`` (records)
        """
        if not product_ids or not self._may_read("sale.order.line"):
            return []
        family = self._family(customer)
        branches = [self._sold_sql(family, order, scope, limit)]
        if self._may_read("account.move.line"):
            branches.append(self._invoiced_sql(customer, scope, limit))
        found = self.env.execute_query_dict(
            SQL(
                """SELECT wanted.product_id, past.*
                     FROM UNNEST(%s::int[]) AS wanted(product_id)
               CROSS JOIN LATERAL (%s) AS past
                 ORDER BY past.date DESC, past.id DESC""",
                list(dict.fromkeys(product_ids)),
                SQL(" UNION ALL ").join(SQL("(%s)", branch) for branch in branches),
            )
        )
        return [self._row(row, family) for row in found]

    @api.model
    def _may_read(self, model):
        return self.env[model].has_access("read")

    @api.model
    def _family(self, customer):
        """The customer with all its contacts, also archived ones (sudo: whose prices
        are shown is said by the rules of the lines)."""
        return (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search([("commercial_partner_id", "=", customer.id)])
            .ids
        )

    @api.model
    def _unmasked(self, partner, user):
        """Lines of customers that are not masked for the user, or the user's own."""
        if not self.env["res.partner"]._mask_mode():
            return Domain.TRUE
        return self.env["ir.rule"]._crm_hidden_domain(partner, user)

    # Orders and quotations

    @api.model
    def _sold_domain(self, order):
        """Hook: lines that tell a price: no text, reward, down payment or expense."""
        domain = Domain("state", "!=", "cancel")
        domain &= Domain("company_id", "in", self.env.companies.ids)
        domain &= Domain("is_downpayment", "=", False)
        domain &= Domain("is_expense", "=", False)
        domain &= Domain("reward_id", "=", False)
        domain &= Domain("combo_item_id", "=", False)
        if order:
            domain &= Domain("order_id", "!=", order.id)
        return domain & self._unmasked("order_partner_id", "salesman_id")

    @api.model
    def _sold_sql(self, family, order, scope, limit):
        """Newest lines of a product; of a customer, those of each of its people: with one
        partner and one product the index gives them sorted, and the scan stops."""
        lines = self.env["sale.order.line"]
        lines.order_id.flush_model(["name", "date_order"])
        domain, buyers = self._sold_domain(order), SQL("(VALUES (0))")
        if scope == "customer":
            buyers = self._buyers_sql(family)
            domain = self._settled(lines, domain, "order_partner_id", family)
            query = lines.sudo()._search(domain)
            query.add_where("sale_order_line.order_partner_id = buyer.id")
        else:
            query = lines._search(domain)
        query.add_where("sale_order_line.display_type IS NULL")
        query.add_where("sale_order_line.product_id = wanted.product_id")
        names = (
            *("price_unit", "discount", "product_uom_qty", "currency_id"),
            *("product_uom_id", "state", "order_id", "order_partner_id"),
        )
        columns = [lines._field_to_sql(lines._table, name, query) for name in names]
        return SQL(
            """SELECT line.id, 'sale.order' AS model, line.order_id AS document_id,
                      o.name AS document, o.date_order AS date,
                      CASE line.state WHEN 'sale' THEN 'sold' ELSE 'quoted' END AS kind,
                      line.order_partner_id AS partner_id, line.price_unit,
                      COALESCE(line.discount, 0) AS discount,
                      line.product_uom_qty AS quantity, line.currency_id,
                      line.product_uom_id AS uom_id
                 FROM %s AS buyer(id)
           CROSS JOIN LATERAL (
                      SELECT sale_order_line.id, %s FROM %s WHERE %s
                    ORDER BY %s sale_order_line.id DESC LIMIT %s) AS line
                 JOIN sale_order o ON o.id = line.order_id""",
            buyers,
            SQL(", ").join(columns),
            query.from_clause,
            query.where_clause or SQL("TRUE"),
            SQL("") if limit else SQL("(sale_order_line.state = 'sale') DESC,"),
            limit or DEPTH,
        )

    @api.model
    def _buyers_sql(self, family):
        """Those of a customer's people who ordered anything: asked once a query."""
        return SQL(
            """UNNEST(ARRAY(
                  SELECT p.id FROM UNNEST(%s::int[]) AS p(id)
                   WHERE EXISTS (SELECT FROM sale_order_line l
                                  WHERE l.order_partner_id = p.id
                                    AND l.display_type IS NULL)))""",
            family,
        )

    # Invoices

    @api.model
    def _invoiced_domain(self):
        """Posted invoices to customers; refunds tell no price."""
        domain = Domain("parent_state", "=", "posted")
        domain &= Domain("move_id.move_type", "=", "out_invoice")
        domain &= Domain("company_id", "in", self.env.companies.ids)
        return domain & self._unmasked("partner_id", "move_id.invoice_user_id")

    @api.model
    def _invoiced_sql(self, customer, scope, limit):
        """Lines invoiced without an order, or for another price than ordered."""
        lines = self.env["account.move.line"]
        lines.move_id.flush_model(["name", "invoice_date"])
        query = lines._search(self._invoiced_domain())
        query.add_where("account_move_line.display_type = 'product'")
        query.add_where("account_move_line.product_id = wanted.product_id")
        if scope == "customer":
            query.add_where(self._newest_invoiced_sql(customer, limit or DEPTH))
        query.add_where(
            """NOT EXISTS (
                SELECT FROM sale_order_line_invoice_rel rel
                  JOIN sale_order_line sold ON sold.id = rel.order_line_id
                 WHERE rel.invoice_line_id = account_move_line.id
                   AND (sold.is_downpayment
                        OR ABS(sold.price_unit * (100 - COALESCE(sold.discount, 0))
                               - account_move_line.price_unit
                                 * (100 - COALESCE(account_move_line.discount, 0)))
                           < 0.5))"""
        )
        names = (
            *("price_unit", "discount", "quantity", "currency_id"),
            *("product_uom_id", "move_id", "partner_id"),
        )
        columns = [lines._field_to_sql(lines._table, name, query) for name in names]
        return SQL(
            """SELECT line.id, 'account.move' AS model, line.move_id AS document_id,
                      m.name AS document, m.invoice_date::timestamp AS date,
                      'invoiced' AS kind, line.partner_id, line.price_unit,
                      COALESCE(line.discount, 0) AS discount, line.quantity,
                      line.currency_id, line.product_uom_id AS uom_id
                 FROM (SELECT account_move_line.id, %s FROM %s WHERE %s
                     ORDER BY account_move_line.id DESC LIMIT %s) AS line
                 JOIN account_move m ON m.id = line.move_id""",
            SQL(", ").join(columns),
            query.from_clause,
            query.where_clause or SQL("TRUE"),
            limit or DEPTH,
        )

    @api.model
    def _newest_invoiced_sql(self, customer, limit):
        """Condition: only so many are compared with their orders; what is older is
        not among the last sales either."""
        return SQL(
            """account_move_line.id = ANY(ARRAY(
                SELECT newest.id FROM account_move_line newest
                 WHERE newest.product_id = wanted.product_id
                   AND newest.partner_id = %s AND newest.display_type = 'product'
                   AND newest.parent_state = 'posted'
              ORDER BY newest.id DESC LIMIT %s))""",
            customer.id,
            limit,
        )

    @api.model
    def _row(self, row, family):
        """A row with records in the place of ids and the price after discount."""
        return {
            "product_id": row["product_id"],
            "line_id": row["model"] == "sale.order" and row["id"],
            "model": row["model"],
            "document_id": row["document_id"],
            "document": row["document"],
            "date": row["date"],
            "kind": row["kind"],
            "customer": self.env["res.partner"].browse(row["partner_id"]),
            "is_own": row["partner_id"] in family,
            "price_unit": float(row["price_unit"] or 0),
            "discount": float(row["discount"]),
            "net": float(row["price_unit"] or 0) * (1 - float(row["discount"]) / 100),
            "quantity": float(row["quantity"] or 0),
            "currency": self.env["res.currency"].browse(row["currency_id"]),
            "unit": self.env["uom.uom"].sudo().browse(row["uom_id"] or []),
        }
