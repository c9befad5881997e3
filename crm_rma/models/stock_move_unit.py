from odoo import api, models


class StockMove(models.Model):
    """Moves of customers' goods cost no more than they must."""

    _inherit = "stock.move"

    @api.model
    @api.private
    def _rma_create(self, vals_list):
        """Create moves of units that are with us; what lies where is asked once for
        all of them, as Odoo does it when moves are done.

        :param vals_list: with ``move_line_ids`` as create commands
        """
        lines = [line for vals in vals_list for _c, _i, line in vals["move_line_ids"]]
        env = self.env
        quants = env["stock.quant"].sudo()
        known = quants._get_quants_by_products_locations(
            env["product.product"].browse({line["product_id"] for line in lines}),
            env["stock.location"].browse({line["location_id"] for line in lines}),
            [("lot_id", "in", [False, *{line["lot_id"] for line in lines}])],
        )
        quants.union(*known.values()).fetch()
        # Odoo copies them to each new quant, and would read them one by one.
        lots = env["stock.lot"].browse({line["lot_id"] for line in lines} - {False})
        lots.sudo().fetch(["lot_properties"])
        return self.with_context(quants_cache=known).create(vals_list).with_env(env)

    def _update_orderpoints(self):
        """Customers' goods are no stock of ours: no reordering rule is concerned."""
        stock = self.filtered(lambda move: not move._rma_is_no_stock())
        return super(StockMove, stock)._update_orderpoints()

    def _rma_is_no_stock(self):
        """Whether the move carries customers' goods and touches no stock of ours."""
        source, destination = self.location_id, self.location_dest_id
        return (source.is_customer_goods or destination.is_customer_goods) and all(
            place.is_customer_goods or place.usage in ("customer", "supplier")
            for place in (source, destination)
        )
