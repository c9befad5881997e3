from odoo import models


class CrmAnalyticsWatched(models.AbstractModel):
    """A document whose changes change the figures.

    How it works: the ORM writes every stored value through :meth:`_create` and
    :meth:`_write_multi`, recomputed ones included. Both only note the ids of the
    records in the memory of the transaction; they become rows of the queue
    (``crm.analytics.dirty``) with one statement, before the transaction commits or
    somebody reads a figure. A watermark on ``write_date`` would lose late commits
    and deletions.

    Inherit it **before** the document: ``_inherit = ["crm.analytics.watched", "x"]``.
    """

    _name = "crm.analytics.watched"
    _description = "Document behind the Figures"

    # Stored fields whose change changes a figure.
    _analytics_inputs = frozenset()

    def _create(self, data_list):
        records = super()._create(data_list)
        self.env["crm.analytics.dirty"]._note(self._name, records.ids)
        return records

    def _write_multi(self, vals_list):
        changed = [
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if not self._analytics_inputs.isdisjoint(vals)
        ]
        super()._write_multi(vals_list)
        self.env["crm.analytics.dirty"]._note(self._name, changed)

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        self.env["crm.analytics.dirty"]._note(self._name, ids)
        return result
