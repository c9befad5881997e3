import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_quote_link_days = fields.Integer(
        string="Customer links of quotations end",
        default=30,
        help="So many days after the expiration of the quotation. Confirmed orders "
        "keep their link.",
        prefetch="crm_settings",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_quote_link_days = fields.Integer(
        related="company_id.crm_quote_link_days", readonly=False
    )


class SaleOrder(models.Model):
    """The link with which a customer opens a quotation without a login: it ends."""

    _inherit = "sale.order"

    link_expiry = fields.Date(
        string="Customer Link Ends",
        compute="_compute_link_expiry",
        store=True,
        readonly=False,
        copy=False,
        help="After this day the link in mails opens the quotation no more. Customers "
        "who log in still see it, and confirmed orders keep their link.",
    )
    last_viewed = fields.Datetime(compute="_compute_last_viewed")

    @api.depends("validity_date")
    def _compute_link_expiry(self):
        for order in self:
            days = order.company_id.crm_quote_link_days
            known = order.validity_date and days >= 0
            order.link_expiry = known and order.validity_date + timedelta(days=days)

    def _compute_last_viewed(self):
        """When the customer looked at it: the timeline knows (sudo: of an order that
        the user reads)."""
        rows = (
            self.env["crm.interaction"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("event", "=", "sale.order:viewed"),
                ],
                ["res_id"],
                ["date:max"],
            )
        )
        moments = dict(rows)
        for order in self:
            order.last_viewed = moments.get(order.id, False)

    @api.private
    def _link_closed(self, user, access_token=None):
        """Why a customer may not open the quotation: ``"expired"``, ``"unapproved"``,
        or False. Employees and confirmed orders are not concerned.

        :param user: who opens it, the public user too
        :param access_token: of the link
        """
        self.ensure_one()
        order = self.sudo()
        if user._is_internal() or order.state not in ("draft", "sent", "cancel"):
            return False
        by_link = access_token and consteq(order.access_token or "", access_token)
        may_read = self.with_user(user).has_access("read")
        if by_link and not may_read and order._is_link_expired():
            return "expired"
        return order.state != "cancel" and order._lacks_approval() and "unapproved"

    def _lacks_approval(self):
        """Whether the salesperson's right does not reach for these prices."""
        self.ensure_one()
        order = self.sudo()
        return bool(order._uncovered_breaches(order.user_id or order.create_uid))

    def _has_to_be_signed(self):
        """Signing confirms: not before somebody has approved the prices."""
        return super()._has_to_be_signed() and not self._lacks_approval()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._lacks_approval()

    def _is_link_expired(self):
        return bool(
            self.link_expiry and self.link_expiry < fields.Date.context_today(self)
        )

    def action_renew_link(self):
        """A new link: those that were sent open nothing any more."""
        for order in self:
            order.check_access("write")
            days = max(order.company_id.crm_quote_link_days, 1)
            start = max(order.validity_date or fields.Date.today(), fields.Date.today())
            # sudo: the token is not the user's to choose
            order.sudo().write(
                {
                    "access_token": str(uuid.uuid4()),
                    "link_expiry": start + timedelta(days=days),
                }
            )
            order._message_log(
                body=self.env._(
                    "The customer link was renewed: older links have ended."
                )
            )
        return True
