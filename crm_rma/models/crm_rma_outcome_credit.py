from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.credit import Charged, open_quantities, spread


class CrmRmaOutcome(models.Model):
    """Money back: from the invoices that charged the units, to the cent.

    The oldest invoice first, and never more than it charged and was not credited yet.
    Price, discount, taxes, currency and its rate are those of the invoice. The credit
    note is a draft: an accountant posts it. The goods become ours in the same moment,
    counted as returned on the order line, so that it is not invoiced again.
    """

    _inherit = "crm.rma.outcome"

    fee_percent = fields.Float(
        string="Restocking Fee (%)",
        help="Kept back from what is given back, as a line of its own.",
    )
    qty_not_invoiced = fields.Float(
        string="Not Invoiced",
        readonly=True,
        digits="Product Unit",
        help="Taken back before an invoice charged it, in the unit of the order line: "
        "there is nothing to give back, and the order does not charge it any more.",
    )
    credit_ids = fields.One2many("crm.rma.credit", "outcome_id", string="Credits")

    _fee_percent_valid = models.Constraint(
        "CHECK(fee_percent >= 0 AND fee_percent <= 100)",
        "A restocking fee is a percentage from 0 to 100.",
    )

    def _carry_out_credit(self):
        sale_lines = self._credited_sale_lines().sudo()
        sale_lines.sorted("id").lock_for_update(allow_referencing=True)
        free = {line: line._qty_not_invoiced() for line in sale_lines}
        self._take_over(to_refund=True)
        shares = self._spread_credits(free)
        self._create_credit_notes(shares)
        self._end_uninvoiced_warranties()

    def _credited_sale_lines(self):
        """The order lines the units were sold with.

        :raise UserError: nobody knows how a unit was sold, or to whom
        """
        for outcome in self:
            line = outcome.line_id
            if not line.sale_line_id:
                raise UserError(
                    self.env._(
                        "%s: no sales order is known, so nothing can be credited. Find "
                        "the sale first.",
                        line.display_name,
                    )
                )
            buyer = line.sudo().sale_order_id.partner_id.commercial_partner_id
            if buyer != line.partner_id:
                raise UserError(
                    self.env._(
                        "%s was sold to somebody else: money goes back to the buyer only.",
                        line.display_name,
                    )
                )
        return self.line_id.sale_line_id

    # -------------------------------------------------------------------------
    # From which invoice
    # -------------------------------------------------------------------------

    def _spread_credits(self, free):
        """Which quantity of which invoice line each outcome gives back.

        What was delivered and is on no invoice yet is taken last: nothing was paid
        for it.

        :param free: ``{sale.order.line: quantity}`` that is on no invoice
        :return: ``{outcome: [(account.move.line, quantity)]}``, quantities in the unit
            of the invoice line
        :raise UserError: more than was invoiced and not credited yet
        """
        shares = {}
        for sale_line, outcomes in self.grouped(
            lambda o: o.line_id.sale_line_id
        ).items():
            sale_line = sale_line.sudo()
            left, lines = self._open_invoice_lines(sale_line)
            uom = sale_line.product_uom_id
            for outcome in outcomes:
                wanted = outcome.line_id.product_uom_id._compute_quantity(
                    outcome.quantity, uom, round=False
                )
                found = spread(left, wanted, uom.rounding)
                rest = uom.round(wanted - sum(s.quantity for s in found))
                if uom.compare(rest, free[sale_line]) > 0:
                    raise UserError(
                        outcome._explain_not_invoiced(
                            sum(left.values()) + free[sale_line]
                        )
                    )
                if uom.compare(rest, 0) > 0:
                    outcome.qty_not_invoiced = rest
                    sale_line.qty_rma_unpaid += rest
                    free[sale_line] -= rest
                for share in found:
                    left[share.key] = uom.round(left[share.key] - share.quantity)
                shares[outcome] = [
                    (
                        lines[share.key],
                        uom._compute_quantity(
                            share.quantity, lines[share.key].product_uom_id, round=False
                        ),
                    )
                    for share in found
                ]
        return shares

    def _explain_not_invoiced(self, left):
        sale_line = self.line_id.sale_line_id.sudo()
        return self.env._(
            "%(unit)s: only %(left)s %(uom)s of order %(order)s can be given back. The "
            "rest was credited already, or its invoice is still a draft.",
            unit=self.line_id.display_name,
            left=f"{left:g}",
            uom=sale_line.product_uom_id.name,
            order=sale_line.order_id.name,
        )

    def _open_invoice_lines(self, sale_line):
        """What the posted invoices of an order line still charge.

        :return: ``({line id: quantity}, {line id: account.move.line})``, the oldest
            first, quantities in the unit of the order line
        """
        rows = sale_line.invoice_lines
        charged = rows.filtered(
            lambda r: (
                r.move_id.move_type == "out_invoice" and r.parent_state == "posted"
            )
        ).sorted(lambda r: (r.move_id.invoice_date or r.date, r.move_id.id, r.id))
        notes = rows.filtered(
            lambda r: r.move_id.move_type == "out_refund" and r.parent_state != "cancel"
        )
        credited, floating = self._credited(sale_line, charged, notes)
        uom = sale_line.product_uom_id
        left = open_quantities(
            [
                Charged(r.id, self._in_uom(r, uom), credited.get(r.id, 0.0))
                for r in charged
                if r.quantity > 0
            ],
            floating,
            uom.rounding,
        )
        return left, {row.id: row for row in charged}

    def _credited(self, sale_line, charged, notes):
        """What credit notes gave back already, ours and those made by hand.

        :return: ``({invoice line id: quantity}, quantity without an invoice)``
        """
        uom, floating = sale_line.product_uom_id, 0.0
        credited = defaultdict(float)
        ours = self.env["crm.rma.credit"].sudo()
        ours = ours.search([("credit_line_id", "in", notes.ids)]).credit_line_id
        for credit in ours.rma_credit_ids:
            line = credit.invoice_line_id
            credited[line.id] += line.product_uom_id._compute_quantity(
                credit.quantity, uom, round=False
            )
        for note in notes - ours:
            quantity = self._in_uom(note, uom)
            origin = note.move_id.reversed_entry_id
            for row in charged.filtered(lambda r, o=origin: r.move_id == o):
                taken = min(
                    max(self._in_uom(row, uom) - credited[row.id], 0.0), quantity
                )
                credited[row.id] += taken
                quantity -= taken
            floating += quantity
        return credited, floating

    def _in_uom(self, row, uom):
        return row.product_uom_id._compute_quantity(row.quantity, uom, round=False)

    # -------------------------------------------------------------------------
    # The credit notes
    # -------------------------------------------------------------------------

    def _create_credit_notes(self, shares):
        """One draft per invoice, one line per invoice line, for all outcomes."""
        by_line = defaultdict(list)
        for outcome, parts in shares.items():
            for row, quantity in parts:
                by_line[row].append((outcome, quantity))
        rows = self.env["account.move.line"].sudo().union(*by_line)
        notes = self.env["account.move"].sudo()
        notes = notes.create(
            [
                self._prepare_credit_note(
                    invoice, {row: by_line[row] for row in charged}
                )
                for invoice, charged in rows.grouped("move_id").items()
            ]
        )
        self._link_credits(notes, by_line)
        for note in notes:
            note._rma_settle_cents()
        return notes

    def _prepare_credit_note(self, invoice, parts_of):
        """Values of the draft that gives back what ``invoice`` charged.

        :param parts_of: ``{account.move.line: [(outcome, quantity)]}``
        """
        parts = [(row, *part) for row, found in parts_of.items() for part in found]
        numbers = sorted({outcome.rma_id.name for _row, outcome, _quantity in parts})
        lines = [self._prepare_credit_line(row, part) for row, part in parts_of.items()]
        return {
            "move_type": "out_refund",
            "company_id": invoice.company_id.id,
            "reversed_entry_id": invoice.id,
            "partner_id": invoice.partner_id.id,
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "currency_id": invoice.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "invoice_currency_rate": invoice.invoice_currency_rate,
            "journal_id": invoice.journal_id.id,
            "invoice_cash_rounding_id": invoice.invoice_cash_rounding_id.id,
            "invoice_user_id": invoice.invoice_user_id.id,
            "team_id": invoice.team_id.id,
            "invoice_origin": invoice.invoice_origin,
            "ref": self.env._(
                "Reversal of %(invoice)s, %(rma)s",
                invoice=invoice.name,
                rma=", ".join(numbers),
            ),
            "invoice_line_ids": [
                Command.create(line) for line in lines + self._prepare_fees(parts)
            ],
        }

    def _prepare_credit_line(self, row, parts):
        """What was charged is given back as it was charged."""
        return {
            "product_id": row.product_id.id,
            "name": row.name,
            "product_uom_id": row.product_uom_id.id,
            "quantity": sum(quantity for _outcome, quantity in parts),
            "price_unit": row.price_unit,
            "discount": row.discount,
            "tax_ids": [Command.set(row.tax_ids.ids)],
            "account_id": row.account_id.id,
            "analytic_distribution": row.analytic_distribution,
            "sale_line_ids": [Command.set(row.sale_line_ids.ids)],
            "rma_invoice_line_id": row.id,
        }

    def _prepare_fees(self, parts):
        """The restocking fees of one credit note: a line per percentage."""
        base = defaultdict(float)
        for row, outcome, quantity in parts:
            if outcome.fee_percent and row.quantity:
                base[outcome.fee_percent] += (
                    row.price_subtotal * quantity / row.quantity
                )
        if not base:
            return []
        invoice = parts[0][0].move_id
        product = invoice.company_id.rma_restocking_product_id
        if not product:
            raise UserError(
                self.env._(
                    "Choose the product for restocking fees in the settings first."
                )
            )
        taxes = product.taxes_id.filtered_domain(
            self.env["account.tax"]._check_company_domain(invoice.company_id)
        )
        return [
            {
                "product_id": product.id,
                "name": f"{product.display_name} ({percent:g} %)",
                "quantity": -1.0,
                "price_unit": invoice.currency_id.round(amount * percent / 100),
                "tax_ids": [Command.set(invoice.fiscal_position_id.map_tax(taxes).ids)],
            }
            for percent, amount in base.items()
        ]

    def _link_credits(self, notes, by_line):
        """Remember which unit was given back with which line."""
        credit_lines = {
            line.rma_invoice_line_id: line
            for line in notes.invoice_line_ids
            if line.rma_invoice_line_id
        }
        self.env["crm.rma.credit"].sudo().create(
            [
                {
                    "outcome_id": outcome.id,
                    "sale_line_id": outcome.line_id.sale_line_id.id,
                    "invoice_line_id": row.id,
                    "credit_line_id": credit_lines[row].id,
                    "quantity": quantity,
                }
                for row, parts in by_line.items()
                for outcome, quantity in parts
            ]
        )

    def _end_uninvoiced_warranties(self):
        """What nobody will be charged for is no longer covered, from today.

        (For the rest the posted credit note says so.)
        """
        for outcome in self.filtered("qty_not_invoiced"):
            line = outcome.line_id
            registration = line.registration_id
            if registration and not registration.date_closed:
                uom = line.sale_line_id.product_uom_id
                registration._take_off(
                    uom._compute_quantity(
                        outcome.qty_not_invoiced, line.product_uom_id, round=False
                    ),
                    {
                        "date_closed": line._today(),
                        "close_kind": "returned",
                        "return_move_id": outcome.move_ids[-1:].id,
                    },
                )

    def _prepare_leaving(self, destination):
        """Credited goods count as returned on their order line."""
        values = super()._prepare_leaving(destination)
        if self.kind == "credit":
            values["sale_line_id"] = self.line_id.sale_line_id.id
        return values
