from odoo import fields, models
from odoo.fields import Domain


class CrmHandover(models.Model):
    """Customers that their salesperson keeps out of the pool stay kept."""

    _inherit = "crm.handover"

    def _handover_models(self):
        """Pins move before their customers: they hold for the salesperson alone."""
        today = fields.Date.context_today(self)
        return {
            **super()._handover_models(),
            "pins": {
                "title": self.env._("Protected from the Pool"),
                "icon": "fa-thumb-tack",
                "sequence": 5,
                "model": "crm.pool.pin",
                "domain": Domain("until", "=", False) | Domain("until", ">=", today),
                "customer": "_handover_customer_partner",
                "keep": (),
                "only": ("leave", "transfer"),
            },
        }
