from odoo import api, models


class CrmPhoneNumber(models.Model):
    """Every number of a customer or lead, former ones too, is one of its keys."""

    _inherit = "crm.phone.number"

    def _duplicate_touch(self):
        """The keys of the owners are made anew."""
        for owners in self.sudo()._owners():
            owners._duplicate_refresh()

    @api.model_create_multi
    def create(self, vals_list):
        numbers = super().create(vals_list)
        numbers._duplicate_touch()
        return numbers

    def write(self, vals):
        if not {"raw", "number", "partner_id", "lead_id"} & vals.keys():
            return super().write(vals)
        self._duplicate_touch()
        result = super().write(vals)
        self._duplicate_touch()
        return result

    def unlink(self):
        self._duplicate_touch()
        return super().unlink()
