from odoo import api, models


class StockMove(models.Model):
    """Units on the way to a vendor and back: they stay the customers'."""

    _inherit = "stock.move"

    @api.depends("rma_outcome_id.rma_id.name")
    def _compute_reference(self):
        """The write-off of a lost unit carries the RMA's number."""
        bare = self.filtered(
            lambda m: m.rma_outcome_id and not m.rma_line_id and not m.picking_id
        )
        for move in bare:
            move.reference = move.rma_outcome_id.rma_id.name
        super(StockMove, self - bare)._compute_reference()

    def _rma_is_receipt(self):
        """What a vendor sends instead of a unit is no second receipt of it."""
        return super()._rma_is_receipt() and self.rma_outcome_id.kind != "vendor"

    def _rma_is_carried(self):
        """What went to a vendor or came from there is not taken back by *Undo*."""
        places = (self.location_id | self.location_dest_id).mapped("rma_place")
        return super()._rma_is_carried() and "vendor" not in places

    def _rma_after_done(self):
        """Whoever carries a unit away from *At Vendor*, in whatever screen: it is
        back, and as long as nobody says otherwise it was repaired."""
        result = super()._rma_after_done()
        for move in self.sudo():
            back = move.location_id.rma_place == "vendor" and not move.rma_outcome_id
            if back and move.location_dest_id.is_customer_goods:
                move.rma_line_id._came_by_hand(move)
        return result

    def _prepare_rma_loss(self):
        """Values of the move that writes off what this one took over."""
        self.ensure_one()
        line = self.rma_line_id
        lost = line.outcome_ids.filtered(lambda o: o.vendor_result == "lost")
        source, destination = self.location_dest_id, lost[:1]._scrap_location()
        quantity = line._moved(self)
        return {
            **line._prepare_carried(source, destination, quantity),
            "rma_line_id": False,
            "rma_outcome_id": lost[-1:].id,
        }


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _starts_vendor_warranty(self):
        """The unit that a vendor sends for a faulty one has the rest of its warranty."""
        return super()._starts_vendor_warranty() and not self.move_id.rma_line_id
