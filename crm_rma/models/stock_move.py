from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class StockMove(models.Model):
    _inherit = "stock.move"

    rma_line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        ondelete="restrict",
        index="btree_not_null",
        copy=True,
        help="The returned unit whose progress this move is.",
    )
    rma_outcome_id = fields.Many2one(
        "crm.rma.outcome",
        string="RMA Outcome",
        ondelete="restrict",
        index="btree_not_null",
        copy=True,
        help="The decision about a returned unit that this move carries out.",
    )
    warranty_replaced_id = fields.Many2one(
        "warranty.registration",
        string="Replaces the Unit of Warranty",
        ondelete="restrict",
        index="btree_not_null",
        copy=True,
        help="What is delivered replaces this faulty unit: its warranty is closed, and "
        "the new unit gets what the policy of the term says.",
    )

    @api.depends("rma_line_id.rma_id.name")
    def _compute_reference(self):
        """A move between two places has no transfer: it carries the RMA's number."""
        bare = self.filtered(
            lambda m: m.rma_line_id and not m.picking_id and not m.repair_id
        )
        for move in bare:
            move.reference = move.rma_line_id.rma_id.name
        super(StockMove, self - bare)._compute_reference()

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        """Two units of one product stay two moves."""
        return [
            *super()._prepare_merge_moves_distinct_fields(),
            "rma_line_id",
            "rma_outcome_id",
            "warranty_replaced_id",
        ]

    def _action_done(self, cancel_backorder=False):
        """Guard the returned units, then stamp warranties and follow progress."""
        self._rma_adopt_bulk()
        todo = self | self._rma_adopt()
        todo._rma_check_done()
        moves = super(StockMove, todo)._action_done(cancel_backorder=cancel_backorder)
        self.env["warranty.registration"]._follow(moves.move_line_ids)
        moves._rma_after_done()
        return moves

    # -------------------------------------------------------------------------
    # Returned units
    # -------------------------------------------------------------------------

    def _rma_is_receipt(self):
        """Whether the move brings a customer's unit to us."""
        self.ensure_one()
        return (
            self.location_dest_id.is_customer_goods
            and not self.location_id.is_customer_goods
        )

    def _rma_is_shipment(self):
        """Whether the move takes a customer's unit home. Scrap does not."""
        self.ensure_one()
        return (
            self.location_id.is_customer_goods
            and self.location_dest_id.usage == "customer"
        )

    def _rma_is_replacement(self):
        """Whether the move sends another unit of ours instead of the faulty one."""
        self.ensure_one()
        return (
            self.rma_outcome_id.kind == "replace"
            and not self.location_id.is_customer_goods
            and self.location_dest_id.usage == "customer"
        )

    def _rma_is_replacement_ready(self):
        """Whether nobody need pick: the serial was chosen, or there is none."""
        complete = self.product_uom.compare(self.quantity, self.product_uom_qty) >= 0
        named = self.product_id.tracking == "none" or self.rma_outcome_id.lot_id
        return complete and bool(named)

    def _rma_receipts(self):
        return self.filtered(lambda move: move._rma_is_receipt())

    def _rma_shipments(self):
        return self.filtered(lambda move: move._rma_is_shipment())

    def _rma_touching(self):
        """The moves that start or end in a place of customers' goods."""
        return self.filtered(
            lambda m: (
                m.state not in ("done", "cancel")
                and (
                    m.location_id.is_customer_goods
                    or m.location_dest_id.is_customer_goods
                )
                and not m.repair_id
            )
        )

    def _rma_adopt(self):
        """Find the RMA of units that somebody moves by hand or by scanner.

        Whoever carries a unit to the next place, in whatever screen, moves the
        RMA: progress is where the unit lies. A move of several units is split.

        :return: the moves that were split off
        """
        orphans = self._rma_touching().filtered(
            lambda m: not m.rma_line_id and m.move_line_ids.lot_id
        )
        if not orphans:
            return orphans
        units = self.env["crm.rma.line"].sudo()
        units = units._open_by_lot(orphans.move_line_ids.lot_id)
        return self.browse().union(*(move._rma_share_out(units) for move in orphans))

    def _rma_adopt_bulk(self):
        """Find the RMA of goods without a serial that are moved by hand.

        A lot or a quantity does not say which RMA it belongs to: only when exactly one
        open RMA can have brought it to the place it leaves, the move is given to it.
        """
        orphans = self._rma_touching().filtered(
            lambda m: (
                not m.rma_line_id
                and m.location_id.is_customer_goods
                and m.product_id.tracking != "serial"
                and len(m.move_line_ids.location_id) == 1
                and len(m.move_line_ids.lot_id) <= 1
            )
        )
        if not orphans:
            return
        units = self.env["crm.rma.line"].sudo()._open_by_product(orphans.product_id)
        for move in orphans:
            found = units[move.product_id].filtered(lambda u, m=move: u._lies_for(m))
            if len(found) == 1:
                move.rma_line_id = found

    def _rma_share_out(self, units):
        """Give the move to the unit it carries, and one of its own to each other.

        :param units: ``{lot id: crm.rma.line}``
        """
        self.ensure_one()
        carried = self.move_line_ids.grouped("lot_id")
        known = [lot for lot in carried if lot.id in units]
        parts = self.browse()
        if len(carried) == 1 and known:
            self.rma_line_id = units[known[0].id]
        elif known:
            (self.filtered(lambda m: m.state == "draft"))._action_confirm(merge=False)
            for lot in known[len(known) == len(carried) :]:
                parts |= self._rma_split(carried[lot], units[lot.id])
            if len(known) == len(carried):
                self.rma_line_id = units[known[0].id]
        return parts

    def _rma_split(self, move_lines, unit):
        """A move of its own for ``move_lines``, which carry ``unit``."""
        quantity = sum(move_lines.mapped("quantity_product_uom"))
        part = self.create(self._split(quantity))
        part.rma_line_id = unit
        move_lines.move_id = part
        part._action_confirm(merge=False, create_proc=False)
        part.picked = self.picked
        return part

    def _rma_check_done(self):
        """A unit is in one place, and it is the unit that was announced."""
        receipts = self._rma_touching().filtered(lambda m: m._rma_is_receipt())
        for move in receipts.filtered("rma_line_id"):
            move._rma_check_serial()
        receipts._rma_check_one_place(
            Domain("location_id.usage", "in", ("internal", "transit"))
        )
        self._rma_returns()._rma_check_one_place(
            Domain("location_id.is_customer_goods", "=", True)
        )

    def _rma_returns(self):
        """The moves that bring goods of customers into our own stock."""
        return self.filtered(
            lambda m: (
                m.state not in ("done", "cancel")
                and m.location_id.usage == "customer"
                and m.location_dest_id.usage in ("internal", "transit")
                and not m.location_dest_id.is_customer_goods
            )
        )

    def _rma_check_one_place(self, domain):
        """Refuse to receive serials that lie in one of the places of ``domain``."""
        lots = self.move_line_ids.filtered("quantity").lot_id
        lots = lots.filtered(lambda lot: lot.product_id.tracking == "serial")
        if not lots:
            return
        lots.sudo().sorted("id").lock_for_update(allow_referencing=True)
        # A unit that comes back from our own stock is moved, not received.
        sources = self.move_line_ids.location_id
        lying = (
            self.env["stock.quant"]
            .sudo()
            .search(
                Domain("lot_id", "in", lots.ids)
                & Domain("quantity", ">", 0)
                & Domain("location_id", "not in", sources.ids)
                & domain,
                limit=1,
            )
        )
        if lying:
            raise UserError(
                self.env._(
                    "Serial number %(serial)s already lies in %(place)s. It cannot be "
                    "received a second time.",
                    serial=lying.lot_id.name,
                    place=lying.location_id.complete_name,
                )
            )

    def _rma_check_serial(self):
        self.ensure_one()
        unit = self.rma_line_id.sudo()
        announced = unit.lot_id
        came = self.move_line_ids.filtered("quantity").lot_id
        if announced and came - announced:
            raise UserError(
                self.env._(
                    "%(rma)s announces serial number %(announced)s, but %(came)s is "
                    "being received. Correct the serial on the transfer or on the RMA.",
                    rma=unit.rma_id.name,
                    announced=announced.name,
                    came=", ".join((came - announced).mapped("name")),
                )
            )

    def _rma_after_done(self):
        """Suspend warranties, and tell the history what arrived and what left."""
        moves = self.filtered("rma_line_id").sudo()
        if moves:
            self.env["warranty.suspension"].sudo()._follow(moves)
            moves._rma_shipments().rma_line_id._start_repair_warranty(moves)
            moves._rma_project()

    def _rma_project(self):
        self.env["crm.rma.line"]._project_events(
            [
                *((m.rma_line_id, "received", m.id) for m in self._rma_receipts()),
                *((m.rma_line_id, "shipped", m.id) for m in self._rma_shipments()),
            ]
        )

    # -------------------------------------------------------------------------
    # Deliveries
    # -------------------------------------------------------------------------

    def _delivered_to(self):
        """The commercial partner who got the goods: the buyer, else the address."""
        self.ensure_one()
        partner = (
            self.sale_line_id.order_id.partner_id
            or self.picking_id.partner_id
            or self.partner_id
        )
        return partner.commercial_partner_id
