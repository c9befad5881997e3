from odoo import api, models


class CrmDuplicateMixin(models.AbstractModel):
    """Keeps the keys of a model in ``crm.duplicate.key``: all writes end in
    ``_write_multi``, also those of computed fields."""

    _name = "crm.duplicate.mixin"
    _description = "Can Be Found as a Duplicate"

    @api.model
    def _duplicate_fields(self):
        """Names of the stored fields that the keys are made of."""
        raise NotImplementedError

    def _duplicate_keys(self):
        """Read the records by SQL and return ``{id: set of Key}``."""
        raise NotImplementedError

    def _duplicate_more_phones(self):
        """Hook: ``{record id: [texts]}`` of numbers beside the main one."""
        return {}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.flush_recordset(self._duplicate_fields())
        records._duplicate_refresh()
        return records

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        names = self._duplicate_fields()
        if any(vals.keys() & names for vals in vals_list):
            self._duplicate_refresh()
        return result

    def _duplicate_refresh(self):
        """Write the keys of the records anew; they must be flushed."""
        if self:
            self.env["crm.duplicate.key"]._sync(self._name, self._duplicate_keys())
