from odoo import api, fields, models
from odoo.fields import Command


class AccountMove(models.Model):
    """Credit notes that an RMA prepared."""

    _inherit = "account.move"

    rma_credit_ids = fields.One2many("crm.rma.credit", "move_id", string="RMA Credits")
    rma_count = fields.Integer(string="RMAs", compute="_compute_rma_count")

    @api.depends("rma_credit_ids")
    def _compute_rma_count(self):
        for move in self:
            move.rma_count = len(move.sudo()._rma_documents())

    def _rma_documents(self):
        """The RMAs that this document belongs to. Hook."""
        return self.rma_credit_ids.outcome_id.rma_id

    def action_view_rmas(self):
        """The RMAs whose units this document is about."""
        self.check_access("read")
        self.env["crm.rma"].check_access("read")
        rmas = self.sudo()._rma_documents()
        return rmas.with_env(self.env)._action_open()

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._rma_end_warranties()
        return posted

    def _rma_end_warranties(self):
        """What a posted credit note gave back is no longer covered."""
        for credit in self.sudo().rma_credit_ids:
            registration = credit.line_id.registration_id
            if registration and not registration.date_closed:
                note = credit.move_id
                registration._take_off(
                    credit.outcome_id.quantity,
                    {
                        "date_closed": note.invoice_date or note.date,
                        "close_kind": "refunded",
                        "refund_move_id": note.id,
                    },
                )

    # -------------------------------------------------------------------------
    # To the cent
    # -------------------------------------------------------------------------

    def _rma_settle_cents(self):
        """When an invoice is given back to the last unit, give back its last cent, too.

        Parts of an invoice are rounded one by one: three thirds of 100.00 are 99.99.
        """
        self.ensure_one()
        invoice = self.reversed_entry_id
        notes = invoice.reversal_move_ids.filtered(lambda m: m.state != "cancel")
        rows = notes.invoice_line_ids.filtered(lambda r: r.display_type == "product")
        fees = rows.filtered(lambda r: r.quantity < 0)
        if not self._rma_ends(invoice, rows - fees):
            return
        untaxed = invoice.amount_untaxed - sum((rows - fees).mapped("price_subtotal"))
        if not self.currency_id.is_zero(untaxed):
            self._rma_settle_untaxed(self.currency_id.round(untaxed))
        total = invoice.amount_total - sum(notes.mapped("amount_total"))
        total = self.currency_id.round(total + sum(fees.mapped("price_total")))
        if not self.currency_id.is_zero(total):
            self._rma_settle_tax(total)

    def _rma_ends(self, invoice, rows):
        """Whether ``rows`` of our credit notes give back the whole invoice."""
        given = {}
        for row in rows:
            origin = row.rma_invoice_line_id
            given[origin] = given.get(origin, 0.0) + row.quantity
        charged = invoice.invoice_line_ids.filtered(
            lambda r: r.display_type == "product" and r.quantity
        )
        return set(given) == set(charged) and all(
            row.product_uom_id.compare(given[row], row.quantity) == 0 for row in charged
        )

    def _rma_settle_untaxed(self, amount):
        """Give back ``amount`` more, taxed like the last line, on a line of its own."""
        last = self.invoice_line_ids.filtered("rma_invoice_line_id")[-1:]
        self.invoice_line_ids = [
            Command.create(
                {
                    "name": self.env._("Rounding difference"),
                    "quantity": 1.0,
                    "price_unit": amount,
                    "tax_ids": [Command.set(last.tax_ids.ids)],
                    "account_id": last.account_id.id,
                }
            )
        ]

    def _rma_settle_tax(self, amount):
        """Give back ``amount`` more of the tax; without a tax, untaxed."""
        taxes = self.line_ids.filtered(lambda r: r.display_type == "tax")
        largest = taxes.sorted(lambda r: abs(r.amount_currency))[-1:]
        if largest:
            total = largest.amount_currency + self.direction_sign * amount
            self.line_ids = [Command.update(largest.id, {"amount_currency": total})]
        else:
            self._rma_settle_untaxed(amount)
