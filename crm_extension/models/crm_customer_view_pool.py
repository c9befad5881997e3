from odoo import api, models


class CrmCustomerView(models.AbstractModel):
    """How long the customer stays, and what can be done about it."""

    _inherit = "crm.customer.view"

    @api.model
    def _customer_360_header(self, customer):
        """Adds ``pool``: False, or ``{"text", "tone", "icon", "actions": [...]}`` with
        the methods of ``res.partner`` that the user may call."""
        header = super()._customer_360_header(customer)
        header["pool"] = self._pool_line(customer)
        return header

    @api.model
    def _pool_line(self, customer):
        actions = self._pool_actions(customer)
        if not customer.pool_clock and not actions:
            return False
        return {
            "text": customer.pool_clock or self.env._("No rule of a pool applies"),
            "tone": customer.pool_tone or "muted",
            "icon": "fa-life-ring" if customer.pool_id else "fa-hourglass-half",
            "locked": bool(customer._crm_masked())
            and self.env._("Phones and addresses are shown once you have claimed it."),
            "actions": actions,
        }

    @api.model
    def _pool_actions(self, customer):
        """``[{"name": method, "label", "primary"}]`` in the order of the buttons."""
        _ = self.env._
        if customer.pool_id:
            offers = [
                ("action_pool_claim", _("Claim"), customer.can_claim, True),
                ("action_pool_view", _("Show Data"), customer._pool_may_view(), False),
                ("action_pool_assign", _("Assign…"), customer.can_manage_pool, False),
            ]
        else:
            mine = customer.sudo().user_id == self.env.user
            clock = bool(customer.pool_clock) and mine
            pinned = customer.is_pool_pinned
            offers = [
                ("action_pool_pin", _("Pin"), clock and not pinned, False),
                ("action_pool_unpin", _("Unpin"), mine and pinned, False),
                (
                    "action_pool_give_back",
                    _("Give Back…"),
                    self._gives(customer),
                    False,
                ),
            ]
        return [
            {"name": name, "label": label, "primary": primary}
            for name, label, offered, primary in offers
            if offered
        ]

    @api.model
    def _gives(self, customer):
        """Own customers of members of a pool; every customer for administrators."""
        owner = customer.sudo().user_id
        if not owner:
            return False
        if owner == self.env.user:
            return bool(self.env.user._pools())
        return self.env["crm.pool"]._has_manager() and bool(owner._pools())
