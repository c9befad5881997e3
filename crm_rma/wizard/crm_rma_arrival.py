from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRmaArrival(models.TransientModel):
    _name = "crm.rma.arrival"
    _description = "Something Else Arrived"

    line_id = fields.Many2one(
        "crm.rma.line", string="RMA Unit", required=True, readonly=True
    )
    company_id = fields.Many2one(related="line_id.company_id")
    announced_id = fields.Many2one(related="line_id.lot_id", string="Announced")
    kind = fields.Selection(
        [
            ("other", "Another serial number"),
            ("unknown", "A unit without a legible serial number"),
            ("empty", "Nothing: empty box, or it will not come"),
        ],
        string="What Came",
        required=True,
        default="other",
    )
    serial = fields.Char(string="Serial Number", help="What is written on the unit.")
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('tracking', '!=', 'none')]",
        check_company=True,
    )
    reason_id = fields.Many2one(
        "crm.rma.reason",
        required=True,
        domain="[('kind', '=', 'dock')]",
    )
    note = fields.Text()

    @api.depends("line_id")
    def _compute_product_id(self):
        for arrival in self:
            arrival.product_id = arrival.product_id or arrival.line_id.product_id

    def action_apply(self):
        """Expect what really came; then it is received like any other unit."""
        self.ensure_one()
        line = self.line_id
        if not line.rma_id._begin("is_open"):
            return line.rma_id._nothing_to_do()
        if self.kind == "empty":
            line._give_up(self.reason_id, self.note)
        else:
            line._arrive_as(self._lot(), self.reason_id, self.note)
        return {"type": "ir.actions.act_window_close"}

    def _lot(self):
        """The serial number of the unit that came; made when nobody knows it."""
        if self.kind == "unknown":
            return self.line_id._unknown_lot(self.product_id)
        serial = (self.serial or "").strip()
        if not serial:
            raise UserError(self.env._("Type or scan the serial number on the unit."))
        lots = self.line_id.rma_id._find_serials([serial])
        found = lots.get(serial, self.env["stock.lot"])
        mine = found.filtered(lambda lot: lot.product_id == self.product_id)
        if len(mine or found) == 1:
            return mine or found
        return self.line_id._unknown_lot(self.product_id, serial)
