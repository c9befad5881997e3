from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.labels import field_labels
from .stock_location import PLACES

LINE_PLACES = [
    ("requested", "Requested"),
    ("expected", "Expected"),
    *PLACES,
    ("shipped", "Shipped"),
    ("left", "Scrapped or Kept"),
    ("missing", "Did Not Come"),
]
SELDOM = ("requested", "left", "missing")
# Read from the moves, the serial and the judgement; nobody writes it.
FACTS = {
    "origin_move_id",
    "chosen_move_id",
    "announced_lot_id",
    "not_come",
    "arrival_reason_id",
    "arrival_note",
    "repeat_of_id",
    "date_reported",
    "qty_decided",
    "qty_undecided",
    "delivered_to_id",
    "warranty_status",
    "warranty_until",
    "verdict",
    "qty_received",
    "qty_shipped",
    "location_id",
    "is_open_serial",
    "sale_line_id",
    "is_goodwill",
    "vendor_warranty_id",
    "vendor_claim_deadline",
    "vendor_claimed_on",
}
OPEN_REPAIR_STATES = ("draft", "confirmed", "under_repair")


class CrmRmaLine(models.Model):
    _name = "crm.rma.line"
    _description = "RMA Unit"
    _order = "rma_id, sequence, id"
    _rec_names_search = ["rma_id.name", "lot_id.name", "product_id.name"]
    _check_company_auto = True

    rma_id = fields.Many2one(
        "crm.rma", string="RMA", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        related="rma_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="rma_id.commercial_partner_id",
        string="Customer",
        store=True,
        index=True,
    )
    user_id = fields.Many2one(related="rma_id.user_id", store=True, index=True)
    priority = fields.Selection(related="rma_id.priority", store=True)
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    age = fields.Integer(related="rma_id.age")

    # Which unit
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        copy=False,
        domain="[('product_id', '=?', product_id)]",
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu')]",
        check_company=True,
    )
    tracking = fields.Selection(related="product_id.tracking")
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Unit",
    )
    fault = fields.Text(help="What the customer says is wrong.")

    # Where it comes from
    origin_move_id = fields.Many2one(
        "stock.move",
        string="Delivery Move",
        compute="_compute_origin",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    origin_picking_id = fields.Many2one(
        related="origin_move_id.picking_id", string="Delivery"
    )
    sale_line_id = fields.Many2one(
        related="origin_move_id.sale_line_id",
        string="Sales Order Line",
        store=True,
        index="btree_not_null",
    )
    sale_order_id = fields.Many2one(
        related="sale_line_id.order_id", string="Sales Order"
    )
    delivered_to_id = fields.Many2one(
        "res.partner",
        compute="_compute_origin",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    is_foreign = fields.Boolean(
        string="Not Delivered to This Customer", compute="_compute_is_foreign"
    )
    origin_reason = fields.Char(
        string="Why Accepted",
        help="Needed for a serial number that was not delivered to this customer.",
    )

    # Progress: read from the moves, never typed
    move_ids = fields.One2many("stock.move", "rma_line_id", string="Moves")
    repair_ids = fields.One2many("repair.order", "rma_line_id", string="Repairs")
    outcome_ids = fields.One2many("crm.rma.outcome", "line_id", string="Outcomes")
    qty_received = fields.Float(
        string="Received",
        compute="_compute_progress",
        store=True,
        digits="Product Unit",
    )
    qty_shipped = fields.Float(
        string="Shipped Back",
        compute="_compute_progress",
        store=True,
        digits="Product Unit",
    )
    qty_to_receive = fields.Float(
        string="To Receive",
        compute="_compute_qty_to_receive",
        store=True,
        readonly=False,
        digits="Product Unit",
        help="How many the next receipt takes in. Lower it when only some arrived.",
    )
    location_id = fields.Many2one(
        "stock.location",
        compute="_compute_progress",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    place = fields.Selection(
        LINE_PLACES,
        compute="_compute_progress",
        inverse="_inverse_place",
        store=True,
        index=True,
        group_expand="_expand_places",
        copy=False,
        help="Where the unit lies. Dragging a card to another place moves the unit.",
    )
    is_open_serial = fields.Boolean(
        compute="_compute_is_open_serial", store=True, precompute=True
    )

    _open_serial_uniq = models.UniqueIndex(
        "(lot_id) WHERE is_open_serial",
        "This serial number already has an open RMA.",
    )
    # Said as the ORM asks, or PostgreSQL does not see that the index fits.
    _open_idx = models.Index("(priority DESC, id DESC) WHERE is_open IS TRUE")
    _board_idx = models.Index("(place, priority DESC, id) WHERE is_open IS TRUE")
    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "A returned unit needs a quantity above zero."
    )

    # -------------------------------------------------------------------------
    # Computes
    # -------------------------------------------------------------------------

    @api.depends("rma_id.name", "product_id", "lot_id")
    @api.depends_context("rma_unit_only")
    def _compute_display_name(self):
        """RMA and unit; within one RMA (context ``rma_unit_only``) the unit alone."""
        for line in self:
            unit = line.lot_id.name or line.product_id.display_name or ""
            if not self.env.context.get("rma_unit_only"):
                unit = f"{line.rma_id.name}: {unit}"
            line.display_name = unit

    @api.depends("lot_id")
    def _compute_product_id(self):
        for line in self:
            line.product_id = line.lot_id.product_id or line.product_id

    @api.depends("product_id", "lot_id")
    def _compute_quantity(self):
        for line in self:
            serial = line.product_id.tracking == "serial"
            line.quantity = 1.0 if serial else line.quantity or 1.0

    @api.depends("lot_id", "company_id", "registration_id", "chosen_move_id")
    def _compute_origin(self):
        """Delivery and buyer of each unit: two queries for the batch.

        A serial or lot number says it itself; goods without one come from the delivery
        that somebody chose, else from the one whose warranty was chosen.
        """
        for company, lines in self.grouped("company_id").items():
            origins = lines.lot_id._rma_origins(company)
            for line in lines:
                origin = origins.get(line.lot_id._origin)
                chosen = line.registration_id.sudo()
                sale = line.chosen_move_id.sudo()
                if not line._is_serial() and sale:
                    line.origin_move_id = line.chosen_move_id
                    line.delivered_to_id = sale._delivered_to().with_env(self.env)
                elif not line._is_serial() and chosen.move_id:
                    line.origin_move_id = chosen.move_id.with_env(self.env)
                    line.delivered_to_id = chosen.partner_id.with_env(self.env)
                else:
                    line.origin_move_id = origin and origin.move
                    line.delivered_to_id = origin and origin.partner

    @api.depends("lot_id", "delivered_to_id", "rma_id.commercial_partner_id")
    def _compute_is_foreign(self):
        for line in self:
            owner = line.rma_id.partner_id.commercial_partner_id._origin
            line.is_foreign = bool(line.lot_id) and line.delivered_to_id != owner

    @api.depends("rma_id.is_open", "repeat_ids")
    def _compute_is_open(self):
        """A visit that was followed by another one of the same unit is over."""
        for line in self:
            line.is_open = line.rma_id.is_open and not line.repeat_ids

    @api.depends("rma_id.date_approved", "move_ids.state", "not_come")
    def _compute_progress(self):
        """Received, shipped and place, from what lies where."""
        order = [place for place, _label in LINE_PLACES]
        for line in self:
            moves = line.sudo().move_ids
            done = moves.filtered(lambda m: m.state == "done")
            received = sum(line._moved(m) for m in done if m._rma_is_receipt())
            shipped = sum(line._moved(m) for m in done if m._rma_is_shipment())
            here = line._units_held()
            line.qty_received = received
            line.qty_shipped = shipped
            if here:
                line.location_id = min(
                    here, key=lambda loc: order.index(loc.rma_place or "received")
                )
                line.place = line.location_id.rma_place or "received"
            elif received and not line._open_receipts():
                gone = done.filtered("location_id.is_customer_goods")
                last = gone.sorted(lambda m: (m.date, m.id))[-1:]
                line.location_id = last.location_dest_id
                home = shipped or any(m._rma_is_replacement() for m in done)
                line.place = "shipped" if home else "left"
            else:
                line.location_id = False
                line.place = line._place_before_arrival()

    def _place_before_arrival(self):
        if self.not_come:
            return "missing"
        return "expected" if self.rma_id.date_approved else "requested"

    @api.model
    def _expand_places(self, places, domain):
        """Every place has its column; the rare ones only while a unit is there."""
        return [
            place
            for place, _label in LINE_PLACES
            if place not in SELDOM or place in places
        ]

    @api.depends("quantity", "qty_received", "not_come")
    def _compute_qty_to_receive(self):
        for line in self:
            left = 0.0 if line.not_come else line.quantity - line.qty_received
            line.qty_to_receive = max(left, 0.0)

    @api.depends("lot_id", "product_id.tracking", "rma_id.is_open", "repeat_ids")
    def _compute_is_open_serial(self):
        for line in self:
            serial = line.lot_id and line.product_id.tracking == "serial"
            under_way = line.rma_id.is_open and not line.repeat_ids
            line.is_open_serial = bool(serial) and under_way

    # -------------------------------------------------------------------------
    # Constraints
    # -------------------------------------------------------------------------

    @api.constrains("lot_id", "product_id", "quantity")
    def _check_unit(self):
        for line in self:
            if line.lot_id and line.lot_id.product_id != line.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(serial)s belongs to %(product)s.",
                        serial=line.lot_id.name,
                        product=line.lot_id.product_id.display_name,
                    )
                )
            if line.product_id.tracking == "serial" and line.quantity != 1:
                raise ValidationError(
                    self.env._(
                        "%s is tracked by serial number: one line is one unit.",
                        line.product_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_facts({name for vals in vals_list for name in vals if vals[name]})
        self._check_serials_free([vals.get("lot_id") for vals in vals_list])
        lines = super().create(vals_list)
        lines._check_expected()
        return lines

    def _check_expected(self):
        """Receipts are prepared at approval: a later unit would never be received.

        A unit that comes a second time gets its own receipt.
        """
        approved = self.filtered(lambda line: not line.repeat_of_id).rma_id
        approved = approved.filtered("date_approved")
        if approved:
            raise UserError(
                self.env._(
                    "%s was approved already: enter the other units in a new RMA.",
                    ", ".join(approved.mapped("name")),
                )
            )

    @api.model
    def _check_facts(self, names):
        """Progress and verdict follow from moves and dates, whatever a client sends."""
        if not self.env.su and (typed := FACTS & set(names)):
            raise UserError(
                self.env._(
                    "%s cannot be typed: it follows from the transfers and from the "
                    "warranty of the serial number.",
                    field_labels(self, typed),
                )
            )

    @api.model
    def _check_serials_free(self, lot_ids):
        """The readable form of the unique index: it names the other RMA to those
        who may read it."""
        lot_ids = [lot_id for lot_id in lot_ids if lot_id]
        if not lot_ids:
            return
        others = self.sudo().search(
            [
                ("lot_id", "in", lot_ids),
                ("is_open_serial", "=", True),
                ("id", "not in", self.ids),
            ]
        )
        if others:
            raise ValidationError(
                "\n".join(self._explain_taken(line) for line in others)
            )

    def _explain_taken(self, line):
        """Why the serial of ``line`` (as superuser) is not free, for this reader."""
        mine = line.with_env(self.env)
        here = line.company_id in self.env.companies
        if here and mine.rma_id.has_access("read"):
            return self.env._(
                "Serial number %(serial)s already has an open RMA: %(rma)s.",
                serial=line.lot_id.name,
                rma=line.rma_id.name,
            )
        return self.env._(
            "This serial number already has an open RMA that you may not see, perhaps "
            "in another company."
        )

    def write(self, vals):
        self._check_facts(vals)
        if "lot_id" in vals:
            self._check_serials_free([vals["lot_id"]])
        if {
            "lot_id",
            "product_id",
            "quantity",
            "rma_id",
            "origin_reason",
        } & vals.keys():
            arrival = self.env.su and self.env.context.get("rma_arrival")
            fixed = self.filtered("move_ids")
            if fixed and not arrival:
                raise UserError(
                    self.env._(
                        "%s has transfers already: the unit can no longer change.",
                        ", ".join(fixed.mapped("display_name")),
                    )
                )
        result = super().write(vals)
        if "rma_id" in vals:
            self._check_expected()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        if self.move_ids:
            raise UserError(
                self.env._("A unit with transfers cannot be deleted; cancel the RMA.")
            )

    def action_open_unit(self):
        """All about one unit: its questions, its diagnosis, its verdict."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.rma.line",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_rma(self):
        """A card opens the RMA it belongs to."""
        return self.rma_id._action_open()

    # -------------------------------------------------------------------------
    # What lies where
    # -------------------------------------------------------------------------

    def _moved(self, move):
        """Quantity of this line's product that a done move really moved."""
        return sum(move.move_line_ids.mapped("quantity_product_uom"))

    def _current_lot(self):
        """The serial number of the unit that goes home. Hook: it may be another one."""
        return self.lot_id

    def _units_here(self):
        """Quantity in each place of our house: ``{stock.location: quantity}``."""
        return {
            location: quantity
            for location, quantity in self._units_held().items()
            if location.rma_place != "vendor"
        }

    def _units_held(self):
        """Quantity we answer for, in our house and at vendors:
        ``{stock.location: quantity}``."""
        self.ensure_one()
        balance = defaultdict(float)
        for move in self.sudo().move_ids:  # filtered() would read unit by unit
            for line in move.move_line_ids if move.state == "done" else ():
                balance[line.location_id] -= line.quantity_product_uom
                balance[line.location_dest_id] += line.quantity_product_uom
        uom = self.product_id.uom_id
        return {
            location: quantity
            for location, quantity in balance.items()
            if location.is_customer_goods and uom.compare(quantity, 0) > 0
        }

    def _open_moves(self):
        return self.sudo().move_ids.filtered(
            lambda m: m.state not in ("done", "cancel")
        )

    def _open_receipts(self):
        return self._open_moves().filtered(lambda m: m._rma_is_receipt())

    def _open_repairs(self):
        return self.sudo().repair_ids.filtered(lambda r: r.state in OPEN_REPAIR_STATES)

    def _lies_for(self, move):
        """Whether this unit can be what ``move`` carries by hand."""
        carried = move.move_line_ids
        lying = self._units_held().get(carried.location_id, 0.0)
        quantity = sum(carried.mapped("quantity_product_uom"))
        same = self.lot_id == carried.lot_id
        return same and self.product_id.uom_id.compare(lying, quantity) >= 0

    @api.model
    def _open_by_product(self, products):
        """The received lines of each product without serials: ``{product: lines}``."""
        lines = self.search(
            [
                ("product_id", "in", products.ids),
                ("is_open", "=", True),
                ("qty_received", ">", 0),
            ]
        )
        return defaultdict(self.browse, lines.grouped("product_id"))

    @api.model
    def _open_by_lot(self, lots):
        """The open line of each serial: ``{lot id: line}``."""
        lines = self.search([("lot_id", "in", lots.ids), ("is_open_serial", "=", True)])
        return {line.lot_id.id: line for line in lines}
