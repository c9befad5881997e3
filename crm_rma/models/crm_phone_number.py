from odoo import api, models


class CrmPhoneNumber(models.Model):
    _inherit = "crm.phone.number"

    @api.model
    def _caller_open_kinds(self):
        """A clerk who picks up the phone sees the returns on their way first."""
        return [
            (self.env._("RMAs"), "crm.rma", "partner_id", [("is_open", "=", True)]),
            *super()._caller_open_kinds(),
        ]
