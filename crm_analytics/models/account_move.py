from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["crm.analytics.watched", "account.move"]

    _analytics_inputs = frozenset(
        (
            "state",
            "move_type",
            "company_id",
            "commercial_partner_id",
            "invoice_date",
            "invoice_user_id",
            "team_id",
            "source_id",
            "medium_id",
            "campaign_id",
        )
    )

    # The figures of one customer: without it every partner form scans all invoices.
    _customer_report_idx = models.Index(
        "(commercial_partner_id, invoice_date) WHERE state = 'posted'"
        " AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )
