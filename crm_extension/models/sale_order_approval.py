from odoo import api, fields, models
from odoo.exceptions import UserError

TYPE = "crm_extension.mail_activity_type_approval"


class SaleOrderApproval(models.Model):
    """A request to give prices below the limit, and what came of it.

    An approval holds for what was asked: the same product in the same unit and
    currency, for this customer, at that price or a higher one. Whatever goes further
    down must be asked again.
    """

    _name = "sale.order.approval"
    _description = "Price Approval"
    _order = "id desc"
    _rec_name = "order_id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "sale.order", required=True, ondelete="cascade", index=True, readonly=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    amount_untaxed = fields.Monetary(related="order_id.amount_untaxed")
    currency_id = fields.Many2one(related="order_id.currency_id")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Withdrawn"),
        ],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Requested by",
        required=True,
        ondelete="restrict",
        index=True,
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    approver_id = fields.Many2one(
        "res.users", string="Asked", ondelete="set null", index=True, readonly=True
    )
    decided_by_id = fields.Many2one("res.users", ondelete="set null", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    note = fields.Text(string="Answer", readonly=True)
    text = fields.Text(
        string="Prices", readonly=True, help="The lines that were asked for."
    )
    # [{"product": id, "unit": id, "currency": id, "customer": id, "net": price}]
    granted = fields.Json(readonly=True, exportable=False)

    # Whoever asks twice has asked once
    _waiting_uniq = models.UniqueIndex(
        "(order_id) WHERE state = 'waiting'",
        "The approval of this quotation was asked for already.",
    )
    _bucket_idx = models.Index("(approver_id, create_date, id) WHERE state = 'waiting'")

    def _covers(self, order, breach):
        """Whether one of these approvals allows the price of a breach."""
        line = breach["line"]
        digits = order.currency_id.rounding / 2
        return any(
            row["product"] == line.product_id.id
            and row["unit"] == line.product_uom_id.id
            and row["currency"] == order.currency_id.id
            and row["customer"] == order.partner_id.commercial_partner_id.id
            and row["net"] <= breach["net"] + digits
            for approval in self
            for row in approval.granted or []
        )

    @api.model
    def _prepare_granted(self, order, breaches):
        """What is asked for, line by line."""
        return [
            {
                "product": breach["line"].product_id.id,
                "unit": breach["line"].product_uom_id.id,
                "currency": order.currency_id.id,
                "customer": order.partner_id.commercial_partner_id.id,
                "net": breach["net"],
            }
            for breach in breaches
        ]

    # Deciding

    def _decide(self, state, note):
        """Close waiting requests: once, whoever clicks at the same time."""
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if any(approval.state != "waiting" for approval in self):
            raise UserError(self.env._("Somebody has decided this already."))
        self.write(
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "note": note,
            }
        )
        for approval in self:
            todos = approval.order_id.activity_ids.filtered(
                lambda todo: todo.activity_type_id == self.env.ref(TYPE)
            )
            todos.action_feedback(feedback=note)
        self.approver_id._workbench_changed()
