from odoo import models
from odoo.fields import Domain


class CrmHandover(models.Model):
    """RMAs and repairs go to somebody else with their customer."""

    _inherit = "crm.handover"

    def _handover_models(self):
        return {
            **super()._handover_models(),
            "rmas": {
                "title": self.env._("RMAs"),
                "icon": "fa-wrench",
                "sequence": 45,
                "model": "crm.rma",
                "domain": Domain("is_open", "=", True),
                "customer": "_handover_customer_own",
                "keep": (),
                "guard": "all",
            },
            "repairs": {
                "title": self.env._("Repairs"),
                "icon": "fa-cogs",
                "sequence": 46,
                "model": "repair.order",
                "domain": Domain("state", "in", ("draft", "confirmed", "under_repair")),
                "customer": "_handover_customer_partner",
                "keep": (),
                "guard": "all",
            },
        }
