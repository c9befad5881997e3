from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRmaAdvanceSend(models.TransientModel):
    _name = "crm.rma.advance.send"
    _description = "Send a Unit in Advance"

    rma_id = fields.Many2one("crm.rma", string="RMA", required=True, readonly=True)
    company_id = fields.Many2one(related="rma_id.company_id")
    line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        compute="_compute_line_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('rma_id', '=', rma_id), ('place', '=', 'expected')]",
    )
    policy_id = fields.Many2one(
        "crm.rma.advance.policy",
        string="Exchange Policy",
        compute="_compute_policy_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('company_id', 'in', (company_id, False))]",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Unit Sent",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('type', '=', 'consu')]",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Replacement Serial",
        domain="[('product_id', '=', product_id), ('quant_ids', 'any',"
        " [('quantity', '>', 0), ('location_id.usage', '=', 'internal'),"
        " ('location_id.is_customer_goods', '=', False)])]",
        help="Chosen here, it is sent at once; else the warehouse picks one.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    price = fields.Monetary(
        string="Agreed Price",
        compute="_compute_price",
        store=True,
        readonly=False,
        precompute=True,
        help="What one unit costs the customer who does not send the faulty one.",
    )
    terms = fields.Text(related="policy_id.terms")
    problem = fields.Char(compute="_compute_problem")

    @api.depends("rma_id")
    def _compute_line_id(self):
        for send in self:
            lines = send.rma_id.line_ids.filtered(lambda line: line._can_advance())
            send.line_id = send.line_id or lines[:1]

    @api.depends("rma_id")
    def _compute_policy_id(self):
        for send in self:
            if not send.policy_id:
                company = send.company_id or self.env.company
                send.policy_id = self.env["crm.rma.advance.policy"].search(
                    [("company_id", "in", (company.id, False))], limit=1
                )

    @api.depends("line_id")
    def _compute_product_id(self):
        for send in self:
            send.product_id = send.line_id.product_id

    @api.depends("line_id")
    def _compute_price(self):
        for send in self:
            send.price = send.line_id._agreed_price() if send.line_id else 0.0

    @api.depends("line_id", "policy_id", "price")
    def _compute_problem(self):
        for send in self:
            known = send.line_id and send.policy_id
            send.problem = known and send._explain_refusal()

    def _explain_refusal(self):
        total = self.price * self.line_id.quantity
        return self.policy_id._explain_refusal(self.line_id, total)

    def action_send(self):
        """Send the good unit; the customer then owes us the faulty one."""
        self.ensure_one()
        rma = self.rma_id
        if not rma._begin("is_open"):
            return rma._nothing_to_do()
        line = self.line_id
        if line.rma_id != rma or not line._can_advance():
            raise UserError(
                self.env._(
                    "%s is not expected any more, or a unit was sent for it already.",
                    line.display_name,
                )
            )
        if problem := self._explain_refusal():
            raise UserError(problem)
        if self.price <= 0:
            raise UserError(self.env._("Agree on a price first."))
        advance = self.env["crm.rma.advance"].sudo().create(self._prepare_advance())
        advance._ship()
        return {"type": "ir.actions.act_window_close"}

    def _prepare_advance(self):
        policy = self.policy_id
        return {
            "line_id": self.line_id.id,
            "policy_id": policy.id,
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "quantity": self.line_id.quantity,
            "price": self.price,
            "days": policy.days,
            "grace_days": policy.grace_days,
            "wear_percent": policy.wear_percent,
        }
