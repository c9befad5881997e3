from odoo import models


class AccountPayment(models.Model):
    """Money of a customer is part of the customer's history."""

    _name = "account.payment"
    _inherit = ["crm.timeline.mixin", "account.payment"]

    def _timeline_is_shown(self):
        return self.partner_type == "customer"

    def action_post(self):
        result = super().action_post()
        shown = self.filtered(
            lambda p: p._timeline_is_shown() and p.state in ("in_process", "paid")
        )
        shown._timeline_project_received()
        return result

    def _timeline_project_received(self):
        """Project these payments: each once, however often it is posted."""
        rows = self.env["crm.interaction"]
        for event, payments in self.grouped(lambda p: p._timeline_event()).items():
            rows |= payments._timeline_project_once(
                event,
                {payment: payment._prepare_timeline_payment() for payment in payments},
            )
        return rows

    def _timeline_event(self):
        return "received" if self.payment_type == "inbound" else "refunded"

    def _prepare_timeline_payment(self):
        self.ensure_one()
        inbound = self.payment_type == "inbound"
        invoices = ", ".join(self.invoice_ids.filtered("name").mapped("name"))
        amount = self.currency_id.format(self.amount)
        return {
            "channel": "document",
            "direction": "in" if inbound else "out",
            "event_args": {"payment": self.name or amount},
            "preview": " · ".join(filter(None, [amount, invoices or self.memo])),
            "date": self._timeline_moment(self.date),
        }
