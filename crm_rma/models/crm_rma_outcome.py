from odoo import api, fields, models


class CrmRmaOutcome(models.Model):
    _name = "crm.rma.outcome"
    _description = "RMA Outcome"
    _order = "line_id, id"
    _rec_names_search = ["line_id.rma_id.name", "line_id.lot_id.name"]
    _check_company_auto = True

    line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("repair", "Repair"), ("return", "Return as Is")],
        required=True,
        help="What happens to these units. One line may have several outcomes; their "
        "quantities together are what was received.",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)
    repair_id = fields.Many2one(
        "repair.order",
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "An outcome needs a quantity."
    )

    @api.depends("kind", "quantity", "line_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for outcome in self:
            kind = kinds.get(outcome.kind, "")
            outcome.display_name = f"{outcome.line_id.display_name}: {kind}"
