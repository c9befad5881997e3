from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class CrmPhoneNumber(models.Model):
    """Every number of a customer or lead is one of its keys: all writes of numbers end
    in ``_write_multi``, new ones in ``create``."""

    _inherit = "crm.phone.number"

    def _duplicate_owners(self):
        return self.partner_id, self.lead_id

    def _duplicate_sync(self, owners):
        """Write the keys of the owners of numbers that were added or went."""
        self.env["crm.phone.number"].flush_model(
            ["raw", "e164", "partner_id", "lead_id"]
        )
        for records in owners:
            records.exists()._duplicate_refresh()

    @api.model_create_multi
    def create(self, vals_list):
        numbers = super().create(vals_list)
        numbers._duplicate_sync(numbers.sudo()._duplicate_owners())
        return numbers

    def write(self, vals):
        if not {"raw", "number", "partner_id", "lead_id"} & vals.keys():
            return super().write(vals)
        before = self.sudo()._duplicate_owners()
        result = super().write(vals)
        after = self.sudo()._duplicate_owners()
        self._duplicate_sync([a | b for a, b in zip(before, after, strict=True)])
        return result

    def unlink(self):
        owners = self.sudo()._duplicate_owners()
        result = super().unlink()
        self._duplicate_sync(owners)
        return result


class CrmDuplicateMixin(models.AbstractModel):
    _inherit = "crm.duplicate.mixin"

    def _duplicate_more_phones(self):
        """All numbers in the list of the record, in one query."""
        owner = {"res.partner": "partner_id", "crm.lead": "lead_id"}.get(self._name)
        found = defaultdict(list)
        if owner:
            column = SQL.identifier(owner)
            for id_, number in self.env.execute_query(
                SQL(
                    """SELECT %s, COALESCE(e164, raw) FROM crm_phone_number
                        WHERE %s = ANY(%s)""",
                    column,
                    column,
                    self.ids,
                )
            ):
                found[id_].append(number)
        return found
