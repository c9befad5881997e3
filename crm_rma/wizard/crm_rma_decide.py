from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CrmRmaDecide(models.TransientModel):
    """Decide about all units of an RMA in one screen.

    One row per unit; a second row of the same unit is its second outcome. What has to
    be known once (consent, fee, reason) is said once for all rows.
    """

    _name = "crm.rma.decide"
    _description = "Decide about Returned Units"

    rma_id = fields.Many2one("crm.rma", string="RMA", required=True, readonly=True)
    company_id = fields.Many2one(related="rma_id.company_id")
    line_ids = fields.One2many("crm.rma.decide.line", "decide_id", string="Units")
    kind = fields.Selection(
        selection="_selection_kind",
        string="Decide for All",
        store=False,
        help="Fills in all rows; each row can still be changed.",
    )
    has_scrap = fields.Boolean(compute="_compute_has")
    has_credit = fields.Boolean(compute="_compute_has")
    consent_by = fields.Char(help="Who of the customer agreed that it is destroyed.")
    consent_date = fields.Date(default=fields.Date.context_today)
    fee_percent = fields.Float(string="Restocking Fee (%)")
    reason_id = fields.Many2one(
        "crm.rma.reason",
        domain="[('kind', '=', 'outcome')]",
    )
    note = fields.Text()

    @api.model
    def _selection_kind(self):
        offered = self.env["crm.rma.outcome"]._kinds_offered()
        kinds = self.env["crm.rma.outcome"]._fields["kind"]
        labels = dict(kinds._description_selection(self.env))
        return [(kind, labels[kind]) for kind in offered]

    @api.depends("line_ids.kind")
    def _compute_has(self):
        for decide in self:
            kinds = decide.line_ids.mapped("kind")
            decide.has_scrap = "scrap" in kinds
            decide.has_credit = "credit" in kinds

    @api.model
    def default_get(self, fields):
        """One row for each unit that waits for a decision."""
        values = super().default_get(fields)
        rma = self.env["crm.rma"].browse(values.get("rma_id"))
        if "line_ids" in fields and rma:
            rma.check_access("read")
            values["line_ids"] = [
                Command.create({"line_id": line.id, "quantity": line.qty_undecided})
                for line in rma.line_ids
                if line._can_decide()
            ]
        return values

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind:
            self.line_ids.kind = self.kind

    def action_decide(self):
        """Carry out what was decided; rows without a decision wait."""
        self.ensure_one()
        rows = self.line_ids.filtered("kind")
        if not rows:
            raise UserError(self.env._("Decide about one unit at least."))
        if strangers := rows.line_id - self.rma_id.line_ids:
            raise UserError(
                self.env._(
                    "%s does not belong to this RMA.",
                    ", ".join(strangers.mapped("display_name")),
                )
            )
        if not self.rma_id._begin("is_open"):
            return self.rma_id._nothing_to_do()
        self.env["crm.rma.outcome"]._decide([row._prepare_outcome() for row in rows])
        return {"type": "ir.actions.act_window_close"}


class CrmRmaDecideLine(models.TransientModel):
    _name = "crm.rma.decide.line"
    _description = "Decide about a Returned Unit"

    decide_id = fields.Many2one("crm.rma.decide", required=True, ondelete="cascade")
    rma_id = fields.Many2one(related="decide_id.rma_id")
    company_id = fields.Many2one(related="rma_id.company_id")
    line_id = fields.Many2one("crm.rma.line", string="RMA Unit", required=True)
    product_id = fields.Many2one(related="line_id.product_id", string="Product")
    tracking = fields.Selection(related="line_id.tracking")
    warranty_status = fields.Selection(related="line_id.warranty_status")
    qty_undecided = fields.Float(related="line_id.qty_undecided")
    kind = fields.Selection(
        selection=lambda self: self.env["crm.rma.decide"]._selection_kind(),
        string="Decision",
    )
    quantity = fields.Float(digits="Product Unit", default=1.0)
    new_product_id = fields.Many2one(
        "product.product",
        string="Replace By",
        domain="[('type', '=', 'consu')]",
        help="Empty: the same product.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="New Serial",
        domain="[('product_id', '=', new_product_id or product_id),"
        " ('quant_ids', 'any', [('quantity', '>', 0), ('location_id.usage', '=',"
        " 'internal'), ('location_id.is_customer_goods', '=', False)])]",
        help="Chosen here, it is sent at once; else the warehouse picks one.",
    )

    def _prepare_outcome(self):
        """Values of the outcome; what does not belong to its kind is left out."""
        self.ensure_one()
        decide = self.decide_id
        values = {
            "line_id": self.line_id.id,
            "kind": self.kind,
            "quantity": self.quantity,
            "reason_id": decide.reason_id.id,
            "note": decide.note,
        }
        if self.kind == "scrap":
            values |= {
                "consent_by": decide.consent_by,
                "consent_date": decide.consent_date,
            }
        elif self.kind == "credit":
            values["fee_percent"] = decide.fee_percent
        elif self.kind == "replace":
            values |= {"product_id": self.new_product_id.id, "lot_id": self.lot_id.id}
        return values
