from odoo import api, models


class CrmQuote(models.AbstractModel):
    """The lowest price of each row, and who may go below it."""

    _inherit = "crm.quote"

    @api.model
    def _quote_floors(self, order, wanted, nets, prices):
        """Floors of rows, one batch for all.

        :param wanted: list of ``(product, unit, quantity)``
        :param nets: for each row its price after the discount, None: the pricelist's
        :param prices: of ``sale.order._list_prices(wanted)``
        :return: for each row False (nothing binds), or dict ``price`` (False where it
            would tell a cost), ``below`` (at the price of the row) and ``text`` (who
            may give that price)
        """
        limits = order._price_limits()
        rank = limits._rank(self.env.user)
        if not limits:
            return [False] * len(wanted)
        table = order._limit_table(limits, wanted, list_prices=prices)
        approvers, floors = {}, []
        for n, net in enumerate(nets):
            floor = table.floor(n, rank)
            if not floor:
                floors.append(False)
                continue
            if net is None:
                price, discount = prices[n]
                net = price * (1 - discount / 100)
            limit = limits.browse(floor.limit.id)
            least = table.rank_for(n, min(net, floor.price - 1), rank)
            if (limit, least) not in approvers:
                breach = {"limit": limit, "rank": least}
                approvers[limit, least] = order._find_approver([breach])
            floors.append(
                {
                    "price": order._tells_floor(limit) and floor.price,
                    "below": table.is_below(n, net, rank),
                    "text": self._quote_floor_text(
                        order, limit, floor, approvers[limit, least]
                    ),
                }
            )
        return floors

    @api.model
    def _quote_floor_text(self, order, limit, floor, approver):
        """What a row below its floor says."""
        values = {
            "floor": order.currency_id.format(floor.price),
            "approver": approver.sudo().name,
        }
        if not order._tells_floor(limit):
            if not approver:
                return self.env._("below the floor: nobody may approve")
            return self.env._("below the floor: %(approver)s may approve", **values)
        if not approver:
            return self.env._("below %(floor)s: nobody may approve", **values)
        return self.env._("below %(floor)s: %(approver)s may approve", **values)
