from odoo import api, fields, models


class CrmRmaCredit(models.Model):
    """Which part of which invoice line the credit of some units comes from.

    One row per outcome and invoice line. The rows of an invoice line never give back
    more than it charged; a cancelled credit note gives its quantity free again.
    """

    _name = "crm.rma.credit"
    _description = "RMA Credit"
    _order = "outcome_id, id"
    _rec_names_search = ["outcome_id.line_id.rma_id.name", "move_id.name"]
    _check_company_auto = True

    outcome_id = fields.Many2one(
        "crm.rma.outcome", required=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(related="outcome_id.line_id", string="RMA Unit")
    company_id = fields.Many2one(
        related="outcome_id.company_id", store=True, index=True
    )
    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sales Order Line",
        required=True,
        index=True,
        ondelete="restrict",
    )
    invoice_line_id = fields.Many2one(
        "account.move.line",
        required=True,
        index=True,
        ondelete="restrict",
    )
    credit_line_id = fields.Many2one(
        "account.move.line",
        string="Credit Note Line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(
        related="credit_line_id.move_id", string="Credit Note", store=True, index=True
    )
    quantity = fields.Float(
        digits="Product Unit", required=True, help="In the unit of the invoice line."
    )
    product_uom_id = fields.Many2one(related="invoice_line_id.product_uom_id")
    currency_id = fields.Many2one(related="invoice_line_id.currency_id")
    amount = fields.Monetary(
        string="Untaxed Amount",
        compute="_compute_amount",
        help="Its share of the line of the credit note.",
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "A credit needs a quantity."
    )
    _outcome_uniq = models.UniqueIndex(
        "(outcome_id, invoice_line_id)",
        "This unit was credited from this invoice already.",
    )

    @api.depends("outcome_id", "move_id")
    def _compute_display_name(self):
        for credit in self:
            note = credit.sudo().move_id.display_name or ""
            credit.display_name = f"{credit.line_id.display_name}: {note}"

    @api.depends("quantity", "credit_line_id.price_subtotal", "credit_line_id.quantity")
    def _compute_amount(self):
        for credit in self:
            line = credit.credit_line_id
            part = credit.quantity / line.quantity if line.quantity else 0.0
            credit.amount = credit.currency_id.round(line.price_subtotal * part)
