from odoo import api, fields, models
from odoo.fields import Command

SHOWN = 40


class CrmRmaFindSale(models.TransientModel):
    """The customer's deliveries that a unit without a serial can come from."""

    _name = "crm.rma.find.sale"
    _description = "Find the Sale of a Returned Unit"

    line_id = fields.Many2one(
        "crm.rma.line", string="RMA Unit", required=True, readonly=True
    )
    candidate_ids = fields.One2many("crm.rma.find.sale.line", "find_id")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        line = self.env["crm.rma.line"].browse(values.get("line_id"))
        if "candidate_ids" in fields and line:
            line.check_access("read")
            values["candidate_ids"] = [
                Command.create({"move_id": move.id, "quantity": left})
                for move, left in line._sale_candidates()[:SHOWN]
            ]
        return values


class CrmRmaFindSaleLine(models.TransientModel):
    _name = "crm.rma.find.sale.line"
    _description = "Delivery a Returned Unit Can Come From"

    find_id = fields.Many2one("crm.rma.find.sale", required=True, ondelete="cascade")
    move_id = fields.Many2one("stock.move", string="Delivery", required=True)
    date = fields.Datetime(related="move_id.date", string="Delivered On")
    reference = fields.Char(related="move_id.reference", string="Transfer")
    order_name = fields.Char(
        related="move_id.sale_line_id.order_id.name", string="Sales Order"
    )
    quantity = fields.Float(
        string="Left with the Customer", digits="Product Unit", readonly=True
    )

    def action_choose(self):
        """The unit comes from this delivery."""
        self.ensure_one()
        line = self.find_id.line_id
        line.check_access("write")
        line._choose_sale(self.move_id)
        return {"type": "ir.actions.act_window_close"}
