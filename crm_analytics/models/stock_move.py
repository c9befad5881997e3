from odoo import models


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["crm.analytics.watched", "stock.move"]

    _analytics_inputs = frozenset(
        (
            "state",
            "company_id",
            "date",
            "location_id",
            "location_dest_id",
            "product_id",
            "product_uom",
            "quantity",
            "sale_line_id",
        )
    )
