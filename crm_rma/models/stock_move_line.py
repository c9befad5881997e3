from odoo import models


class StockMoveLine(models.Model):
    """What a done move line means for a warranty."""

    _inherit = "stock.move.line"

    # Stock Odoo finds the moves of a serial by reading the whole table.
    _rma_lot_idx = models.Index("(lot_id, id DESC) WHERE lot_id IS NOT NULL")

    def _starts_warranty(self):
        """Whether this line hands goods over to a customer for the first time.

        Going home from a repair, or the return of a return, starts nothing.
        """
        return self._hands_over() and not self.move_id.origin_returned_move_id

    def _revives_warranty(self):
        """Whether this line sends goods back that had been returned to us."""
        return self._hands_over() and bool(self.move_id.origin_returned_move_id)

    def _hands_over(self):
        self.ensure_one()
        return (
            self._is_sold()
            and self.location_dest_id.usage == "customer"
            and self.location_id.usage != "customer"
        )

    def _ends_warranty(self):
        """Whether this line takes goods back for good: they come from a customer and
        not into a place where customers' goods are repaired."""
        self.ensure_one()
        return (
            self._is_sold()
            and self.location_id.usage == "customer"
            and self.location_dest_id.usage != "customer"
            and not self.location_dest_id.is_customer_goods
        )

    def _starts_vendor_warranty(self):
        """Whether this line brings a serial number from a vendor, to us or, with a
        drop shipment, to the customer."""
        self.ensure_one()
        return (
            self._is_done_goods()
            and bool(self.lot_id)
            and self.location_id.usage == "supplier"
            and self.location_dest_id.usage in ("internal", "transit", "customer")
            and not self.move_id.origin_returned_move_id
        )

    def _is_sold(self):
        """Goods of a sale, or those that replace a faulty unit; what only passes
        through our hands for repair is neither."""
        move = self.move_id
        return self._is_done_goods() and (
            not move.rma_line_id or bool(move.warranty_replaced_id)
        )

    def _is_done_goods(self):
        """Goods that really moved, with their serial number if they have one."""
        return (
            self.state == "done"
            and self.quantity > 0
            and (self.product_id.tracking != "serial" or bool(self.lot_id))
        )

    def _is_warranty_of(self, registration):
        """Whether ``registration`` is that of the goods which this line brings back."""
        self.ensure_one()
        move = self.move_id
        if registration.company_id != move.company_id:
            return False
        if self.product_id.tracking == "serial":
            return registration.lot_id == self.lot_id
        return (
            registration.move_id == move.origin_returned_move_id
            and registration.product_id == self.product_id
            and registration.lot_id in (self.lot_id, self.lot_id.browse())
        )
