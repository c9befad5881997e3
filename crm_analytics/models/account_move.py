from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    # The figures of one customer: without it every partner form scans all invoices.
    _customer_report_idx = models.Index(
        "(commercial_partner_id, invoice_date) WHERE state = 'posted'"
        " AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )
