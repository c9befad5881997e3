from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRmaLine(models.Model):
    """What was decided for the units of a line, and what is still undecided."""

    _inherit = "crm.rma.line"

    qty_decided = fields.Float(
        string="Decided",
        compute="_compute_decided",
        store=True,
        digits="Product Unit",
        help="Sum of the outcomes. What was given up counts no more.",
    )
    qty_undecided = fields.Float(
        string="Undecided",
        compute="_compute_decided",
        store=True,
        digits="Product Unit",
    )
    outcome_summary = fields.Char(
        string="Outcome",
        compute="_compute_outcome_summary",
        help="What was decided, with the quantity where a line has several outcomes.",
    )

    @api.depends(
        "qty_received",
        "outcome_ids.quantity",
        "outcome_ids.repair_id.state",
        "outcome_ids.move_ids.state",
    )
    def _compute_decided(self):
        for line in self:
            decided = sum(line._live_outcomes().mapped("quantity"))
            line.qty_decided = decided
            line.qty_undecided = line.qty_received - decided

    @api.depends("outcome_ids.kind", "outcome_ids.quantity", "outcome_ids.state")
    @api.depends_context("lang")
    def _compute_outcome_summary(self):
        kinds = self.env["crm.rma.outcome"]._fields["kind"]
        labels = dict(kinds._description_selection(self.env))
        for line in self:
            found = line._live_outcomes()
            many = len(found) > 1
            line.outcome_summary = ", ".join(
                f"{outcome.quantity:g} {labels[outcome.kind]}"
                if many
                else labels[outcome.kind]
                for outcome in found
            )

    def _live_outcomes(self):
        return self.outcome_ids.filtered(
            lambda outcome: not outcome.sudo()._is_given_up()
        )

    def _outcomes_of(self, *kinds):
        return self._live_outcomes().filtered(lambda outcome: outcome.kind in kinds)

    def _is_undecided(self):
        """Whether some of what came waits for a decision."""
        return self.product_uom_id.compare(self.qty_undecided, 0) > 0

    # -------------------------------------------------------------------------
    # Decide
    # -------------------------------------------------------------------------

    def _decide(self, kind, **values):
        """One outcome of ``kind`` for all that is undecided of these lines."""
        return self.env["crm.rma.outcome"]._decide(
            [
                {
                    "line_id": line.id,
                    "kind": kind,
                    "quantity": line.qty_undecided,
                    **values,
                }
                for line in self
                if line._is_undecided()
            ]
        )

    def _check_decidable(self):
        """What is not with us cannot be decided about."""
        if away := self.filtered(lambda line: not line._units_here()):
            raise UserError(
                self.env._(
                    "%s is not with us: nothing can be decided.",
                    ", ".join(away.mapped("display_name")),
                )
            )

    def _pick(self, quantity):
        """Where ``quantity`` of the units that are with us is taken from.

        What lies on the bench or is ready belongs to a decision already, so it is
        taken last.

        :return: ``[(stock.location, quantity)]``
        :raise UserError: there are not as many with us
        """
        self.ensure_one()
        uom, picked = self.product_uom_id, []
        for location, lying in self._pickable():
            taken = min(lying, quantity)
            if uom.compare(taken, 0) > 0:
                picked.append((location, taken))
                quantity -= taken
        if uom.compare(quantity, 0) > 0:
            raise UserError(
                self.env._("%s: not so many units are with us.", self.display_name)
            )
        return picked

    def _pickable(self):
        """``[(stock.location, quantity)]`` in the order in which units are taken."""
        return sorted(
            self._units_here().items(),
            key=lambda item: (item[0].rma_place in ("bench", "ready"), item[0].id),
        )

    def _bench_location(self):
        """The place of the bench, or the shelf there on which the units lie."""
        self.ensure_one()
        lying = [loc for loc in self._units_here() if loc.rma_place == "bench"]
        return lying[0] if lying else self.rma_id.warehouse_id._rma_location("bench")

    def _project_outcomes(self, outcomes):
        """Tell the customer's history what was decided."""
        told = outcomes.filtered(lambda o: o.kind not in ("repair", "return"))
        self._project_events(
            [(outcome.line_id, outcome.kind, outcome.id) for outcome in told]
        )
