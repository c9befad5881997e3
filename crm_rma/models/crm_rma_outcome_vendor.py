from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .crm_rma_outcome import LEAVING

RESULTS = [
    ("repaired", "Repaired"),
    ("exchanged", "Another Unit Came"),
    ("refused", "Back Unrepaired"),
    ("lost", "Lost at Vendor"),
]
# The decision is over, and the units wait for another one.
GIVEN_UP = ("refused", "lost")
FACTS = {"vendor_repair_id", "vendor_result", "date_vendor_back"}


class CrmRmaOutcome(models.Model):
    """A vendor repairs the units: away, and back as the same or as another unit.

    Away and back are real moves between our house and the place *At Vendor*. An
    outcome is away as a whole or back as a whole; of goods without a serial number the
    part that comes back becomes an outcome of its own.
    """

    _inherit = "crm.rma.outcome"

    kind = fields.Selection(
        selection_add=[("repair",), ("vendor", "Outside Repair"), ("replace",)],
        ondelete={"vendor": "cascade"},
    )
    vendor_repair_id = fields.Many2one(
        "crm.rma.vendor",
        string="Outside Repair",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    vendor_id = fields.Many2one(
        related="vendor_repair_id.vendor_id", store=True, index="btree_not_null"
    )
    vendor_ref = fields.Char(related="vendor_repair_id.vendor_ref")
    date_sent = fields.Date(related="vendor_repair_id.date_sent", store=True)
    date_expected = fields.Date(related="vendor_repair_id.date_expected", store=True)
    vendor_result = fields.Selection(
        RESULTS,
        string="Result",
        readonly=True,
        copy=False,
        help="Empty as long as the units are at the vendor.",
    )
    date_vendor_back = fields.Date(string="Back On", readonly=True, copy=False)
    vendor_days = fields.Integer(
        string="Days at Vendor",
        compute="_compute_vendor_days",
        help="The customer waits meanwhile; the technician does not work on it.",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _at_vendor_idx = models.Index(
        "(date_expected, id) WHERE kind = 'vendor' AND vendor_result IS NULL"
    )
    _vendor_known = models.Constraint(
        "CHECK(kind != 'vendor' OR vendor_repair_id IS NOT NULL)",
        "An outside repair needs a vendor.",
    )

    @api.depends("date_sent", "date_vendor_back")
    @api.depends_context("tz")
    def _compute_vendor_days(self):
        today = fields.Date.context_today(self)
        for outcome in self:
            start = outcome.date_sent
            end = outcome.date_vendor_back or today
            outcome.vendor_days = max((end - start).days, 0) if start else 0

    @api.depends("date_expected", "vendor_result")
    @api.depends_context("tz")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for outcome in self:
            late = outcome.date_expected and outcome.date_expected < today
            outcome.is_overdue = bool(late) and not outcome.vendor_result

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [
            ("kind", "=", "vendor"),
            ("vendor_result", "=", False),
            ("date_expected", "<", today),
        ]

    @api.depends("vendor_result")
    def _compute_state(self):
        super()._compute_state()

    def _is_given_up(self):
        if self.kind == "vendor":
            return self.vendor_result in GIVEN_UP
        return super()._is_given_up()

    def _find_state(self):
        if self.kind == "vendor" and not self._is_given_up():
            return "done" if self.vendor_result else "open"
        return super()._find_state()

    def write(self, vals):
        if not self.env.su and FACTS & vals.keys():
            raise UserError(
                self.env._("What a vendor did is said with Back from Vendor.")
            )
        return super().write(vals)

    @api.model
    def _kinds_offered(self):
        kinds = super()._kinds_offered()
        return [*kinds[:1], "vendor", *kinds[1:]]

    # -------------------------------------------------------------------------
    # To the vendor
    # -------------------------------------------------------------------------

    @api.model
    def _decide(self, vals_list):
        """A lost unit is made good or written off, nothing else."""
        lines = self.env["crm.rma.line"]
        for vals in vals_list:
            line = lines.browse(vals["line_id"])
            if vals["kind"] not in LEAVING and line._only_lost():
                raise UserError(
                    self.env._(
                        "%s was lost at the vendor: replace or credit it, or write it "
                        "off with the customer's consent.",
                        line.display_name,
                    )
                )
        return super()._decide(vals_list)

    def _carry_out_vendor(self):
        """Send the units away, those of one outside repair together."""
        for repair, outcomes in self.grouped("vendor_repair_id").items():
            repair._send(outcomes)

    def _prepare_vendor_move(self, picking, source, destination, quantity):
        """Values of a move of this outcome's units, chained to the last one."""
        line = self.line_id
        carried = line._prepare_move_line(source, destination, quantity)
        return line._prepare_move(
            source,
            destination,
            quantity,
            rma_outcome_id=self.id,
            picking_id=picking.id,
            picking_type_id=picking.picking_type_id.id,
            move_orig_ids=[Command.set(line._last_moves_into(source).ids)],
            move_line_ids=[Command.create({**carried, "picking_id": picking.id})],
        )

    # -------------------------------------------------------------------------
    # Back from the vendor
    # -------------------------------------------------------------------------

    def _away(self):
        return self.filtered(lambda o: o.kind == "vendor" and not o.vendor_result)

    def _action_vendor_back(self):
        """Open the dialog for those of these units that are away."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Back from Vendor"),
            "res_model": "crm.rma.vendor.back",
            "view_mode": "form",
            "target": "new",
            "context": {"default_outcome_ids": self._away().ids},
        }

    def action_vendor_back(self):
        """Units of a list came back, or not."""
        self.check_access("write")
        return self._action_vendor_back()

    def _split_away(self, quantity):
        """The part that comes back now, as an outcome of its own.

        :raise UserError: more than what is away
        """
        self.ensure_one()
        uom = self.line_id.product_uom_id
        rest = uom.round(self.quantity - quantity)
        if uom.compare(quantity, 0) <= 0 or uom.compare(rest, 0) < 0:
            raise UserError(
                self.env._(
                    "%(unit)s: %(away)s are at the vendor, not %(quantity)s.",
                    unit=self.line_id.display_name,
                    away=f"{self.quantity:g}",
                    quantity=f"{quantity:g}",
                )
            )
        if uom.compare(rest, 0) == 0:
            return self
        outcome = self.sudo()
        outcome.quantity = rest
        return outcome.copy({"quantity": quantity, "vendor_price": 0.0})

    def _end_at_vendor(self, result, day=None):
        """Keep what became of units that were away; the vendor's clock stops."""
        for outcome in self.sudo():
            outcome.write(
                {
                    "vendor_result": result,
                    "date_vendor_back": day or outcome.line_id._today(),
                }
            )
        self.vendor_repair_id._plan_reminder()
        self.env["crm.rma.line"]._project_events(
            [(o.line_id, f"vendor_{result}", o.id) for o in self]
        )

    def _come_back(self, result, place):
        """The same units come back, repaired or not, and are put on ``place``."""
        for repair, outcomes in self.grouped("vendor_repair_id").items():
            warehouse = repair.warehouse_id
            destination = warehouse._rma_location(place)
            source = warehouse._rma_vendor_location()
            picking = repair._create_transfer(
                warehouse.rma_in_type_id, source=source, destination=destination
            )
            outcomes._end_at_vendor(result)
            repair._move_units(
                picking, [(o, source, destination, o.quantity) for o in outcomes]
            )

    def _come_back_as(self, lot, place):
        """The vendor keeps the unit and sends serial ``lot`` for it.

        Both are the customer's: neither the one that went nor the one that came has
        a value in our books.
        """
        self.ensure_one()
        line, repair = self.line_id, self.vendor_repair_id
        warehouse = repair.warehouse_id
        vendor = repair.vendor_id.with_company(repair.company_id)
        supplier = vendor.property_stock_supplier
        lot.sudo().lock_for_update(allow_referencing=True)
        line._check_exchange(lot)
        here = warehouse._rma_vendor_location()
        destination = warehouse._rma_location(place)
        gone = self._prepare_kept_by_vendor(here, supplier)
        self._end_at_vendor("exchanged")
        line.sudo().with_context(rma_arrival=True).exchanged_lot_id = lot
        self.sudo().lot_id = lot
        picking = repair._create_transfer(
            warehouse.rma_in_type_id, source=supplier, destination=destination
        )
        came = repair._move_units(
            picking, [(self, supplier, destination, self.quantity)]
        )
        self.env["stock.move"].sudo().create(gone)._action_done()
        line._carry_vendor_warranty(came)

    def _prepare_kept_by_vendor(self, here, supplier):
        """Values of the move of the unit that the vendor keeps."""
        line = self.line_id
        return {
            **line._prepare_carried(here, supplier, self.quantity),
            "rma_outcome_id": self.id,
        }

    # -------------------------------------------------------------------------
    # Lost
    # -------------------------------------------------------------------------

    def _take_over(self, **values):
        """What was lost at a vendor becomes ours, and is written off at once."""
        lost = self.with_context(rma_lost_first=True)
        moves = super(CrmRmaOutcome, lost)._take_over(**values)
        gone = moves.filtered(lambda m: m.location_id.rma_place == "vendor")
        if gone:
            losses = self.env["stock.move"].sudo()
            losses = losses.create([move._prepare_rma_loss() for move in gone])
            losses._action_done()
        return moves

    def _carry_out_scrap(self):
        super(CrmRmaOutcome, self.with_context(rma_lost_first=True))._carry_out_scrap()
