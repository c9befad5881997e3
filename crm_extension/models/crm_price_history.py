from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.price_trend import PastPrice, facts

MAX_ID = 2**31 - 1
MAX_PRODUCTS = 500
DETAIL_LIMIT = 10
SCOPES = ("customer", "all")


class CrmPriceHistory(models.AbstractModel):
    """What products were sold and quoted for: one query for any number of lines.

    Prices are net of the discount. They are told as they were and, for comparing, in
    the currency and unit of the document at hand, at the rate of its date; a unit
    without a common reference (pieces and hours) is told but not compared.

    Everything is read with the rights of the user. Prices of a colleague's customer
    that is masked for the user are left out, but for his own quotations.
    """

    _name = "crm.price.history"
    _description = "Price History"

    # Public

    @api.model
    @api.readonly
    def history_fetch(self, partner_id, wanted, currency_id=None, order_id=None):
        """Last price, trend, lowest and highest of the lines of a document.

        :param partner_id: the customer or one of its contacts
        :param wanted: list of ``[product id, unit id]``; False is the product's own
        :param currency_id: currency of the document, by default the company's
        :param order_id: the quotation at hand; it is no past one
        :return: list of dicts in the order of ``wanted``, see :meth:`_facts`
        """
        asked = self._read_question(partner_id, wanted, currency_id, order_id)
        return self._fetch(**asked)

    @api.model
    @api.readonly
    def history_detail(
        self,
        partner_id,
        product_id,
        uom_id=None,
        currency_id=None,
        order_id=None,
        scope="customer",
    ):
        """The last ten times one product was sold or quoted.

        :param scope: ``"customer"``, or ``"all"`` whose prices the user may see
        :return: list of dicts of :meth:`_detail`, newest first
        """
        if scope not in SCOPES:
            raise UserError(self.env._("The price history cannot be read."))
        wanted = [[product_id, uom_id or False]]
        asked = self._read_question(partner_id, wanted, currency_id, order_id)
        [(product, unit)] = asked["wanted"]
        rows = self._rows(
            asked["customer"], product.ids, asked["order"], scope, DETAIL_LIMIT
        )
        rows = rows[:DETAIL_LIMIT]
        self._compare(rows, {product.id: unit}, asked["currency"], asked["date"])
        return [self._detail(row) for row in rows]

    # What clients ask

    @api.model
    def _read_question(self, partner_id, wanted, currency_id, order_id):
        """Records of what a client sent, or a sentence."""
        customer = self.env["crm.customer.view"]._browse_partner(partner_id)
        pairs = self._read_wanted(wanted)
        order = self.env["sale.order"].browse(self._read_id(order_id, empty=True))
        if order := order.exists():
            order.check_access("read")
        currency = self.env["res.currency"].browse(
            self._read_id(currency_id, empty=True)
        )
        company = order.company_id or self.env.company
        return {
            "customer": customer.commercial_partner_id,
            "wanted": pairs,
            "order": order,
            "currency": currency.exists() or order.currency_id or company.currency_id,
            "date": order.date_order or fields.Datetime.now(),
        }

    @api.model
    def _read_wanted(self, wanted):
        """Products and units as records that are read together."""
        if not isinstance(wanted, list) or len(wanted) > MAX_PRODUCTS:
            raise UserError(self.env._("The price history cannot be read."))
        ids = []
        for pair in wanted:
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                raise UserError(self.env._("The price history cannot be read."))
            ids.append((self._read_id(pair[0]), self._read_id(pair[1], empty=True)))
        products = self.env["product.product"].browse(pair[0] for pair in ids)
        units = self.env["uom.uom"].browse(pair[1] for pair in ids if pair[1])
        if products - products.exists() or units - units.exists():
            raise UserError(self.env._("A product or a unit does not exist any more."))
        return [
            (
                product,
                unit_id
                and units.browse(unit_id).with_prefetch(units._ids)
                or product.sudo().uom_id.sudo(False),
            )
            for product, (_product_id, unit_id) in zip(products, ids, strict=True)
        ]

    @api.model
    def _read_id(self, value, empty=False):
        """An id as a client sends it, as browse() takes it."""
        if empty and value in (None, False):
            return []
        if type(value) is not int or not 0 < value <= MAX_ID:
            raise UserError(self.env._("The price history cannot be read."))
        return value

    # Answers

    @api.model
    @api.private
    def _fetch(self, customer, wanted, currency, date, order=None):
        """Facts of products to one customer: one query for all of them.

        :param customer: commercial partner
        :param wanted: list of ``(product, unit)`` records
        :param currency, date: in which prices are compared, and at the rate of when
        :param order: the quotation at hand
        :return: list of dicts of :meth:`_facts`
        """
        products = self.env["product.product"].union(*(p for p, _unit in wanted))
        rows = self._rows(customer, products.ids, order, "customer")
        by_product = {product_id: [] for product_id in products.ids}
        for row in rows:
            by_product[row["product_id"]].append(row)
        answers = []
        for product, unit in wanted:
            mine = [dict(row) for row in by_product[product.id]]
            self._compare(mine, {product.id: unit}, currency, date)
            answers.append(self._facts(product, unit, mine))
        return answers

    @api.model
    def _facts(self, product, unit, rows):
        """What stands beside a line.

        :return: dict of ``product_id``, ``uom_id``, ``last`` (:meth:`_detail` or
            False), ``low`` and ``high`` (numbers or False), ``trend`` (numbers,
            oldest first), ``count``
        """
        found = facts([PastPrice(row["value"], row["kind"]) for row in rows])
        return {
            "product_id": product.id,
            "uom_id": unit.id,
            "last": found.last is not None and self._detail(rows[found.last]),
            "low": found.low is not None and rows[found.low]["value"],
            "high": found.high is not None and rows[found.high]["value"],
            "trend": found.trend,
            "count": len(rows),
        }

    @api.model
    def _detail(self, row):
        """One past price: as it was, and as it compares.

        :return: dict of ``kind``, ``line_id`` (an order line or False), ``date``, ``model``, ``id``, ``document``,
            ``customer``, ``own_customer`` (False for another one's), ``price`` (net,
            in the currency and unit asked for, or False), ``text`` (as it was),
            ``price_unit`` and ``discount`` (compared, to be taken over),
            ``converted``, ``quantity``, ``unit``, ``currency``
        """
        currency, unit = row["currency"], row["unit"]
        return {
            "kind": row["kind"],
            "line_id": row["line_id"],
            "date": fields.Datetime.to_string(row["date"]),
            "model": row["model"],
            "id": row["document_id"],
            "document": row["document"],
            "customer": row["customer"].sudo().name,
            "own_customer": row["is_own"],
            "price": row["value"] is not None and row["value"],
            "price_unit": row["value"] is not None and row["gross"],
            "discount": row["discount"],
            "text": currency.format(row["net"]),
            "currency": currency.name,
            "converted": row["converted"],
            "quantity": row["quantity"],
            "unit": unit.name or "",
        }

    @api.model
    def _compare(self, rows, units, currency, date):
        """Add what a price is in another currency and unit.

        :param units: ``{product id: unit asked for}``
        """
        rates = {}
        for row in rows:
            own = row["currency"]
            if own not in rates:
                rates[own] = own._get_conversion_rate(
                    own, currency, self.env.company, date
                )
            factor = self._unit_factor(row, units[row["product_id"]])
            row["converted"] = own != currency or factor != 1
            if factor is None:
                row["value"] = row["gross"] = None
                continue
            row["gross"] = row["price_unit"] * rates[own] * factor
            row["value"] = row["net"] * rates[own] * factor

    @api.model
    def _unit_factor(self, row, unit):
        """What a price is multiplied with to be one per ``unit``; None when it cannot
        be (sudo: units are no secret)."""
        own, unit = row["unit"], unit.sudo()
        if not own or own == unit:
            return 1
        if not own._has_common_reference(unit):
            return None
        return own._compute_price(1.0, unit)
