from odoo import api, models
from odoo.fields import Domain


class WarrantyRegistration(models.Model):
    """What invoices and credit notes mean for the warranties of an order line.

    A full refund ends them: in quantity and in money nothing is charged any more.
    A correction (credit note and new invoice) revives them.
    """

    _inherit = "warranty.registration"

    @api.model
    def _follow_invoices(self, lines):
        """Look at what is charged for some order lines now.

        :param lines: ``sale.order.line``
        """
        registrations = self.search(
            Domain("move_id.sale_line_id", "in", lines.ids)
            & (
                Domain("date_closed", "=", False)
                | Domain("close_kind", "=", "refunded")
            )
        )
        for line, found in registrations.grouped("sale_line_id").items():
            notes = self._posted(line, "out_refund")
            if self._is_refunded(line, notes):
                found._refund(notes.move_id)
            else:
                found.filtered("date_closed")._reopen()
            found._start_invoiced(self._posted(line, "out_invoice").move_id)

    @api.model
    def _posted(self, line, move_type):
        return line.invoice_lines.filtered(
            lambda row: row.parent_state == "posted" and row.move_type == move_type
        )

    @api.model
    def _is_refunded(self, line, notes):
        """Whether everything that was charged for the line was given back."""
        uom, currency = line.product_uom_id, line.currency_id
        return (
            bool(notes)
            and uom.compare(line.qty_invoiced_posted, 0) <= 0
            and currency.compare_amounts(line.untaxed_amount_invoiced, 0) <= 0
        )

    def _refund(self, notes):
        """The money was paid back: the warranty ends with the last credit note."""
        last = notes.sorted(lambda m: (m.invoice_date or m.date, m.id))[-1:]
        ended = self.filtered(lambda r: not r.date_closed)
        ended.write(
            {
                "date_closed": last.invoice_date or last.date,
                "close_kind": "refunded",
                "refund_move_id": last.id,
            }
        )
        ended._touch()

    def _start_invoiced(self, invoices):
        """The first invoice starts what begins with the invoice."""
        if not invoices:
            return
        first = min(invoice.invoice_date or invoice.date for invoice in invoices)
        waiting = self.filtered(
            lambda r: (
                not r.date_invoiced
                and "invoice" in (r.start_basis, r.statutory_id.start_basis)
            )
        )
        waiting.write({"date_invoiced": first})
