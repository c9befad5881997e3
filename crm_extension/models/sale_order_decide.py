from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools.price_limits import RANKS
from .crm_price_limit import ROLES
from .sale_order_approval import TYPE


class SaleOrder(models.Model):
    """Asking for a price, and deciding."""

    _inherit = "sale.order"

    # Who decides

    @api.private
    def _find_approver(self, breaches):
        """The user who is asked: named by a limit, the team leader, else whoever has
        just the right that is needed."""
        self.ensure_one()
        users = self.env["res.users"].sudo()
        if named := breaches[0]["limit"].sudo().approver_id:
            return named
        ranks = [breach["rank"] for breach in breaches]
        if None in ranks:
            return users
        needed = max(ranks)
        leader = self.team_id.sudo().user_id
        limits = self.env["crm.price.limit"]
        if leader and leader != self.env.user and limits._rank(leader) >= needed:
            return leader
        role = list(ROLES)[RANKS.index(needed)]
        group = self.env.ref(ROLES[role])
        found = users.search(
            [
                ("all_group_ids", "in", group.ids),
                ("share", "=", False),
                ("id", "!=", self.env.uid),
                ("company_ids", "in", self.company_id.ids),
            ]
        )
        return found.sorted(lambda user: (limits._rank(user), user.id))[:1]

    def _may_decide(self, waiting):
        """Whether the user may decide: within one's own limits, or named."""
        user = self.env.user
        return (
            user != waiting.user_id
            and self.has_access("write")
            and self._may_give(user)
        )

    def _may_give(self, user):
        """Whether the prices are within the limits of a user, or a limit names the
        user."""
        breaches = self._price_breaches(user)
        return all(b["limit"].sudo().approver_id == user for b in breaches)

    # Asking and deciding

    def action_open_approval_request(self):
        """Ask for a reason, then for the approval."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for Approval"),
            "res_model": "sale.order.approval.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    @api.private
    def _request_approval(self, reason, approver=None):
        """Ask somebody to approve the prices; a to-do with the reason is theirs.

        :raise UserError: when nothing is below the limits, or it was asked already
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        breaches = self._uncovered_breaches()
        if self.state not in ("draft", "sent") or not breaches:
            raise UserError(self.env._("This quotation needs no approval."))
        if self.sudo().approval_ids.filtered(lambda a: a.state == "waiting"):
            raise UserError(
                self.env._("The approval of this quotation was asked for already.")
            )
        approver = approver or self._find_approver(breaches)
        if not approver:
            raise UserError(self.env._("Nobody may approve these prices."))
        if not self._may_give(approver):
            raise UserError(
                self.env._(
                    "%(user)s may not give these prices either: ask somebody else.",
                    user=approver.sudo().name,
                )
            )
        approvals = self.env["sale.order.approval"]
        text = self._breach_text(breaches)
        # sudo: requests are written here only
        approval = approvals.sudo().create(
            {
                "order_id": self.id,
                "user_id": self.env.uid,
                "approver_id": approver.id,
                "reason": reason,
                "text": text,
                "granted": approvals._prepare_granted(self, breaches),
            }
        )
        self.activity_schedule(
            TYPE,
            user_id=approver.id,
            summary=self.env._("Approve the prices of %s", self.name),
            note=Markup("<p>%s</p><p>%s</p>") % (reason or "", text),
        )
        approver._workbench_changed()
        return approval

    def action_withdraw_approval(self):
        """Take the request back."""
        self.ensure_one()
        self.check_access("write")
        waiting = self.sudo().approval_ids.filtered(lambda a: a.state == "waiting")
        waiting.with_env(self.env).sudo()._decide("cancelled", "")

    def action_approve_prices(self):
        """Approve what was asked for."""
        return self._decide_approval("approved", "")

    def action_open_approval_refuse(self):
        """Ask why, then refuse."""
        self.ensure_one()
        self._waiting_approval()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse the Prices"),
            "res_model": "sale.order.approval.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _waiting_approval(self):
        """The request that the user may decide."""
        self.ensure_one()
        waiting = self.sudo().approval_ids.filtered(lambda a: a.state == "waiting")
        if not waiting:
            raise UserError(self.env._("Nobody has asked to approve this quotation."))
        if not self._may_decide(waiting):
            raise AccessError(
                self.env._(
                    "These prices are below your own limits: you may not decide."
                )
            )
        return waiting

    @api.private
    def _decide_approval(self, state, note):
        """Close the request, tell the one who asked, and keep it on the quotation."""
        waiting = self._waiting_approval()
        asked = waiting.user_id
        waiting.with_user(self.env.user).sudo()._decide(state, note)
        body = {
            "approved": self.env._(
                "%(user)s approved the prices:", user=self.env.user.name
            ),
            "refused": self.env._(
                "%(user)s refused the prices:", user=self.env.user.name
            ),
        }[state]
        self.message_post(
            body=Markup("%s<br/>%s<br/>%s")
            % (body, Markup("<br/>").join(waiting.text.split("\n")), note or ""),
            subtype_xmlid="mail.mt_note",
            partner_ids=asked.partner_id.ids,
        )
        asked._workbench_changed()
