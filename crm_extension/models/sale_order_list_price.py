from odoo import api, fields, models


class SaleOrder(models.Model):
    """What Odoo would ask for, for many products at once and without any line."""

    _inherit = "sale.order"

    @api.private
    def _list_prices(self, wanted, pricelist=None):
        """Prices of the quotation's pricelist, as its lines would get them.

        Odoo asks the pricelist once for each line; here the rules that may apply are
        read once for all of them. ``tests/test_quote_price.py`` compares with lines.

        :param wanted: list of ``(product, unit, quantity)``
        :param pricelist: another one than that of the quotation
        :return: list of ``(price, discount)`` in the order of ``wanted``: the unit
            price in the currency of the quotation, and the discount of the pricelist in
            percent where it is shown to the customer
        """
        self.ensure_one()
        order = self.with_company(self.company_id)
        date = order.date_order or fields.Datetime.now()
        products = self.env["product.product"].union(*(row[0] for row in wanted))
        products = products.with_company(self.company_id)
        pricelist = order.pricelist_id if pricelist is None else pricelist
        rules = pricelist._get_applicable_rules(products, date)
        shows_discount = bool(pricelist) and rules._is_discount_feature_enabled()
        return [
            order._list_price(product, unit, quantity, rules, date, shows_discount)
            for product, unit, quantity in wanted
        ]

    def _list_price(self, product, unit, quantity, rules, date, shows_discount):
        """Price and discount of one product; see ``_get_display_price()`` and
        ``_compute_discount()`` of the lines."""
        product = product.with_company(self.company_id)
        asked = {
            "quantity": quantity or 1.0,
            "uom": unit,
            "date": date,
            "currency": self.currency_id,
        }
        in_product_unit = unit._compute_quantity(quantity or 1.0, product.uom_id)
        fitting = (r for r in rules if r._is_applicable_for(product, in_product_unit))
        rule = next(fitting, rules.browse())
        price, discount = rule._compute_price(product=product, **asked), 0.0
        if rule._show_discount():
            base = rule._compute_price_before_discount(product=product, **asked)
            off = base and (base - price) / base * 100
            if shows_discount and ((off > 0 and base > 0) or (off < 0 and base < 0)):
                discount = off
            price = max(base, price)
        return self._list_price_with_taxes(product, price), discount

    def _list_price_with_taxes(self, product, price):
        """A price that contains taxes contains those of the fiscal position."""
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        return product._get_tax_included_unit_price_from_price(
            price, product_taxes=taxes, fiscal_position=self.fiscal_position_id
        )

    @api.private
    def _cost_prices(self, wanted):
        """Costs in the currency and units asked for, as ``sale_margin`` takes them.

        :param wanted: list of ``(product, unit, quantity)``
        """
        self.ensure_one()
        rates, costs = {}, []
        date = self.date_order or fields.Datetime.now()
        for product, unit, _quantity in wanted:
            product = product.with_company(self.company_id).sudo()
            own = product.cost_currency_id
            if own not in rates:
                rates[own] = own._get_conversion_rate(
                    own, self.currency_id, self.company_id, date
                )
            cost = product.uom_id._compute_price(product.standard_price, unit)
            costs.append(cost * rates[own])
        return costs
