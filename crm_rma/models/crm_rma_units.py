from odoo import api, fields, models

# A return of two hundred units shows the first ones.
NAMES_SHOWN = 3


class CrmRma(models.Model):
    """What a list says about the units of an RMA."""

    _inherit = "crm.rma"

    product_ids = fields.Many2many(
        "product.product", compute="_compute_units", string="Products"
    )
    lot_ids = fields.Many2many(
        "stock.lot", compute="_compute_units", string="Serial Numbers"
    )
    product_names = fields.Char(compute="_compute_shown", string="Products Shown")
    serial_names = fields.Char(compute="_compute_shown", string="Serials Shown")
    warranty_status = fields.Selection(
        selection=lambda self: self.env["crm.rma.line"]._warranty_statuses(),
        compute="_compute_shown",
        string="Warranty",
    )

    @api.depends("line_ids.product_id", "line_ids.lot_id")
    def _compute_units(self):
        for rma in self:
            rma.product_ids = rma.line_ids.product_id
            rma.lot_ids = rma.line_ids.lot_id

    @api.depends("line_ids.product_id", "line_ids.lot_id", "line_ids.warranty_status")
    @api.depends_context("lang")
    def _compute_shown(self):
        """In words, so that a return of two hundred units stays one row; the worst
        verdict stands for all."""
        units = self._units_shown()
        labels = self.env["crm.rma.line"]._warranty_statuses()
        order = [status for status, _label in labels]
        for rma in self:
            lines = units[rma]
            statuses = [s for s in lines.mapped("warranty_status") if s]
            rma.warranty_status = max(statuses, key=order.index, default=False)
            rma.product_names = self._named(line.product_id for line in lines)
            rma.serial_names = self._named(line.lot_id for line in lines)

    def _units_shown(self):
        """``{rma: units}``: those of all saved ones in a single query."""
        lines = self.env["crm.rma.line"].search_fetch(
            [("rma_id", "in", self.filtered("id").ids)],
            ["rma_id", "product_id", "lot_id", "warranty_status"],
            order="sequence, id",
        )
        saved = lines.grouped("rma_id")
        return {
            rma: saved.get(rma, lines.browse()) if rma.id else rma.line_ids
            for rma in self
        }

    @api.model
    def _named(self, records):
        """The first names, and how many more there are.

        :param records: single records, which are read with those of the other RMAs
        """
        found = [record for record in dict.fromkeys(records) if record]
        names = ", ".join(record.display_name for record in found[:NAMES_SHOWN])
        rest = len(found) - NAMES_SHOWN
        return f"{names} +{rest}" if rest > 0 else names
