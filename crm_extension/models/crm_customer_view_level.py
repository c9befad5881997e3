from odoo import api, models


class CrmCustomerView(models.AbstractModel):
    """The level says how the customer is served."""

    _inherit = "crm.customer.view"

    @api.model
    def _level(self, level):
        words = super()._level(level)
        return words and {**words, "service": level._service_words()}
