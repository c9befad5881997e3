from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# What fits beside a form and is read in a glance
QUOTE_LIMIT = 6
LINE_LIMIT = 12
PRODUCT_LIMIT = 8
MAX_PRODUCTS = 200
# Without lines of its own a document shows what was bought lately.
RECENT_ORDERS = 60


class CrmLookup(models.AbstractModel):
    """Everything about the customer beside the document one works on.

    One read-only call. Customer, people and open documents are those of the customer
    page (``crm.customer.view`` and its hooks); prices and old quotations come from the
    order lines that the user may read. Who may read no orders sees none of them.
    """

    _name = "crm.lookup"
    _description = "Look-up while Selling"

    @api.model
    @api.readonly
    def lookup_fetch(self, partner_id, product_ids=None, order_id=None):
        """What the side panel shows.

        :param partner_id: id of the customer or of one of its contacts
        :param product_ids: products of the document, for their last prices; without
            them the products bought lately
        :param order_id: the quotation one works on: it is no old one
        :return: dict of ``id``, ``header``, ``people``, ``open`` (groups), ``prices`` and
            ``quotes`` (False when orders are closed to the user), ``can_quote``
        """
        self.env["crm.interaction"].check_access("read")
        view = self.env["crm.customer.view"]
        customer = view._browse_partner(partner_id).commercial_partner_id
        products = self._lookup_ids(product_ids)
        if order_id and type(order_id) is not int:
            raise UserError(self.env._("This quotation does not exist any more."))
        priced = self._lookup_priced_lines(customer, products, order_id)
        quotes = self._lookup_orders(customer, order_id)
        names = self._lookup_names(priced | quotes.order_line)
        return {
            "id": customer.id,
            "header": view._customer_360_header(customer),
            "people": view._section_people(customer),
            "open": self._lookup_open(customer),
            "prices": self._lookup_sells()
            and self._lookup_prices(priced, products, names),
            "quotes": self._lookup_sells() and self._lookup_quotes(quotes, names),
            "can_quote": self.env["sale.order"].has_access("create"),
        }

    @api.model
    def _lookup_sells(self):
        """True for users who may read orders and their lines at all."""
        return all(
            self.env[model].has_access("read")
            for model in ("sale.order", "sale.order.line")
        )

    @api.model
    def _lookup_open(self, customer):
        """Hook: open documents as groups: those of the customer page, and what is
        still to be paid."""
        view = self.env["crm.customer.view"]
        unpaid = view._open_group(
            "account.move",
            Domain("commercial_partner_id", "=", customer.id)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("move_type", "=", "out_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial")),
            self._lookup_invoice,
            order="invoice_date_due, id",
            name="invoices",
            phase="after",
            icon="fa-money",
            title=self.env._("Unpaid invoices"),
        )
        return view._section_open(customer)["groups"] + ([unpaid] if unpaid else [])

    @api.model
    def _lookup_invoice(self, move):
        """One unpaid invoice: what is still open, and when it was due."""
        late = move.invoice_date_due and move.invoice_date_due < fields.Date.today()
        due = move.invoice_date_due and format_date(self.env, move.invoice_date_due)
        return {
            "title": move.name,
            "sub": due,
            "tone": late and "danger",
            "value": move.currency_id.format(move.amount_residual),
        }

    @api.model
    def _lookup_ids(self, product_ids):
        """Ids of products as the client sent them, or a sentence."""
        ids = product_ids or []
        if not isinstance(ids, list) or any(type(item) is not int for item in ids):
            raise UserError(self.env._("The products of the document cannot be read."))
        return list(dict.fromkeys(ids))[:MAX_PRODUCTS]

    @api.model
    def _lookup_order_domain(self, customer, order_id):
        """Orders and quotations of the customer but the one at hand."""
        domain = Domain("partner_id.commercial_partner_id", "=", customer.id)
        domain &= Domain("company_id", "in", self.env.companies.ids)
        return domain & Domain("id", "!=", order_id or 0)

    @api.model
    def _lookup_names(self, lines):
        """``{product id: name}`` of all lines at once. Whoever may read a line may
        read what was sold, also when the product is not his company's any more."""
        return {product.id: product.display_name for product in lines.product_id.sudo()}

    # Prices

    @api.model
    def _lookup_priced_lines(self, customer, product_ids, order_id):
        """The lines that tell the last prices, newest first."""
        lines = self.env["sale.order.line"]
        if not self._lookup_sells():
            return lines
        rows = self.env.execute_query(
            self._lookup_price_sql(customer, product_ids, order_id)
        )
        return lines.browse(line_id for (line_id,) in rows)

    @api.model
    def _lookup_prices(self, lines, product_ids, names):
        """Last price of each product to this customer, sold and quoted.

        :return: list of dict ``product_id``, ``name``, ``sold`` and ``quoted`` (dict of
            :meth:`_lookup_price` or False), in the order of the document, else what
            was bought last on top
        """
        prices = dict.fromkeys(product_ids)
        for line in lines:
            kind = "sold" if line.state == "sale" else "quoted"
            product = line.product_id.id
            prices[product] = {**(prices.get(product) or {}), kind: line}
        limit = len(product_ids) or PRODUCT_LIMIT
        return [
            {
                "product_id": product,
                "name": names[product],
                "sold": self._lookup_price(found.get("sold")),
                "quoted": self._lookup_price(found.get("quoted")),
            }
            for product, found in prices.items()
            if found
        ][:limit]

    @api.model
    def _lookup_price_sql(self, customer, product_ids, order_id):
        """Newest line of each product: one among what was sold, one among what was
        quoted, of the lines that the user may read."""
        orders = self.env["sale.order"]._search(
            self._lookup_order_domain(customer, order_id)
            & Domain("state", "!=", "cancel"),
            order="date_order desc, id desc",
            limit=None if product_ids else RECENT_ORDERS,
        )
        domain = Domain("order_id", "in", orders) & Domain("display_type", "=", False)
        if product_ids:
            domain &= Domain("product_id", "in", product_ids)
        lines = self.env["sale.order.line"]._search(domain)
        return SQL(
            """
            SELECT newest.id
              FROM (SELECT DISTINCT ON (l.product_id, l.state = 'sale')
                           l.id, o.date_order
                      FROM sale_order_line l
                      JOIN sale_order o ON o.id = l.order_id
                     WHERE l.id IN %s AND l.product_id IS NOT NULL
                  ORDER BY l.product_id, l.state = 'sale', o.date_order DESC, l.id DESC
                   ) AS newest
          ORDER BY newest.date_order DESC, newest.id DESC
             LIMIT %s
            """,
            lines.subselect(),
            2 * (len(product_ids) or PRODUCT_LIMIT),
        )

    @api.model
    def _lookup_price(self, line):
        """Price of a line as it is told: after discount, with its order."""
        if not line:
            return False
        net = line.price_unit * (1 - (line.discount or 0) / 100)
        return {
            "price": line.currency_id.format(net),
            "discount": line.discount,
            "quantity": line.product_uom_qty,
            "unit": line.product_uom_id.sudo().name,
            "date": fields.Datetime.to_string(line.order_id.date_order),
            "order_id": line.order_id.id,
            "order": line.order_id.name,
        }

    # Old quotations

    @api.model
    def _lookup_orders(self, customer, order_id):
        """The newest quotations and orders that the user may read."""
        orders = self.env["sale.order"]
        if not self._lookup_sells():
            return orders
        return orders.search(
            self._lookup_order_domain(customer, order_id),
            order="date_order desc, id desc",
            limit=QUOTE_LIMIT,
        )

    @api.model
    def _lookup_quotes(self, orders, names):
        """Old quotations with their lines and prices."""
        states = dict(orders._fields["state"]._description_selection(self.env))
        return [
            self._lookup_quote(order, states[order.state], names) for order in orders
        ]

    @api.model
    def _lookup_quote(self, order, state, names):
        lines = order.order_line.filtered(lambda line: not line.display_type)
        return {
            "id": order.id,
            "name": order.name,
            "state": order.state,
            "state_label": state,
            "date": fields.Datetime.to_string(order.date_order),
            "total": order.currency_id.format(order.amount_total),
            "line_count": len(lines),
            "lines": [
                {
                    "id": line.id,
                    "name": names.get(line.product_id.id) or line.name,
                    "quantity": line.product_uom_qty,
                    "unit": line.product_uom_id.sudo().name,
                    "price": line.currency_id.format(line.price_unit),
                    "discount": line.discount,
                }
                for line in lines[:LINE_LIMIT]
            ],
        }
