from odoo import models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["crm.analytics.watched", "sale.order.line"]

    _analytics_inputs = frozenset(
        (
            "order_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "price_unit",
            "price_subtotal",
            "discount",
            "display_type",
            "purchase_price",
            "margin",
        )
    )
