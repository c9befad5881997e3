from odoo import models


class AccountMove(models.Model):
    """Customer invoices and credit notes are part of the customer's history."""

    _name = "account.move"
    _inherit = ["crm.timeline.mixin", "account.move"]

    def _timeline_is_shown(self):
        return self.is_sale_document(include_receipts=True)

    def _post(self, soft=True):
        posted = super()._post(soft)
        shown = posted.filtered(lambda move: move._timeline_is_shown())
        shown._timeline_project_posted()
        return posted

    def _invoice_paid_hook(self):
        """An invoice that a bank statement settles has no payment that tells it."""
        result = super()._invoice_paid_hook()
        settled = self.filtered(lambda move: move._timeline_is_settled())
        settled._timeline_project_paid()
        return result

    def _timeline_project_paid(self):
        return self._timeline_project_once(
            "paid",
            {
                move: {
                    **move._prepare_timeline_invoice("in"),
                    "date": move._timeline_moment(move._timeline_paid_on()),
                }
                for move in self
            },
        )

    def _timeline_paid_on(self):
        """The day of the last statement that settled the invoice."""
        return max(self.sudo()._get_reconciled_amls().mapped("date"), default=None)

    def _timeline_is_settled(self):
        """Whether the customer paid and no payment of the books tells it."""
        self.ensure_one()
        return (
            self.move_type in ("out_invoice", "out_receipt")
            and self.payment_state in ("paid", "in_payment")
            and not self.currency_id.is_zero(self.amount_total)
            and not self.sudo()._get_reconciled_payments()
        )

    def _timeline_project_posted(self):
        """Project these posted documents: each once, however often it is posted."""
        rows = self.env["crm.interaction"]
        for event, moves in self.grouped(lambda m: m._timeline_posted_event()).items():
            rows |= moves._timeline_project_once(
                event, {move: move._prepare_timeline_posted() for move in moves}
            )
        return rows

    def _timeline_posted_event(self):
        return "credited" if self.move_type == "out_refund" else "posted"

    def _prepare_timeline_posted(self):
        self.ensure_one()
        vals = self._prepare_timeline_invoice("out")
        return {**vals, "date": self._timeline_moment(self.invoice_date)}

    def _prepare_timeline_invoice(self, direction):
        self.ensure_one()
        return {
            "channel": "document",
            "direction": direction,
            "event_args": {"invoice": self.name},
            "preview": self._timeline_summary(),
        }

    def _timeline_summary(self):
        """Total and products of the invoice as one line of text."""
        self.ensure_one()
        products = self.invoice_line_ids.product_id
        names = ", ".join(product.name for product in products[:4])
        total = self.currency_id.format(self.amount_total)
        more = " …" if len(products) > 4 else ""
        return f"{total} · {names}{more}" if names else total
