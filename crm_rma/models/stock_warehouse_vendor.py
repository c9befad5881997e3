from odoo import models


class StockWarehouse(models.Model):
    """The place of units that are at a vendor: on the way, outside, not ours."""

    _inherit = "stock.warehouse"

    def _prepare_rma_location(self, name, **values):
        if values.get("rma_place") == "vendor":
            values.setdefault("usage", "transit")
        return super()._prepare_rma_location(name, **values)

    def _rma_vendor_location(self):
        """Where units at vendors lie; made when a warehouse has none yet."""
        self.ensure_one()
        if not self._rma_location("vendor"):
            self.sudo()._ensure_rma_locations()
        return self._rma_location("vendor")
