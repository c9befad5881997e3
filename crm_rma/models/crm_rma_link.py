from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import consteq, hmac

SCOPE = "crm_rma.tracking"
PATH = "/my/returns"
MAX_ID = 2**31 - 1
TOKEN_LENGTH = 40
# When one of these is written, what was sent before opens nothing any more.
ENDINGS = ("date_closed", "date_refused", "date_cancelled")


class CrmRma(models.Model):
    """The link with which a customer follows a return without a login.

    The token is computed, not kept: from the secret of the database, the RMA and the
    number of its round. No export, no log and no backup of a table holds it. It is no
    ``portal.mixin``, whose token would open Odoo's own routes for messages and files,
    too, which know neither our limits for uploads nor the end of a link.
    """

    _inherit = "crm.rma"

    link_round = fields.Integer(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Each round has its own link; the links of earlier rounds are over.",
    )
    portal_link = fields.Char(
        string="Customer Page",
        compute="_compute_portal_link",
        compute_sudo=True,
        groups="crm_rma.crm_rma_group_user",
        help="Whoever has this link follows the return without a login. It changes "
        "when the RMA is closed, and ends some time after (settings).",
    )

    @api.depends("link_round")
    def _compute_portal_link(self):
        for rma in self:
            rma.portal_link = rma.id and f"{rma.get_base_url()}{rma._portal_url()}"

    def write(self, vals):
        result = super().write(vals)
        if any(vals.get(name) for name in ENDINGS):
            self._turn_link()
        return result

    def _turn_link(self):
        """Links that were sent open nothing any more; the next message has a new one."""
        for rma in self.sudo():
            rma.link_round += 1

    def action_new_link(self):
        """Somebody got a link who should not have it: make a new one."""
        self.check_access("write")
        self._turn_link()
        for rma in self:
            rma._message_log(
                body=self.env._(
                    "A new link to the customer's page; the old one is over."
                )
            )

    def action_customer_page(self):
        """What the customer sees."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"{PATH}/{self.id}",
            "target": "new",
        }

    # -------------------------------------------------------------------------
    # Who may look
    # -------------------------------------------------------------------------

    def _portal_token(self):
        """What proves that somebody got the link."""
        self.ensure_one()
        return self._token_of(self.id, self.sudo().link_round)

    @api.model
    def _token_of(self, record_id, link_round):
        return hmac(self.env(su=True), SCOPE, (record_id, link_round))[:TOKEN_LENGTH]

    def _portal_url(self, suffix="", token=True, **query):
        """Address of the customer's page, without the server.

        :param suffix: a page below it, ``"/confirm"``
        :param token: False for somebody who is logged in
        """
        self.ensure_one()
        if token:
            query["access_token"] = self._portal_token()
        tail = f"?{urlencode(query)}" if query else ""
        return f"{PATH}/{self.id}{suffix}{tail}"

    @api.model
    def _by_portal(self, record_id, token=None):
        """The RMA for a visitor (as superuser), or none.

        Unknown, forbidden and ended give the same answer, after the same work.

        :param token: of the link; whatever was sent
        """
        known = record_id if isinstance(record_id, int) else 0
        rma = self.sudo().browse(known if 0 < known <= MAX_ID else 0).exists()
        given = token.encode(errors="replace") if isinstance(token, str) else b""
        right = self._token_of(known, rma.link_round)
        by_link = consteq(right.encode(), given) and rma and not rma._is_link_over()
        if rma and rma.active and (by_link or rma._is_visible_to(self.env.user)):
            return rma
        return self.sudo().browse()

    def _is_visible_to(self, user):
        """Whether somebody who is logged in may see it: our people by their rights,
        customers what belongs to their own company."""
        self.ensure_one()
        if user._is_internal():
            companies = {"allowed_company_ids": user.company_ids.ids}
            return self.with_user(user).with_context(**companies).has_access("read")
        return not user._is_public() and bool(
            self.sudo().filtered_domain(self._portal_domain(user))
        )

    @api.model
    def _portal_domain(self, user):
        """The RMAs of the company somebody works for."""
        return (
            Domain(
                "commercial_partner_id", "=", user.partner_id.commercial_partner_id.id
            )
            & Domain("company_id", "in", user.company_ids.ids)
            & Domain("active", "=", True)
        )

    def _is_link_over(self):
        """Whether the link has ended, so many days after the end of the RMA."""
        self.ensure_one()
        days = self.company_id.rma_link_days
        end = self.date_closed or self.date_refused or self.date_cancelled
        return bool(end and days and end + timedelta(days=days) < fields.Datetime.now())

    # -------------------------------------------------------------------------
    # Mails
    # -------------------------------------------------------------------------

    def _portal_partner(self):
        """Whom we talk to."""
        self.ensure_one()
        return self.contact_id or self.partner_id

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """In a mail from the chatter the customer's button opens the page."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        if len(self) != 1:
            return groups
        customer = self._portal_partner()
        link = self.sudo().portal_link
        button = {"active": True, "button_access": {"url": link}}
        return [
            (
                "rma_customer",
                lambda recipient: recipient["id"] == customer.id,
                {**button, "has_button_access": True},
            ),
            *groups,
        ]


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_link_days = fields.Integer(
        string="Customer Links Last (Days)",
        default=90,
        help="So many days after the end of an RMA its link opens nothing any more. "
        "Zero: no limit. Customers who log in see their RMAs all the same.",
        prefetch="crm_settings",
    )

    _rma_link_days_positive = models.Constraint(
        "CHECK(rma_link_days >= 0)", "A number of days cannot be negative."
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rma_link_days = fields.Integer(related="company_id.rma_link_days", readonly=False)
