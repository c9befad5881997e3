from odoo import api, fields, models

from ..tools.price_limits import LimitTable, Line


class SaleOrder(models.Model):
    """Prices that are below what somebody may give alone."""

    _inherit = "sale.order"

    @api.private
    def _price_limits(self):
        """The limits that may bind this quotation."""
        self.ensure_one()
        return self.env["crm.price.limit"]._of_company(self.company_id)

    @api.private
    def _limit_table(self, limits, wanted, list_prices=None, costs=None):
        """The limits ready for some rows.

        :param wanted: list of ``(product, unit, quantity)``
        :param list_prices: of :meth:`_list_prices`, when they are known already
        :param costs: of :meth:`_cost_prices`, likewise
        """
        self.ensure_one()
        kinds = set(limits.mapped("kind"))
        if list_prices is None:
            known = "discount" in kinds
            list_prices = self._list_prices(wanted) if known else [(0, 0)] * len(wanted)
        if costs is None:
            known = "margin" in kinds
            costs = self._cost_prices(wanted) if known else [0.0] * len(wanted)
        floors = [{} for _row in wanted]
        for limit in limits.filtered(
            lambda limit: limit.kind in ("price", "pricelist")
        ):
            for found, price in zip(
                floors, self._limit_prices(limit, wanted), strict=True
            ):
                found[limit.id] = price
        lines = [
            self._limit_line(product, price * (1 - discount / 100), cost, floor)
            for (product, _unit, _quantity), (price, discount), cost, floor in zip(
                wanted, list_prices, costs, floors, strict=True
            )
        ]
        return LimitTable(limits._as_limits(), lines)

    def _limit_line(self, product, list_price, cost, floors):
        category = product.categ_id
        return Line(
            list_price=list_price,
            cost=cost,
            product=product.id,
            template=product.product_tmpl_id.id,
            categories=tuple(
                int(part) for part in (category.parent_path or "").split("/") if part
            ),
            team=self.team_id.id,
            pricelist=self.pricelist_id.id,
            floors=floors,
        )

    def _limit_prices(self, limit, wanted):
        """What a limit of the kinds ``price`` and ``pricelist`` allows for each row, in
        the currency of the quotation."""
        if limit.kind == "pricelist":
            order = self.with_company(self.company_id)
            prices = order._list_prices(wanted, limit.floor_pricelist_id)
            return [price * (1 - discount / 100) for price, discount in prices]
        own = limit.company_id.currency_id or self.company_id.currency_id
        rate = own._get_conversion_rate(
            own,
            self.currency_id,
            self.company_id,
            self.date_order or fields.Datetime.now(),
        )
        return [
            product.uom_id._compute_price(limit.value, unit) * rate
            for product, unit, _quantity in wanted
        ]

    # Breaches

    @api.private
    def _price_breaches(self, user=None):
        """Lines whose price the user may not give.

        :param user: by default the one who acts
        :return: list of dict ``line``, ``net`` (unit price after all discounts),
            ``floor``, ``limit`` (record), ``rank`` (the least right that may give the
            price, None when nobody may)
        """
        self.ensure_one()
        limits = self._price_limits()
        lines = self.order_line.filtered(lambda line: line._is_price_limited())
        if not limits or not lines:
            return []
        rank = limits._rank(user or self.env.user)
        wanted = [
            (line.product_id, line.product_uom_id, line.product_uom_qty)
            for line in lines
        ]
        table = self._limit_table(limits, wanted)
        share = self._global_discount_share()
        breaches = []
        for row, line in enumerate(lines):
            net = line.price_unit * (1 - line.discount / 100) * share
            if table.is_below(row, net, rank):
                floor = table.floor(row, rank)
                breaches.append(
                    {
                        "line": line,
                        "net": net,
                        "floor": floor.price,
                        "limit": limits.browse(floor.limit.id),
                        "rank": table.rank_for(row, net, rank),
                    }
                )
        return breaches

    def _global_discount_share(self):
        """What remains of a price after the discounts on the whole quotation (1.0: all
        of it). They are lines with a price below zero; rewards are what the company
        gives and do not count."""
        lines = self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line.is_reward_line
            )
        )
        full = sum(line.price_subtotal for line in lines if line.price_subtotal > 0)
        less = sum(line.price_subtotal for line in lines if line.price_subtotal < 0)
        return max(0.0, (full + less) / full) if full and less else 1.0


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _is_price_limited(self):
        """Hook: whether the limits hold for the line. Not for text, rewards, down
        payments, costs that are passed on, parts of a combo, and lines of no quantity."""
        self.ensure_one()
        return bool(
            self.product_id
            and self.product_uom_qty > 0
            and self.price_unit >= 0
            and not self.display_type
            and not self.is_downpayment
            and not self.is_expense
            and not self.is_reward_line
            and not self.combo_item_id
            and self.product_type != "combo"
        )
