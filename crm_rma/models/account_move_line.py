from odoo import api, fields, models


class AccountMoveLine(models.Model):
    """A line of a credit note knows the invoice line it gives back."""

    _inherit = "account.move.line"

    rma_invoice_line_id = fields.Many2one(
        "account.move.line",
        string="Gives Back Invoice Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    rma_credit_ids = fields.One2many(
        "crm.rma.credit", "credit_line_id", string="RMA Credits"
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_rma_credits(self):
        """A draft that is deleted gives its quantity free again."""
        self.sudo().rma_credit_ids.unlink()
