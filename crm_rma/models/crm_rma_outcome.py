from odoo import fields, models


class CrmRmaOutcome(models.Model):
    _name = "crm.rma.outcome"
    _description = "RMA Outcome"
    _order = "line_id, id"

    line_id = fields.Many2one(
        "crm.rma.line", string="RMA Unit", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("repair", "Repair"), ("return", "Return as Is")],
        required=True,
        help="What happens to these units. One line may have several outcomes; their "
        "quantities together are what was received.",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)
    repair_id = fields.Many2one("repair.order", ondelete="set null", index=True)

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "An outcome needs a quantity."
    )
