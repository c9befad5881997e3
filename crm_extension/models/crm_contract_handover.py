from odoo import models
from odoo.fields import Domain

#: Somebody still has to see to it: a draft, a signature, a notice date, an end.
OPEN = ("draft", "to_sign", "signed", "running", "notice")


class CrmHandover(models.Model):
    """Contracts go to somebody else with their customer."""

    _inherit = "crm.handover"

    def _handover_models(self):
        """What has ended, and letters that were filed, keep their person of the day."""
        return {
            **super()._handover_models(),
            "contracts": {
                "title": self.env._("Contracts"),
                "icon": "fa-file-o",
                "sequence": 44,
                "model": "crm.contract",
                "domain": Domain("state", "in", OPEN),
                "customer": "_handover_customer_own",
                "keep": (),
                "guard": "all",
            },
        }
