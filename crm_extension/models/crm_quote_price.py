from odoo import api, models
from odoo.exceptions import UserError


class CrmQuote(models.AbstractModel):
    """What stands beside each row: prices of today and of before, margin, warnings."""

    _inherit = "crm.quote"

    @api.model
    @api.readonly
    def quote_facts(self, order_id, wanted):
        """Facts of some rows, when product, unit or quantity have changed.

        :param wanted: list of dict ``product_id``, ``uom_id``, ``quantity`` and, for the
            price floor, ``net`` (the price of the row after its discount)
        :return: list of :meth:`_quote_facts`, in the same order
        """
        order = self._quote_order(order_id)
        if not isinstance(wanted, list):
            raise UserError(self.env._("A row of the quotation cannot be read."))
        self._quote_limit(len(wanted))
        rows = [self._quote_wanted(row) for row in wanted]
        products = self.env["product.product"].union(*(row[0] for row in rows))
        self._quote_check_products(products)
        nets = [self._quote_number(row.get("net"), empty=True) for row in wanted]
        return self._quote_facts(order, rows, nets)

    @api.model
    def _quote_wanted(self, row):
        """Product, unit and quantity of a row that a client sent."""
        if not isinstance(row, dict):
            raise UserError(self.env._("A row of the quotation cannot be read."))
        product = self._quote_id(row.get("product_id"), "product.product")
        unit = self._quote_id(row.get("uom_id"), "uom.uom", empty=True).sudo()
        quantity = self._quote_number(row.get("quantity"), empty=True)
        return product, unit, quantity or 1.0

    @api.model
    def _quote_check_products(self, products):
        """Products must exist and be open to the user in this company."""
        if products - self._quote_products(products.ids):
            raise UserError(
                self.env._("A product of this quotation does not exist any more.")
            )

    @api.model
    def _quote_add_facts(self, order, rows):
        """Put its facts on each row that has a product."""
        found = [row for row in rows if row["product"]]
        products = self.env["product.product"].with_context(active_test=False)
        units = self.env["uom.uom"].sudo()
        wanted = [
            (
                products.browse(row["product"]["id"]),
                units.browse(row["uom_id"]),
                row["quantity"] or 1.0,
            )
            for row in found
        ]
        nets = [self._quote_net(row) for row in found]
        facts = self._quote_facts(order, wanted, nets)
        for row, fact in zip(found, facts, strict=True):
            row["facts"] = fact
        if not self._quote_shows_discount():
            for row in rows:
                self._quote_fold_discount(row, "price")
        return rows

    @api.model
    def _quote_net(self, row):
        """What a row asks for after its discount, None without a price."""
        if row["price"] is False:
            return None
        return row["price"] * (1 - (row["discount"] or 0.0) / 100)

    @api.model
    def _quote_shows_discount(self):
        return self.env.user.has_group("sale.group_discount_per_so_line")

    @api.model
    def _quote_fold_discount(self, values, name):
        """Where nobody sees discounts the price contains them."""
        if values[name] is not False and values["discount"]:
            values[name] *= 1 - values["discount"] / 100
        values["discount"] = False

    @api.model
    def _quote_facts(self, order, wanted, nets):
        """Facts of rows, one batch for all.

        :param wanted: list of ``(product, unit, quantity)``
        :param nets: for each row its price after the discount, None: the pricelist's
        :return: list of dict ``price`` and ``discount`` (of the pricelist),
            ``history`` (see ``crm.price.history``), ``changes`` (sentences: what is not
            as it was with the last sale), ``cost`` (for who may see it, else False),
            ``more`` (values of :meth:`_quote_columns`), ``floor`` (of
            :meth:`_quote_floors`)
        """
        if not wanted:
            return []
        wanted = self._quote_together(wanted)
        histories = self.env["crm.price.history"]._fetch(
            order.partner_id.commercial_partner_id,
            [(product, unit) for product, unit, _quantity in wanted],
            order.currency_id,
            order.date_order,
            order,
        )
        changes = self._quote_changes(order, histories)
        costs = self._quote_costs(order, wanted)
        more = self._quote_more_facts(order, wanted)
        prices = order._list_prices(wanted)
        floors = self._quote_floors(order, wanted, nets, prices)
        if not self._quote_shows_discount():
            for history in histories:
                if history["last"]:
                    self._quote_fold_discount(history["last"], "price_unit")
        return [
            {
                "price": prices[n][0],
                "discount": prices[n][1],
                "history": history,
                "changes": changes.get(self._quote_last_line(history), []),
                "cost": costs[n],
                "more": more[n],
                "floor": floors[n],
            }
            for n, history in enumerate(histories)
        ]

    @api.model
    def _quote_together(self, wanted):
        """The same records, read together; a product's own unit where none is given."""
        products = self.env["product.product"].union(*(row[0] for row in wanted))
        products = products.with_context(active_test=False)
        units = products.sudo().uom_id.union(*(row[1] for row in wanted))
        return [
            (
                product.with_prefetch(products._ids),
                (unit or product.sudo().uom_id).with_prefetch(units._ids),
                quantity,
            )
            for product, unit, quantity in wanted
        ]

    @api.model
    def _quote_costs(self, order, wanted):
        if not self.env.user.has_group("crm_extension.crm_extension_group_margin"):
            return [False] * len(wanted)
        return order._cost_prices(wanted)

    @api.model
    def _quote_last_line(self, history):
        """The order line of the last price, False when it was an invoice."""
        return history["last"] and history["last"]["line_id"]

    @api.model
    def _quote_changes(self, order, histories):
        ids = [self._quote_last_line(history) for history in histories]
        lines = self.env["sale.order.line"].browse(filter(None, ids))
        return lines._reuse_changes(order)
