from odoo import api, models


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model
    def _timeline_todo_models(self):
        """To-dos on a customer's RMAs are part of what comes next."""
        return {**super()._timeline_todo_models(), "crm.rma": "commercial_partner_id"}
