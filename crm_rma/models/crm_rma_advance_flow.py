from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import plaintext2html

from odoo.addons.crm_extension.tools.guard import guarded


class CrmRmaAdvance(models.Model):
    """Ship, settle, charge: each once, under the lock of the RMA."""

    _inherit = "crm.rma.advance"

    # -------------------------------------------------------------------------
    # Ship
    # -------------------------------------------------------------------------

    def _ship(self):
        """One transfer to the customer; a chosen serial, and goods without one, leave
        at once, else the warehouse picks."""
        self.ensure_one()
        rma, line = self.rma_id, self.line_id
        place = rma.warehouse_id._rma_advance_location()
        values = {**rma._prepare_replacement(), "location_dest_id": place.id}
        picking = self.env["stock.picking"].sudo().create(values)
        move = self.env["stock.move"].sudo()
        move = move.create(
            {
                **line._prepare_move(
                    picking.location_id,
                    place,
                    self.quantity,
                    picking_id=picking.id,
                    picking_type_id=picking.picking_type_id.id,
                ),
                "product_id": self.product_id.id,
                "product_uom": self.product_id.uom_id.id,
                "rma_advance_id": self.id,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        if self.lot_id:
            move.lot_ids = self.lot_id
        if move.product_uom.compare(move.quantity, move.product_uom_qty) < 0:
            if self.lot_id:
                raise UserError(
                    self.env._(
                        "Serial number %s is not in stock or is reserved for another "
                        "order.",
                        self.lot_id.name,
                    )
                )
            return
        if self.lot_id or self.product_id.tracking == "none":
            move.picked = True
            picking._action_done()

    def _shipped(self, move):
        """The good unit left with ``move``: the days run."""
        self.ensure_one()
        day = self.line_id._local_day(move.date)
        self.write(
            {
                "date_shipped": day,
                "date_due": fields.Date.add(day, days=self.days),
                "lot_id": move.move_line_ids.lot_id[:1].id,
            }
        )
        self.env["crm.rma.line"]._project_events([(self.line_id, "advance", self.id)])

    def action_cancel(self):
        """Give it up as long as the good unit is still here."""
        self.check_access("write")
        self.rma_id._begin("is_open")
        for advance in self:
            if advance.state == "cancel":
                continue
            if advance.state != "ready":
                raise UserError(
                    self.env._(
                        "%s: the good unit left already. It comes back with a return.",
                        advance.display_name,
                    )
                )
            advance._give_up()
        return True

    def _give_up(self):
        """Cancel the transfer of good units that are still here."""
        self.sudo().move_ids.picking_id.action_cancel()
        self.flush_recordset(["state"])  # frees the unique index at once

    # -------------------------------------------------------------------------
    # Settle: the faulty unit came
    # -------------------------------------------------------------------------

    def _settle(self):
        """The faulty unit came: the good one is the customer's, that one is ours.

        After the invoice was posted it is credited, less the wear.
        """
        for advance in self.sudo():
            late = advance.state == "charged"
            if advance.charge_id and not late:
                advance.charge_id.button_cancel()
            outcome = advance.env["crm.rma.outcome"].create(
                {
                    "line_id": advance.line_id.id,
                    "kind": "replace",
                    "quantity": advance.quantity,
                    "product_id": advance.product_id.id,
                    "lot_id": advance.lot_id.id,
                    "decided_by_id": self.env.uid,
                }
            )
            if late:
                outcome._take_over()
                advance.credit_id = advance._credit()
            else:
                move = advance._pass_title(
                    rma_line_id=advance.line_id.id,
                    rma_outcome_id=outcome.id,
                    warranty_replaced_id=advance.line_id.registration_id.id,
                )
                outcome._after_replaced(move)
            advance.outcome_id = outcome
            advance._drop_reminders()
        self.line_id._project_outcomes(self.outcome_id)

    def _pass_title(self, **values):
        """The good unit becomes the customer's: it leaves our books with its value."""
        self.ensure_one()
        sent = self.move_ids.filtered(lambda m: m._rma_is_advance())
        place = sent.location_dest_id
        customers = self.rma_id._customer_location()
        move = self.env["stock.move"].create(
            {
                **self.line_id._prepare_move(place, customers, self.quantity),
                "product_id": self.product_id.id,
                "product_uom": self.product_id.uom_id.id,
                "rma_line_id": False,
                "rma_advance_id": self.id,
                "partner_id": self.rma_id.partner_id.id,
                "picked": True,
                "move_orig_ids": [Command.set(sent.ids)],
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product_id.id,
                            "product_uom_id": self.product_id.uom_id.id,
                            "lot_id": part.lot_id.id,
                            "quantity": part.quantity,
                            "location_id": place.id,
                            "location_dest_id": customers.id,
                            "company_id": self.company_id.id,
                            "picked": True,
                        }
                    )
                    for part in sent.move_line_ids
                ],
                **values,
            }
        )
        move._action_done()
        return move

    # -------------------------------------------------------------------------
    # Charge: it did not come
    # -------------------------------------------------------------------------

    def _charge(self):
        """The draft invoice over the good unit, once."""
        self.ensure_one()
        serial = self.lot_id.name or ""
        self.charge_id = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company_id.id,
                "partner_id": self.rma_id.partner_id.id,
                "currency_id": self.currency_id.id,
                "invoice_origin": self.rma_id.name,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product_id.id,
                            "name": " ".join(
                                filter(None, [self.product_id.display_name, serial])
                            ),
                            "quantity": self.quantity,
                            "product_uom_id": self.product_id.uom_id.id,
                            "price_unit": self.price,
                        }
                    )
                ],
            }
        )
        self.env["crm.rma.line"]._project_events(
            [(self.line_id, "charge_back", self.id)]
        )

    def _credit(self):
        """The draft credit note of a posted charge-back, less the wear.

        Its lines name no product: the good unit stays with the customer, so its cost
        must not be reversed with the money.
        """
        self.ensure_one()
        invoice = self.charge_id
        part = (100 - self.wear_percent) / 100
        rows = invoice.invoice_line_ids.filtered(lambda r: r.display_type == "product")
        return self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "company_id": invoice.company_id.id,
                "reversed_entry_id": invoice.id,
                "partner_id": invoice.partner_id.id,
                "currency_id": invoice.currency_id.id,
                "journal_id": invoice.journal_id.id,
                "invoice_origin": invoice.invoice_origin,
                "ref": self.env._(
                    "Reversal of %(invoice)s, %(rma)s",
                    invoice=invoice.name,
                    rma=self.rma_id.name,
                ),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": row.name,
                            "quantity": row.quantity,
                            "price_unit": invoice.currency_id.round(
                                row.price_unit * part
                            ),
                            "discount": row.discount,
                            "tax_ids": [Command.set(row.tax_ids.ids)],
                            "account_id": row.account_id.id,
                        }
                    )
                    for row in rows
                ],
            }
        )

    @api.model
    def _cron_follow(self):
        """Remind, then charge what is over due and grace; again and again the same."""
        self._remind_due()
        for company, advances in self._to_charge().grouped("company_id").items():
            for advance in advances.with_company(company):
                advance._charge_late()
            if not self.env["ir.cron"]._commit_progress(len(advances)):
                break

    def _charge_late(self):
        """Charge the unit; why it failed is a to-do of whoever owns the RMA."""
        reason = self.env._("The log of the server says why.")
        with guarded(self.env, f"charge-back of {self.display_name}"):
            try:
                if self.rma_id._begin("is_open") and not self.charge_id:
                    self._charge()
            except UserError as error:
                reason = error.args[0]
                raise
            self._charge_todos().unlink()
            return
        if not self._charge_todos():
            owner = self._charge_owner()
            self.rma_id.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(self),
                summary=self._charge_summary(),
                note=plaintext2html(reason),
                user_id=owner.id,
            )

    def _charge_owner(self):
        return self.rma_id.user_id or self.env.ref("base.user_admin")

    def _charge_summary(self):
        env = self.with_context(lang=self._charge_owner().lang).env
        return env._(
            "Not charged: %s", self.lot_id.name or self.product_id.display_name
        )

    def _charge_todos(self):
        """The open to-dos that say that this unit could not be charged."""
        summary = self._charge_summary()
        return self.rma_id.activity_ids.filtered(lambda a: a.summary == summary)

    @api.model
    def _to_charge(self):
        today = fields.Date.context_today(self)
        late = self.search([("is_overdue", "=", True), ("charge_id", "=", False)])
        return late.filtered(
            lambda a: fields.Date.add(a.date_due, days=a.grace_days) < today
        )

    # -------------------------------------------------------------------------
    # Reminders
    # -------------------------------------------------------------------------

    def _remind_due(self):
        """Seven days before, on the day, seven days after: the last one that is due."""
        today = fields.Date.context_today(self)
        letters = []
        for advance in self.search([("state", "=", "out"), ("date_due", "!=", False)]):
            days = (today - advance.date_due).days
            due = [offset for offset in (-7, 0, 7) if days >= offset]
            if due and days <= due[-1] + 6:
                letters.append(advance._prepare_reminder(due[-1]))
        return self.env["crm.outbox"]._enqueue(letters) if letters else None

    def _prepare_reminder(self, offset):
        rma = self.rma_id
        template = self.env.ref("crm_rma.mail_template_rma_advance")
        return {
            "key": f"{self._name},{self.id}:{self.date_due}:{offset}",
            "channel": "email",
            "partner_id": (rma.contact_id or rma.partner_id).id,
            "mail_template_id": template.id,
            "res_model": self._name,
            "res_id": self.id,
            "company_id": self.company_id.id,
            "user_id": rma.user_id.id,
            "origin": "service",
            "purpose": "service",
        }

    def _drop_reminders(self):
        """What waits in the outbox is not sent any more."""
        letters = self.env["crm.outbox"].sudo()
        letters.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )._withdraw()
