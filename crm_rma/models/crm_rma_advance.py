from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date


class CrmRmaAdvancePolicy(models.Model):
    """To whom a unit is sent before the faulty one came, and for how long."""

    _name = "crm.rma.advance.policy"
    _description = "Policy of Advance Replacement"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all.")
    days = fields.Integer(
        string="Days to Return",
        default=14,
        required=True,
        help="From the day the new unit leaves until the faulty one must be with us.",
    )
    grace_days = fields.Integer(
        default=7,
        help="After the due day plus these days the charge-back invoice is prepared.",
    )
    outside = fields.Selection(
        [
            ("no", "Not Offered"),
            ("deposit", "With a Deposit"),
            ("credit", "Within the Credit Limit"),
        ],
        string="Out of Warranty",
        default="deposit",
        required=True,
        help="What is covered by warranty or goodwill is always offered.",
    )
    deposit_percent = fields.Float(
        string="Deposit (%)",
        default=100.0,
        help="Of the agreed price. The customer's account must show it in our hands.",
    )
    wear_percent = fields.Float(
        string="Kept When Late (%)",
        help="When the faulty unit comes after the invoice was posted, the invoice is "
        "credited less this part.",
    )
    terms = fields.Text(
        translate=True, help="What the customer agrees to; it stands in the reminders."
    )

    _order_idx = models.Index("(sequence, id)")
    _policy_valid = models.Constraint(
        "CHECK(days > 0 AND grace_days >= 0 AND deposit_percent BETWEEN 0 AND 100"
        " AND wear_percent BETWEEN 0 AND 100)",
        "Days are positive, and percentages lie between 0 and 100.",
    )

    def _explain_refusal(self, line, price):
        """Why ``line`` gets no unit in advance at ``price``; empty when it does."""
        self.ensure_one()
        if line._is_covered():
            return ""
        if self.outside == "no":
            return self.env._("%s is not covered by a warranty.", line.display_name)
        partner = line.partner_id.sudo().with_company(line.company_id)
        currency = line.company_id.currency_id
        if self.outside == "deposit":
            wanted = currency.round(price * self.deposit_percent / 100)
            if currency.compare_amounts(-partner.credit, wanted) < 0:
                return self.env._(
                    "%(unit)s is not covered, and the account of %(customer)s shows no "
                    "deposit of %(amount)s.",
                    unit=line.display_name,
                    customer=partner.name,
                    amount=currency.format(wanted),
                )
        elif currency.compare_amounts(partner.credit + price, partner.credit_limit) > 0:
            return self.env._(
                "%(unit)s is not covered, and the credit limit of %(customer)s does not "
                "allow %(amount)s.",
                unit=line.display_name,
                customer=partner.name,
                amount=currency.format(price),
            )
        return ""


class CrmRmaAdvance(models.Model):
    """A good unit that is sent before the faulty one came.

    Until that one comes, or is charged, the good unit stays ours: it lies in the place
    *With Customers*, with its value. What happens is read from moves and invoices.
    """

    _name = "crm.rma.advance"
    _description = "Advance Replacement"
    _order = "date_due, id"
    _rec_names_search = ["line_id.rma_id.name", "lot_id.name"]
    _check_company_auto = True

    line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    rma_id = fields.Many2one(
        related="line_id.rma_id", string="RMA", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="line_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one(
        "crm.rma.advance.policy",
        string="Exchange Policy",
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    product_id = fields.Many2one(
        "product.product",
        string="Unit Sent",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Replacement Serial",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    quantity = fields.Float(digits="Product Unit", readonly=True, default=1.0)
    price = fields.Monetary(
        string="Agreed Price",
        readonly=True,
        help="What one unit costs the customer who does not send the faulty one.",
    )
    wear_percent = fields.Float(string="Kept When Late (%)", readonly=True)
    grace_days = fields.Integer(readonly=True)
    days = fields.Integer(string="Days to Return", readonly=True)
    date_shipped = fields.Date(string="Sent On", readonly=True)
    date_due = fields.Date(
        string="Due Back", help="Until then the faulty unit should be with us."
    )
    move_ids = fields.One2many("stock.move", "rma_advance_id", string="Moves")
    outcome_id = fields.Many2one(
        "crm.rma.outcome",
        string="Decision",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    charge_id = fields.Many2one(
        "account.move",
        string="Charge-Back Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    charge_state = fields.Selection(related="charge_id.state", string="Invoice Status")
    credit_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("ready", "To Ship"),
            ("out", "With Customer"),
            ("charged", "Charged"),
            ("settled", "Settled"),
            ("cancel", "Cancelled"),
        ],
        string="Status",
        compute="_compute_state",
        store=True,
        index=True,
        help="Read from the transfers and the invoice, never typed.",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    # One good unit for one faulty one, however often the button is pressed.
    _live_uniq = models.UniqueIndex(
        "(line_id) WHERE state IS DISTINCT FROM 'cancel'",
        "A unit was sent in advance for this one already.",
    )
    _order_idx = models.Index("(date_due, id)")

    @api.depends("line_id")
    def _compute_display_name(self):
        for advance in self:
            advance.display_name = advance.line_id.display_name

    @api.depends("move_ids.state", "outcome_id", "charge_id.state")
    def _compute_state(self):
        for advance in self:
            sent = advance.sudo().move_ids.filtered(lambda m: m._rma_is_advance())
            if advance.outcome_id:
                advance.state = "settled"
            elif advance.charge_id.state == "posted":
                advance.state = "charged"
            elif "done" in sent.mapped("state"):
                advance.state = "out"
            elif sent and set(sent.mapped("state")) == {"cancel"}:
                advance.state = "cancel"
            else:
                advance.state = "ready"

    @api.depends("date_due", "state")
    @api.depends_context("tz")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for advance in self:
            late = advance.date_due and advance.date_due < today
            advance.is_overdue = bool(late) and advance.state == "out"

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("state", "=", "out"), ("date_due", "<", today)]

    def copy_data(self, default=None):
        raise UserError(
            self.env._("A good unit is sent with Ship First, once for each faulty one.")
        )

    def write(self, vals):
        if not self.env.su and vals.keys() - {"date_due"}:
            raise UserError(
                self.env._("Of an advance replacement only the due day can change.")
            )
        return super().write(vals)

    def action_view_transfers(self):
        """The transfers of the good unit: to the customer, and back if it came back."""
        self.check_access("read")
        pickings = self.sudo().move_ids.picking_id
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stock.stock_picking_action_picking_type"
        )
        return {**action, "context": {}, "domain": [("id", "in", pickings.ids)]}

    def _explain(self):
        """One sentence about where this stands, for the form of the RMA."""
        values = {
            "unit": self.lot_id.name or self.product_id.display_name,
            "date": self.date_due and format_date(self.env, self.date_due) or "",
        }
        if self.state == "ready":
            return self.env._("%(unit)s is about to be sent in advance.", **values)
        if self.is_overdue:
            return self.env._(
                "%(unit)s was sent in advance; the faulty unit was due on %(date)s.",
                **values,
            )
        return self.env._(
            "%(unit)s was sent in advance; the faulty unit is due on %(date)s.",
            **values,
        )
