from odoo import api, fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    rma_advance_id = fields.Many2one(
        "crm.rma.advance",
        string="Advance Replacement",
        ondelete="restrict",
        index="btree_not_null",
        copy=True,
    )

    @api.depends("rma_advance_id.rma_id.name")
    def _compute_reference(self):
        """The passing of the title has no transfer: it carries the RMA's number."""
        bare = self.filtered(
            lambda m: m.rma_advance_id and not m.rma_line_id and not m.picking_id
        )
        for move in bare:
            move.reference = move.rma_advance_id.rma_id.name
        super(StockMove, self - bare)._compute_reference()

    def _rma_is_advance(self):
        """Whether the move sends a good unit of ours to the customer."""
        return bool(self.rma_advance_id) and self.location_dest_id.usage == "internal"

    def _rma_after_done(self):
        """A good unit left, or a faulty one came that a good one was sent for."""
        result = super()._rma_after_done()
        moves = self.sudo()
        for move in moves.filtered(lambda m: m._rma_is_advance()):
            move.rma_advance_id._shipped(move)
        lines = moves._rma_receipts().rma_line_id.filtered("advance_ids")
        lines._settle_advances()
        return result
