from odoo import api, fields, models

MARGIN = "crm_extension.crm_extension_group_margin,crm_rma.crm_rma_group_manager"


class CrmRmaLine(models.Model):
    """What a returned unit costs us: read from the done moves, plus work and freight.

    Parts stand at the value with which they left our stock, in the currency of the
    company. What a vendor gives back is taken off. An addon that knows of more cost
    (an outside repair) extends :meth:`_cost_values`.
    """

    _inherit = "crm.rma.line"

    currency_id = fields.Many2one(related="company_id.currency_id")
    labour_minutes = fields.Float(
        string="Work (Minutes)", help="Time spent on diagnosis, repair and test."
    )
    cost_freight = fields.Monetary(
        string="Freight", help="What the ways in and out cost us."
    )
    cost_recovered = fields.Monetary(
        string="Recovered", help="What a vendor or an insurance gave back."
    )
    cost_parts = fields.Monetary(
        string="Parts under Warranty",
        compute="_compute_cost",
        store=True,
        groups=MARGIN,
    )
    cost_goodwill = fields.Monetary(
        string="Parts as Goodwill", compute="_compute_cost", store=True, groups=MARGIN
    )
    cost_paid_parts = fields.Monetary(
        string="Parts the Customer Pays",
        compute="_compute_cost",
        store=True,
        groups=MARGIN,
        help="Used in a repair that is invoiced; not part of the cost of the RMA.",
    )
    cost_labour = fields.Monetary(
        string="Work",
        compute="_compute_cost",
        store=True,
        groups=MARGIN,
        help="Minutes by the rate in the settings.",
    )
    cost_unit = fields.Monetary(
        string="Replacing Unit",
        compute="_compute_cost",
        store=True,
        groups=MARGIN,
        help="Value of the unit that was sent, less that of the one taken back.",
    )
    cost_total = fields.Monetary(
        string="RMA Cost",
        compute="_compute_cost",
        store=True,
        groups=MARGIN,
        help="Parts, work, replacing unit and freight, less what was recovered.",
    )

    _cost_positive = models.Constraint(
        "CHECK(labour_minutes >= 0 AND cost_freight >= 0 AND cost_recovered >= 0)",
        "Minutes and amounts cannot be negative.",
    )

    @api.depends(
        "labour_minutes",
        "cost_freight",
        "cost_recovered",
        "repair_ids.move_ids.state",
        "repair_ids.move_ids.value",
        "outcome_ids.move_ids.state",
        "outcome_ids.move_ids.value",
    )
    def _compute_cost(self):
        for line in self:
            values = line.sudo()._cost_values()
            paid = values.pop("cost_paid_parts")
            extra = line.cost_freight - line.cost_recovered
            line.update(
                {
                    **values,
                    "cost_paid_parts": paid,
                    "cost_total": sum(values.values()) + extra,
                }
            )

    def _cost_values(self):
        """``{field: amount}`` in the company's currency; all but the parts that the
        customer pays are cost of the RMA. Hook."""
        self.ensure_one()
        company = self.company_id or self.env.company
        labour = self.labour_minutes / 60 * company.rma_labour_rate
        return {
            **self._cost_of_parts(),
            "cost_labour": labour and company.currency_id.round(labour),
            "cost_unit": self._cost_of_exchange(),
        }

    def _cost_of_parts(self):
        """Done part moves of the repairs, by the place they were booked to.

        Parts that go back to our stock (recycled) are taken off.
        """
        names = {"warranty": "cost_parts", "goodwill": "cost_goodwill"}
        costs = dict.fromkeys((*names.values(), "cost_paid_parts"), 0.0)
        for repair in self.repair_ids:
            done = repair.move_ids.filtered(lambda m: m.state == "done")
            for move in done:
                expense = repair.location_dest_id.rma_expense
                name = names.get(expense, "cost_paid_parts")
                if move.repair_line_type == "add":
                    costs[name] += abs(move.value)
                elif move.repair_line_type == "recycle":
                    costs[name] -= abs(move.value)
        return costs

    def _cost_of_exchange(self):
        """What the exchange of units cost: sent less taken back."""
        moves = self._outcomes_of("replace").move_ids
        moves = moves.filtered(lambda m: m.state == "done")
        sent = moves.filtered(lambda m: m._rma_is_replacement())
        back = moves - sent
        return sum(abs(m.value) for m in sent) - sum(abs(m.value) for m in back)


class CrmRma(models.Model):
    _inherit = "crm.rma"

    currency_id = fields.Many2one(related="company_id.currency_id")
    cost_total = fields.Monetary(
        string="RMA Cost", compute="_compute_cost_total", store=True, groups=MARGIN
    )

    @api.depends("line_ids.cost_total")
    def _compute_cost_total(self):
        for rma in self.sudo():
            rma.cost_total = sum(rma.line_ids.mapped("cost_total"))
