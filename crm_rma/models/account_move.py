from odoo import models


class AccountMove(models.Model):
    """Invoices start warranties, credit notes end them."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._warranty_follow()
        return posted

    def button_draft(self):
        """What the credit note had ended holds again until it is posted."""
        result = super().button_draft()
        self._warranty_follow()
        return result

    def _warranty_follow(self):
        """The warranties of what these customer documents charge or give back."""
        terms = self.env["warranty.term"]
        moves = self.filtered(lambda m: m.move_type in ("out_invoice", "out_refund"))
        if not moves or not terms._any_term():
            return
        lines = moves.invoice_line_ids.sale_line_ids
        if lines:
            self.env["warranty.registration"].sudo()._follow_invoices(lines)
