from odoo import api, fields, models


class SaleOrderQuoteAgain(models.TransientModel):
    _name = "sale.order.quote.again"
    _description = "Quote Again"

    order_ids = fields.Many2many("sale.order", string="Old Orders", required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", compute="_compute_summary"
    )
    price_mode = fields.Selection(
        [
            ("keep", "Keep the old prices and discounts"),
            ("list", "Take the prices of today's pricelist"),
        ],
        string="Prices",
        required=True,
        default="keep",
    )
    line_count = fields.Integer(string="Lines", compute="_compute_summary")
    skipped = fields.Text(compute="_compute_summary")

    @api.depends("order_ids")
    def _compute_summary(self):
        """What will be quoted, and what is left out."""
        for wizard in self:
            orders = wizard.order_ids
            skipped = orders._quote_again_skipped()
            lines = orders.mapped(lambda order: order._quote_again_lines())
            wizard.partner_id = orders[:1].partner_id
            wizard.line_count = len(lines.filtered("product_id"))
            wizard.skipped = (
                orders._quote_again_skipped_text(skipped) if skipped else False
            )

    def action_quote_again(self):
        """Create the quotation and open it."""
        self.ensure_one()
        return self.order_ids.action_quote_again(self.price_mode)
