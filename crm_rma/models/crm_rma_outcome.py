from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.labels import field_labels

KINDS = [
    ("repair", "Repair"),
    ("replace", "Replace"),
    ("credit", "Credit"),
    ("return", "Return as Is"),
    ("nff", "No Fault Found"),
    ("refuse", "Claim Refused"),
    ("scrap", "Scrap"),
]
# These goods go home as they came.
HOMEWARD = ("return", "nff", "refuse")
# These goods stay with us or are destroyed.
LEAVING = ("replace", "credit", "scrap")
# What was decided is carried out at once: it cannot be typed anew.
DECIDED = {"line_id", "kind", "quantity", "repair_id", "lot_id", "product_id"}


class CrmRmaOutcome(models.Model):
    """What is decided for some of the units of a line, and carried out at once.

    A line has as many outcomes as there are decisions; together they never are more
    than what was received. An outcome whose repair was cancelled counts no more.
    """

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
    rma_id = fields.Many2one(
        related="line_id.rma_id", string="RMA", store=True, index=True
    )
    partner_id = fields.Many2one(related="line_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        index=True,
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
    move_ids = fields.One2many("stock.move", "rma_outcome_id", string="Moves")
    state = fields.Selection(
        [("open", "Under Way"), ("done", "Done"), ("cancel", "Cancelled")],
        string="Status",
        compute="_compute_state",
        store=True,
        help="Read from the moves and the repair, never typed.",
    )
    reason_id = fields.Many2one(
        "crm.rma.reason",
        ondelete="restrict",
        index="btree_not_null",
        help="Why it was decided like this.",
    )
    note = fields.Text()

    # Replace
    product_id = fields.Many2one(
        "product.product",
        string="Replacement Product",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Empty: the same product.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Replacement Serial",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )

    # Scrap
    consent_by = fields.Char(
        string="Consent Given By",
        help="Who of the customer agreed that the unit is destroyed.",
    )
    consent_date = fields.Date(string="Consent On")

    decided_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
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

    @api.depends("kind", "repair_id.state", "move_ids.state", "line_id.place")
    def _compute_state(self):
        for outcome in self:
            outcome.state = outcome.sudo()._find_state()

    def _is_given_up(self):
        """Whether the repair, or the transfer of the replacing unit, was cancelled."""
        self.ensure_one()
        if self.kind == "replace":
            states = set(self.move_ids.mapped("state"))
            return states == {"cancel"}
        return self.repair_id.state == "cancel"

    def _find_state(self):
        """How far the decision was carried out: ``open``, ``done`` or ``cancel``."""
        self.ensure_one()
        if self._is_given_up():
            return "cancel"
        if self.kind == "repair":
            return "done" if self.repair_id.state == "done" else "open"
        if self.kind in LEAVING:
            taken = self.move_ids.filtered("location_id.is_customer_goods")
            carried = sum(self.line_id._moved(m) for m in taken if m.state == "done")
            uom = self.line_id.product_uom_id
            return "done" if uom.compare(carried, self.quantity) >= 0 else "open"
        return "done" if self.line_id.place in ("shipped", "left") else "open"

    @api.constrains("kind", "consent_by", "consent_date")
    def _check_consent(self):
        """What belongs to the customer is destroyed with the customer's word only."""
        for outcome in self:
            if outcome.kind == "scrap" and not (
                outcome.consent_by and outcome.consent_date
            ):
                raise ValidationError(
                    self.env._(
                        "%s: say who of the customer agreed to the scrapping, and when.",
                        outcome.line_id.display_name,
                    )
                )

    def _check_received(self):
        """More cannot be decided than what came. The RMA is locked meanwhile."""
        for line in self.line_id:
            if line.product_uom_id.compare(line.qty_undecided, 0) < 0:
                raise ValidationError(
                    self.env._(
                        "%(unit)s: %(decided)s were decided, but only %(received)s came.",
                        unit=line.display_name,
                        decided=line.qty_decided,
                        received=line.qty_received,
                    )
                )

    def write(self, vals):
        if not self.env.su and (typed := DECIDED & vals.keys()):
            raise UserError(
                self.env._(
                    "%s cannot be typed: it was decided and carried out.",
                    field_labels(self, typed),
                )
            )
        return super().write(vals)
