from odoo import api, models
from odoo.fields import Domain

STRICT, MASKED = ("strict",), ("masked", "strict")
# Lists in which a masked customer does not appear: model -> the modes, the path to
# the customer, and the path to the user who sees the record all the same
HIDDEN_LISTS = {
    "crm.lead": (STRICT, "partner_id", "user_id"),
    "sale.order": (STRICT, "partner_id", "user_id"),
    "sale.order.line": (STRICT, "order_partner_id", "salesman_id"),
    "crm.im.id": (MASKED, "partner_id", None),
    "crm.greeting": (MASKED, "partner_id", "user_id"),
    "crm.important.date": (MASKED, "partner_id", None),
    "crm.outbox": (MASKED, "partner_id", "user_id"),
    "crm.phone.number": (MASKED, "partner_id", None),
    "crm.preference": (MASKED, "partner_id", None),
    "crm.product.code": (MASKED, "partner_id", None),
    "sale.order.approval": (STRICT, "order_id.partner_id", "user_id"),
}


class IrRule(models.Model):
    """Rules that follow the setting of the company, not a group."""

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        hidden = not self.env.su and self._crm_hidden_lists().get(model_name)
        if hidden and self.env.user._crm_mask_mode() in hidden[0]:
            domain &= self._crm_hidden_domain(*hidden[1:])
        return domain

    @api.model
    def _crm_hidden_lists(self):
        """Hook: models whose records of masked customers the user does not get; see
        :data:`HIDDEN_LISTS`."""
        return HIDDEN_LISTS

    @api.model
    def _crm_hidden_domain(self, customer, user):
        """Records of customers that are not masked, of nobody, or of the user."""
        unmasked = self.env["res.partner"]._unmasked_domain()
        domain = Domain(customer, "=", False) | Domain(customer, "any!", unmasked)
        return domain | Domain(user, "=", self.env.uid) if user else domain
