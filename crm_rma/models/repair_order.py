from odoo import fields, models


class RepairOrder(models.Model):
    _inherit = "repair.order"

    rma_line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        ondelete="restrict",
        index="btree_not_null",
        copy=False,
        check_company=True,
        help="The returned unit that lies on the bench for this repair. The cost of "
        "service is read from the done part moves of its repairs.",
    )
    rma_id = fields.Many2one(related="rma_line_id.rma_id", string="RMA")

    _rma_lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL")

    def action_repair_done(self):
        """Tell the history that the unit is repaired."""
        res = super().action_repair_done()
        repairs = self.filtered("rma_line_id").sudo()
        self.env["crm.rma.line"]._project_events(
            [(repair.rma_line_id, "repaired", repair.id) for repair in repairs]
        )
        return res

    def action_view_rma(self):
        """Open the RMA this repair belongs to."""
        self.ensure_one()
        return self.rma_id._action_open()

    def _rma_missing_parts(self):
        """Part moves of these repairs for which nothing is there to use."""
        return self.move_ids.filtered(
            lambda m: (
                m.state not in ("done", "cancel")
                and m.product_uom.compare(m.product_uom_qty, 0) > 0
                and m.product_uom.compare(m.quantity, m.product_uom_qty) < 0
                and m.repair_line_type == "add"
            )
        )
