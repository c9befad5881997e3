from odoo import api, models


class CrmQuote(models.AbstractModel):
    """The stock beside each row of a fast quotation."""

    _inherit = "crm.quote"

    @api.model
    def _quote_columns(self, order):
        return [
            *super()._quote_columns(order),
            {
                "name": "stock",
                "label": self.env._("Stock"),
                "title": self.env._(
                    "Free to promise in %(warehouse)s, in the unit of the row",
                    warehouse=order.warehouse_id.sudo().name,
                ),
                "warns": True,
            },
        ]

    @api.model
    def _quote_more_facts(self, order, wanted):
        """Free quantity of goods that are kept in stock; False for all others.

        sudo: whoever sells may know how many there are, as on the lines of the order
        """
        facts = super()._quote_more_facts(order, wanted)
        products = self.env["product.product"].sudo()
        products = products.union(*(row[0].sudo() for row in wanted))
        stored = products.filtered("is_storable").with_context(
            warehouse_id=order.warehouse_id.id
        )
        free = {product.id: product.free_qty for product in stored}
        for fact, (product, unit, _quantity) in zip(facts, wanted, strict=True):
            known = free.get(product.id)
            fact["stock"] = (
                known is not None
                and product.sudo().uom_id._compute_quantity(
                    known, unit.sudo(), round=False
                )
            )
        return facts
