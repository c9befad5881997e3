from odoo import api, fields, models
from odoo.exceptions import UserError

#: States that a quotation reaches only with prices that somebody may give.
GUARDED = ("sent", "sale")


class SaleOrder(models.Model):
    """Prices that nobody has approved go nowhere."""

    _inherit = "sale.order"

    approval_ids = fields.One2many(
        "sale.order.approval",
        "order_id",
        copy=False,
        groups="sales_team.group_sale_salesman",
    )
    approval_state = fields.Selection(
        [
            ("none", "No approval needed"),
            ("needed", "Approval needed"),
            ("waiting", "Waits for approval"),
            ("approved", "Prices approved"),
            ("refused", "Prices refused"),
        ],
        compute="_compute_approval",
        string="Price Approval",
        help="Prices below the limits of the salesperson need somebody's approval "
        "before the quotation is sent or confirmed.",
    )
    approval_text = fields.Text(compute="_compute_approval")
    can_approve = fields.Boolean(compute="_compute_approval")

    @api.depends_context("uid")
    @api.depends("state", "approval_ids.state")
    def _compute_approval(self):
        """Of what is saved: typing does not wait for it."""
        for order in self:
            stored = (
                order._origin if order.state in ("draft", "sent") else self.browse()
            )
            open_ = stored._uncovered_breaches() if stored else []
            approvals = order.sudo().approval_ids.sorted("id")
            waiting = approvals.filtered(lambda a: a.state == "waiting")
            last = approvals[-1:]
            if waiting:
                state = "waiting"
            elif open_:
                state = "refused" if last.state == "refused" else "needed"
            else:
                state = "approved" if last.state == "approved" else "none"
            order.approval_state = state
            order.approval_text = stored._approval_sentence(open_, waiting, last)
            order.can_approve = bool(waiting) and stored._may_decide(waiting)

    # Breaches that nobody has allowed

    @api.private
    def _uncovered_breaches(self, user=None):
        """Breaches of :meth:`_price_breaches` that no approval covers."""
        breaches = self._price_breaches(user)
        if not breaches:
            return []
        approved = self.sudo().approval_ids.filtered(lambda a: a.state == "approved")
        return [b for b in breaches if not approved._covers(self, b)]

    def _limit_user(self):
        """Whose right counts: who acts, or the salesperson when the customer acts."""
        if self.env.user._is_internal():
            return self.env.user
        return self.user_id or self.create_uid

    @api.private
    def _check_price_approval(self):
        """Refuse to go on with prices that nobody has approved.

        The superuser (imports, scheduled actions, paid web orders) is not asked.
        """
        if self.env.uid == api.SUPERUSER_ID:
            return
        for order in self:
            breaches = order._uncovered_breaches(order._limit_user())
            if breaches:
                raise UserError(
                    self.env._(
                        "%(order)s needs an approval before it is sent or confirmed:\n"
                        "%(lines)s",
                        order=order.name,
                        lines=order._breach_text(breaches),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """An order cannot be born behind the limits either."""
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state in GUARDED)._check_price_approval()
        return orders

    def write(self, vals):
        if vals.get("state") in GUARDED:
            going = self.filtered(lambda order: order.state != vals["state"])
            going._check_price_approval()
        return super().write(vals)

    def action_quotation_send(self):
        """Say it before somebody writes the mail."""
        self.filtered(lambda o: o.state in ("draft", "sent"))._check_price_approval()
        return super().action_quotation_send()

    # Words

    @api.private
    def _tells_floor(self, limit):
        """Whether the user may read the floor of a limit: one made of costs only who
        sees costs."""
        sees = self.env.user.has_group("crm_extension.crm_extension_group_margin")
        return sees or limit.kind != "margin"

    def _breach_text(self, breaches):
        """One line for each breach; a floor made of costs is not told to those who may
        not see costs."""
        texts = []
        for breach in breaches:
            line, currency = breach["line"], self.currency_id
            values = {
                "product": line.product_id.display_name,
                "price": currency.format(breach["net"]),
                "floor": currency.format(breach["floor"]),
            }
            if not self._tells_floor(breach["limit"]):
                text = self.env._("%(product)s: %(price)s, below the floor", **values)
            else:
                text = self.env._("%(product)s: %(price)s, below %(floor)s", **values)
            texts.append(text)
        return "\n".join(texts)

    def _approval_sentence(self, breaches, waiting, last):
        """What the form says on top."""
        if waiting:
            return self.env._(
                "%(user)s asked %(approver)s to approve:\n%(lines)s\n%(reason)s",
                user=waiting.user_id.sudo().name,
                approver=waiting.approver_id.sudo().name,
                lines=waiting.text,
                reason=waiting.reason or "",
            ).strip()
        if not breaches:
            return False
        lines = self._breach_text(breaches)
        if last.state == "refused":
            return self.env._(
                "%(user)s refused: %(note)s\n%(lines)s",
                user=last.decided_by_id.sudo().name,
                note=last.note or "",
                lines=lines,
            )
        approver = self._find_approver(breaches)
        if not approver:
            return self.env._("%(lines)s\nNobody may approve this.", lines=lines)
        return self.env._(
            "%(lines)s\n%(approver)s may approve.",
            lines=lines,
            approver=approver.sudo().name,
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.constrains("price_unit", "discount", "product_id", "product_uom_id")
    def _check_price_limits(self):
        """A confirmed order does not go below the limits behind everybody's back."""
        confirmed = self.filtered(lambda line: line.state == "sale").order_id
        confirmed._check_price_approval()
