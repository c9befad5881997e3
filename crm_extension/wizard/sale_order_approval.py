from odoo import api, fields, models


class SaleOrderApprovalRequest(models.TransientModel):
    """Why prices should be allowed, and by whom."""

    _name = "sale.order.approval.request"
    _description = "Ask for Price Approval"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    text = fields.Text(compute="_compute_text")
    approver_id = fields.Many2one(
        "res.users",
        compute="_compute_approver_id",
        store=True,
        readonly=False,
        required=True,
        domain=[("share", "=", False)],
    )
    reason = fields.Text(required=True)

    @api.depends("order_id")
    def _compute_text(self):
        for wizard in self:
            order = wizard.order_id
            wizard.text = order._breach_text(order._uncovered_breaches())

    @api.depends("order_id")
    def _compute_approver_id(self):
        for wizard in self:
            breaches = wizard.order_id._uncovered_breaches()
            found = wizard.order_id._find_approver(breaches) if breaches else False
            wizard.approver_id = found

    def action_request(self):
        """Send the request; the form shows that it waits."""
        self.ensure_one()
        self.order_id._request_approval(self.reason, self.approver_id)
        return {"type": "ir.actions.act_window_close"}


class SaleOrderApprovalRefuse(models.TransientModel):
    """Why prices are refused."""

    _name = "sale.order.approval.refuse"
    _description = "Refuse Prices"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    note = fields.Text(string="Reason", required=True)

    def action_refuse(self):
        """Refuse; the one who asked is told why."""
        self.ensure_one()
        self.order_id._decide_approval("refused", self.note)
        return {"type": "ir.actions.act_window_close"}
