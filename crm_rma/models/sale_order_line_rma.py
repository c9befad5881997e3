from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """Units that were taken back against a credit note are not invoiced again."""

    _inherit = "sale.order.line"

    rma_credit_ids = fields.One2many(
        "crm.rma.credit", "sale_line_id", string="RMA Credits"
    )
    qty_rma_unpaid = fields.Float(
        string="Taken Back Uninvoiced",
        readonly=True,
        copy=False,
        digits="Product Unit",
        help="Taken back by RMAs before it was invoiced, in the unit of this line.",
    )
    qty_rma_credited = fields.Float(
        string="Credited by RMA",
        compute="_compute_qty_rma_credited",
        compute_sudo=True,
        store=True,
        digits="Product Unit",
        help="What credit notes of RMAs give back, or what was taken back before it was "
        "invoiced, in the unit of this line. The order does not offer it for invoicing "
        "again.",
    )

    @api.depends(
        "qty_rma_unpaid",
        "rma_credit_ids.quantity",
        "rma_credit_ids.credit_line_id.parent_state",
    )
    def _compute_qty_rma_credited(self):
        for line in self:
            credits = line.rma_credit_ids.filtered(
                lambda c: c.credit_line_id.parent_state != "cancel"
            )
            line.qty_rma_credited = line.qty_rma_unpaid + sum(
                credit.product_uom_id._compute_quantity(
                    credit.quantity, line.product_uom_id, round=False
                )
                for credit in credits
            )

    def _qty_not_invoiced(self):
        """What is with the customer and on no invoice, a draft included."""
        self.ensure_one()
        return max(self.qty_delivered - self.qty_invoiced, 0.0)

    def _is_credited_order(self):
        """Whether the ordered quantity was given back, or taken back unpaid."""
        return (
            self.state == "sale"
            and self.product_id.invoice_policy == "order"
            and bool(self.qty_rma_credited)
        )

    @api.depends("qty_rma_credited")
    def _compute_qty_to_invoice(self):
        super()._compute_qty_to_invoice()
        for line in self.filtered(lambda line: line._is_credited_order()):
            left = line.product_uom_qty - line.qty_invoiced - line.qty_rma_credited
            line.qty_to_invoice = max(left, min(line.qty_to_invoice, 0.0))

    @api.depends("qty_rma_credited")
    def _compute_untaxed_amount_to_invoice(self):
        super()._compute_untaxed_amount_to_invoice()
        for line in self.filtered(lambda line: line._is_credited_order()):
            unit = (
                line.price_subtotal / line.product_uom_qty
                if line.product_uom_qty
                else 0
            )
            line.untaxed_amount_to_invoice = line.currency_id.round(
                unit * max(line.qty_to_invoice, 0.0)
            )

    def _get_outgoing_incoming_moves(self, strict=True):
        """Goods that are credited come back from the place of customers' goods.

        Odoo counts what comes straight from the customer; ours were looked at first.
        """
        outgoing, incoming = super()._get_outgoing_incoming_moves(strict=strict)
        taken = self.move_ids.filtered(
            lambda m: (
                m.to_refund
                and m.state != "cancel"
                and m.rma_outcome_id
                and m.location_id.is_customer_goods
            )
        )
        return outgoing, incoming | taken
