from odoo import models


class StockMove(models.Model):
    """Parts planned at the bench are lines of the quotation.

    The technician plans them without any right to sell.
    """

    _inherit = "stock.move"

    def _create_repair_sale_order_line(self):
        ours = self.filtered(lambda m: m.repair_id.rma_line_id)
        super(StockMove, ours.sudo())._create_repair_sale_order_line()
        return super(StockMove, self - ours)._create_repair_sale_order_line()

    def _update_repair_sale_order_line(self):
        ours = self.filtered(lambda m: m.repair_id.rma_line_id)
        super(StockMove, ours.sudo())._update_repair_sale_order_line()
        return super(StockMove, self - ours)._update_repair_sale_order_line()

    def _clean_repair_sale_order_line(self):
        ours = self.filtered(lambda m: m.repair_id.rma_line_id)
        super(StockMove, ours.sudo())._clean_repair_sale_order_line()
        return super(StockMove, self - ours)._clean_repair_sale_order_line()
