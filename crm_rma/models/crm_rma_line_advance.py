from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    advance_ids = fields.One2many("crm.rma.advance", "line_id")

    def _live_advances(self):
        return self.advance_ids.filtered(lambda a: a.state != "cancel")

    def _can_advance(self):
        """Before the faulty unit came, once."""
        return (
            self.place == "expected"
            and not self.qty_received
            and not self.sudo()._live_advances()
        )

    def _settle_advances(self):
        """Called when these units were received, as superuser."""
        for line in self:
            advances = line._live_advances()
            whole = line.product_uom_id.compare(line.qty_received, line.quantity) >= 0
            ready = advances.filtered(lambda a: a.state == "ready")
            if whole and ready:
                # It came before the good one left: decide as usual.
                ready._give_up()
            if whole:
                advances.filtered(lambda a: a.state in ("out", "charged"))._settle()

    def _cost_of_exchange(self):
        """A unit that was charged and given back to the customer was sent, too."""
        if "replace" not in self.outcome_ids.mapped("kind"):
            return super()._cost_of_exchange()
        given = self.advance_ids.filtered("outcome_id").move_ids.filtered(
            lambda m: (
                m.state == "done"
                and m.location_dest_id.usage == "customer"
                and not m.rma_outcome_id
            )
        )
        return super()._cost_of_exchange() + sum(abs(m.value) for m in given)

    def _agreed_price(self):
        """What one unit was sold for; its list price when nobody knows."""
        sale_line = self.sale_line_id.sudo()
        price = sale_line.price_unit * (1 - sale_line.discount / 100)
        return price or self.product_id.lst_price


class CrmRma(models.Model):
    """The form of an RMA whose customer got a good unit in advance."""

    _inherit = "crm.rma"

    advance_ids = fields.One2many(
        "crm.rma.advance", "rma_id", string="Advance Replacements"
    )
    can_advance = fields.Boolean(compute="_compute_can_advance")

    @api.depends("is_open", "line_ids.place", "advance_ids.state")
    def _compute_can_advance(self):
        for rma in self:
            lines = rma.line_ids if rma.is_open else rma.line_ids.browse()
            rma.can_advance = any(line._can_advance() for line in lines)

    @api.depends("advance_ids.state")
    def _compute_can_close(self):
        """What is ours and with the customer keeps the RMA open."""
        super()._compute_can_close()
        for rma in self.filtered("can_close"):
            rma.can_close = "out" not in rma.sudo().advance_ids.mapped("state")

    @api.depends("advance_ids.state", "advance_ids.date_due")
    def _compute_next_step(self):
        super()._compute_next_step()

    def _explain_expected(self):
        sentence = super()._explain_expected()
        live = self.sudo().advance_ids.filtered(lambda a: a.state in ("ready", "out"))
        told = [advance._explain() for advance in live.with_env(self.env).sudo()[:3]]
        return " ".join([*told, sentence])

    def action_advance(self):
        """Send a good unit before the faulty one came."""
        self.ensure_one()
        self.check_access("write")
        if not self.can_advance:
            return self._nothing_to_do()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ship First"),
            "res_model": "crm.rma.advance.send",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_id": self.id},
        }

    def action_cancel(self):
        self._check_no_advance()
        return super().action_cancel()

    def _refuse(self, reason, note=False):
        self._check_no_advance()
        return super()._refuse(reason, note)

    def _check_no_advance(self):
        """Cancelling would forget a unit of ours; one that is still here stays."""
        self.check_access("write")
        away = self.sudo().advance_ids.filtered(lambda a: a.state == "out")
        if away:
            raise UserError(
                self.env._(
                    "%s: a good unit was sent in advance. The faulty one must come, or "
                    "the good one is charged.",
                    ", ".join(away.rma_id.mapped("name")),
                )
            )
        ready = self.sudo().advance_ids.filtered(lambda a: a.state == "ready")
        ready._give_up()
