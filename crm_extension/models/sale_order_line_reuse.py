from odoo import api, models
from odoo.tools import format_date


class SaleOrderLine(models.Model):
    """What is not any more as it was when an old line was written.

    Whoever takes a line over (quote again, a copy, the fast entry) names every change:
    nothing is silent.
    """

    _inherit = "sale.order.line"

    @api.model
    @api.private
    def _prepare_frozen_price(self, price, discount=0.0):
        """Values of a price that nothing recomputes: Odoo takes a price for manual when
        it differs from the technical one."""
        return {
            "price_unit": price,
            "technical_price_unit": 0.0 if price else -1.0,
            "discount": discount,
        }

    @api.private
    def _reuse_changes(self, order):
        """What has changed since these lines were written.

        :param order: the quotation that takes them over; it says company, pricelist,
            taxes and currency of today
        :return: ``{line id: list of sentences}``; lines without a change are left out
        """
        lines = self.filtered("product_id")
        if not lines:
            return {}
        products = lines.product_id.with_company(order.company_id)
        products.mapped("taxes_id")
        prices = order._list_prices(
            [
                (line.product_id, line.product_uom_id, line.product_uom_qty)
                for line in lines
            ]
        )
        changes = {}
        for line, (price, _discount) in zip(lines, prices, strict=True):
            found = [
                *line._reuse_product_changes(),
                *line._reuse_tax_changes(order),
                *line._reuse_list_changes(order, price),
            ]
            if found:
                changes[line.id] = found
        return changes

    def _reuse_product_changes(self):
        product = self.product_id
        if not product.active:
            return [self.env._("archived")]
        if not product.sale_ok:
            return [self.env._("not for sale any more")]
        if not self.product_uom_id._has_common_reference(product.uom_id):
            return [
                self.env._(
                    "sold in %(new)s now, was %(old)s",
                    new=product.uom_id.name,
                    old=self.product_uom_id.name,
                )
            ]
        return []

    def _reuse_tax_changes(self, order):
        if self.product_type == "combo":
            return []
        product = self.product_id.with_company(order.company_id)
        taxes = product.taxes_id._filter_taxes_by_company(order.company_id)
        today = order.fiscal_position_id.map_tax(taxes)
        if self.company_id != order.company_id or today == self.tax_ids:
            return []
        none = self.env._("none")
        return [
            self.env._(
                "tax %(new)s, was %(old)s",
                new=", ".join(today.mapped("name")) or none,
                old=", ".join(self.tax_ids.mapped("name")) or none,
            )
        ]

    def _reuse_list_changes(self, order, price):
        """The list price of then is known while nobody froze another one."""
        then, currency = self.technical_price_unit, order.currency_id
        known = then and self.currency_id == currency and not self.combo_item_id
        if not known or not currency.compare_amounts(then, price):
            return []
        return [
            self.env._(
                "list price %(new)s, was %(old)s on %(date)s",
                new=currency.format(price),
                old=currency.format(then),
                date=format_date(self.env, self.order_id.date_order),
            )
        ]
