from odoo import api, fields, models
from odoo.fields import Command


class CrmRma(models.Model):
    """Out of warranty, the customer is asked before anything is repaired.

    The quotation is an ordinary one: the parts planned in the repair order are its
    lines. The customer accepts or refuses it like any other, on paper, by phone or on
    the web; until then nothing is repaired, and the clock of the warranty stands still.
    """

    _inherit = "crm.rma"

    quote_ids = fields.Many2many(
        "sale.order", compute="_compute_quotes", string="Quotations"
    )
    quote_count = fields.Integer(compute="_compute_quotes")
    can_quote = fields.Boolean(compute="_compute_can_quote")
    can_answer_quote = fields.Boolean(compute="_compute_can_quote")

    @api.depends("line_ids.repair_ids.sale_order_id", "line_ids.fee_line_id")
    def _compute_quotes(self):
        for rma in self.sudo():
            lines = rma.line_ids
            orders = lines.repair_ids.sale_order_id | lines.fee_line_id.order_id
            rma.quote_ids = orders
            rma.quote_count = len(orders)

    @api.depends(
        "state",
        "line_ids.place",
        "line_ids.qty_undecided",
        "line_ids.warranty_status",
        "line_ids.is_goodwill",
        "line_ids.repair_ids.state",
        "line_ids.repair_ids.sale_order_id.state",
    )
    def _compute_can_quote(self):
        for rma in self:
            lines = rma.line_ids if rma.is_open else rma.line_ids.browse()
            rma.can_quote = any(line._can_quote() for line in lines)
            rma.can_answer_quote = any(line._asked_repairs() for line in lines)

    def action_quote(self):
        """Plan the repair of what is not covered, and make the quotation for it."""
        todo = self._begin("can_quote")
        if not todo:
            return self._nothing_to_do()
        lines = todo.line_ids.filtered(lambda line: line._can_quote())
        lines._decide("repair")
        return todo.action_view_quotes() if len(todo) == 1 else True

    def action_accept_quote(self):
        """The customer said yes, by phone or at the counter."""
        todo = self._begin("can_answer_quote")
        if not todo:
            return self._nothing_to_do()
        orders = todo.line_ids._asked_repairs().sale_order_id.sudo()
        orders.action_confirm()
        for rma in todo:
            rma._message_log(
                body=self.env._(
                    "%s noted that the customer accepts the quotation.",
                    self.env.user.name,
                )
            )
        return True

    def action_refuse_quote(self):
        """The customer said no: the units go home or are scrapped; a fee by policy."""
        todo = self._begin("can_answer_quote")
        if not todo:
            return self._nothing_to_do()
        orders = todo.line_ids._asked_repairs().sale_order_id.sudo()
        orders._action_cancel()
        for rma in todo:
            rma._message_log(
                body=self.env._(
                    "%s noted that the customer refuses the quotation.",
                    self.env.user.name,
                )
            )
        return True

    def action_view_quotes(self):
        """The quotations of these RMAs; who may not sell sees the repairs."""
        if not self.env["sale.order"].has_access("read"):
            return self.action_view_repairs()
        return self._action_documents("sale.action_quotations", "quote_ids")

    def _prepare_quote(self, repairs):
        """Values of the quotation for ``repairs`` of this RMA."""
        labour = self.company_id.sudo().rma_labour_product_id
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "warehouse_id": self.warehouse_id.id,
            "partner_shipping_id": (self.partner_shipping_id or self.partner_id).id,
            "origin": self.name,
            "repair_order_ids": [Command.set(repairs.ids)],
            "order_line": [
                Command.create(
                    {
                        "product_id": labour.id,
                        "name": f"{labour.display_name}\n{unit}",
                        "product_uom_qty": repair.product_qty,
                    }
                )
                for repair in repairs
                if labour
                for unit in [repair.lot_id.name or repair.product_id.display_name]
            ],
        }

    def _prepare_fee(self, lines):
        """Values of the order for the evaluation fee of ``lines``."""
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "warehouse_id": self.warehouse_id.id,
            "origin": self.name,
            "order_line": [
                Command.create(
                    {
                        "product_id": line._fee_product().id,
                        "name": f"{line._fee_product().display_name}\n{unit}",
                        "product_uom_qty": 1.0,
                    }
                )
                for line in lines
                for unit in [line.lot_id.name or line.product_id.display_name]
            ],
        }

    def _explain_quote(self):
        """What the customer was asked and has not answered."""
        orders = self.line_ids._asked_repairs().sudo().sale_order_id
        return self.env._(
            "The customer is asked first: quotation %s waits for the answer.",
            ", ".join(orders.mapped("name")),
        )


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    fee_line_id = fields.Many2one(
        "sale.order.line",
        string="Evaluation Fee",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What is charged for looking at the unit.",
    )

    def _needs_quote(self):
        """Whether the customer must be asked before this unit is repaired."""
        self.ensure_one()
        first = self.company_id.sudo().rma_quote_first
        return first and not self._is_covered() and not self._accepted_repairs()

    def _can_quote(self):
        return (
            self._can_decide()
            and self.place != "ready"
            and self._needs_quote()
            and not self._open_repairs()
        )

    def _asked_repairs(self):
        """Planned repairs whose quotation nobody answered."""
        return self._open_repairs().filtered(
            lambda r: r.state == "draft" and r.sale_order_id.state in ("draft", "sent")
        )

    def _accepted_repairs(self):
        """Planned repairs whose quotation was accepted; they can be started."""
        return self._open_repairs().filtered(
            lambda r: r.state == "draft" and r.sale_order_id.state == "sale"
        )

    def _running_repairs(self):
        """Repairs that were started."""
        return self._open_repairs().filtered(
            lambda r: r.state != "draft" or not r.sale_order_id
        )

    # -------------------------------------------------------------------------
    # The evaluation fee
    # -------------------------------------------------------------------------

    def _charge_evaluation(self):
        """A confirmed order for the fee, one per RMA, once per unit."""
        todo = self.sudo().filtered(
            lambda line: not line.fee_line_id and line._fee_product()
        )
        for rma, lines in todo.grouped("rma_id").items():
            order = self.env["sale.order"].sudo().create(rma._prepare_fee(lines))
            order.action_confirm()
            for line, row in zip(lines, order.order_line, strict=True):
                line.fee_line_id = row

    def _fee_product(self):
        """The fee of the company, unless labour is free for this unit."""
        if self._cover_of("labour"):
            return self.env["product.product"]
        return self.company_id.sudo().rma_fee_product_id
