from odoo import api, models


class CrmPhoneNumber(models.Model):
    _inherit = "crm.phone.number"

    @api.model
    def _caller_open_kinds(self):
        """A clerk who picks up the phone sees the returns on their way first."""
        on_their_way = [("is_open", "=", True)]
        return [
            (self.env._("RMAs"), "crm.rma", "partner_id", on_their_way),
            *super()._caller_open_kinds(),
        ]
