from odoo import api, models

# Lists that a masked customer does not appear in: model -> from which mode on
HIDDEN_LISTS = {
    "crm.lead": ("strict",),
    "sale.order": ("strict",),
    "sale.order.line": ("strict",),
}


class IrRule(models.Model):
    """Rules that follow the company's setting, not a group."""

    _inherit = "ir.rule"

    @api.model
    def _compute_domain(self, model_name, mode="read"):
        domain = super()._compute_domain(model_name, mode)
        modes = self._crm_hidden_lists().get(model_name)
        if modes and not self.env.su and self.env.user._crm_mask_mode() in modes:
            domain &= self.env[model_name]._crm_hidden_domain()
        return domain

    @api.model
    def _crm_hidden_lists(self):
        """Hook: models whose records of masked customers cannot be read, with the
        modes; each has ``_crm_hidden_domain()``."""
        return HIDDEN_LISTS
