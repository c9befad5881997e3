from odoo import api, models


class CrmDuplicate(models.AbstractModel):
    """A known customer may wait in a public pool: whoever asks is told where."""

    _inherit = "crm.duplicate"

    @api.model
    def _state(self, record, owner):
        state = super()._state(record, owner)
        pooled = record._name == "res.partner" and record.commercial_partner_id.pool_id
        return "pool" if state == "free" and pooled else state
