from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        """Odoo follows the condition as superuser: the followers are found first."""
        if self.env.user._crm_mask_mode() != "open" and operator not in (
            "in",
            "not in",
        ):
            is_domain = operator in ("any", "any!")
            domain = operand if is_domain else [("display_name", operator, operand)]
            partners = self.env["res.partner"].with_context(active_test=False)
            operator, operand = "in", partners.sudo(False).search(domain).ids
        return super()._search_message_partner_ids(operator, operand)
