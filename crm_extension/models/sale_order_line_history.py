from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Past prices beside each line of a quotation."""

    _inherit = "sale.order.line"

    # The newest lines of one product to one customer, those that were sold before those
    # that were quoted, without sorting all of them
    _crm_price_idx = models.Index(
        "(order_partner_id, product_id, (state = 'sale') DESC, id DESC)"
        " WHERE display_type IS NULL"
    )

    price_history = fields.Json(
        string="Last Price",
        compute="_compute_price_history",
        exportable=False,
        help="The last price to this customer and its trend. Point at it for the last "
        "ten sales and quotations.",
    )

    @api.depends(
        "product_id", "product_uom_id", "order_id.partner_id", "order_id.currency_id"
    )
    def _compute_price_history(self):
        """The question only: the screen asks ``crm.price.history`` for all lines at
        once after the form is shown, so that neither reading nor typing waits for it.
        """
        for line in self:
            order, product = line.order_id, line.product_id
            line.price_history = bool(order.partner_id and product) and {
                "partner_id": order.partner_id._origin.id,
                "order_id": order._origin.id,
                "currency_id": order.currency_id._origin.id,
                "product_id": product._origin.id,
                "uom_id": line.product_uom_id._origin.id,
            }


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # The same for what was invoiced
    _crm_price_idx = models.Index(
        "(partner_id, product_id, id DESC)"
        " WHERE display_type = 'product' AND product_id IS NOT NULL"
    )
