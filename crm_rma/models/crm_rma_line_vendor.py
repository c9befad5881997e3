from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_rma_line_flow import IN_HOUSE


class CrmRmaLine(models.Model):
    """Units that are at a vendor, and what came back from there."""

    _inherit = "crm.rma.line"

    exchanged_lot_id = fields.Many2one(
        "stock.lot",
        string="Serial from Vendor",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The vendor kept the unit and sent this one. It goes home to the customer "
        "with what is left of the warranty.",
    )
    vendor_days = fields.Integer(
        string="Days at Vendor", compute="_compute_stay", compute_sudo=True
    )
    house_days = fields.Integer(
        string="Days with Us",
        compute="_compute_stay",
        compute_sudo=True,
        help="From the receipt until the unit went home, without the days at vendors.",
    )

    @api.depends(
        "move_ids.state", "outcome_ids.vendor_result", "outcome_ids.date_vendor_back"
    )
    @api.depends_context("tz")
    def _compute_stay(self):
        """The customer waits all the time; the technician only while it is here."""
        for line in self:
            sent = line.outcome_ids.filtered(lambda o: o.kind == "vendor")
            line.vendor_days = sum(sent.mapped("vendor_days"))
            done = line.move_ids.filtered(lambda m: m.state == "done" and m.date)
            came = min((m.date for m in done if m._rma_is_receipt()), default=None)
            if not came:
                line.house_days = 0
                continue
            left = max((m.date for m in done if m._rma_is_shipment()), default=None)
            gone = line._local_day(left) if left and not line._units_held() else None
            stay = (gone or line._today()) - line._local_day(came)
            line.house_days = max(stay.days - line.vendor_days, 0)

    # -------------------------------------------------------------------------
    # What lies where
    # -------------------------------------------------------------------------

    def _current_lot(self):
        return self.exchanged_lot_id or super()._current_lot()

    @api.depends("outcome_ids.vendor_result")
    def _compute_decided(self):
        """What a vendor did not repair, or lost, is undecided again."""
        super()._compute_decided()

    def _away(self):
        """The outcomes whose units are at a vendor."""
        return self.outcome_ids._away()

    def _units_here(self):
        """What was lost at a vendor is still to be decided about."""
        here = super()._units_here()
        away = sum(self._away().mapped("quantity"))
        for location, quantity in self._units_held().items():
            if location.rma_place == "vendor":
                lost = quantity - away
                if self.product_uom_id.compare(lost, 0) > 0:
                    here[location] = lost
        return here

    def _only_lost(self):
        """Whether all that could be decided about was lost at a vendor."""
        here = self._units_here()
        return bool(here) and all(loc.rma_place == "vendor" for loc in here)

    def _pickable(self):
        """What is made good to the customer is first what was lost; for all else the
        lost units are no units."""
        lost_first = self.env.context.get("rma_lost_first")
        parts = super()._pickable()
        lost = [part for part in parts if part[0].rma_place == "vendor"]
        rest = [part for part in parts if part[0].rma_place != "vendor"]
        return [*lost, *rest] if lost_first else rest

    @api.model
    def _open_by_lot(self, lots):
        """The serial that came from a vendor belongs to the RMA of the first one."""
        units = super()._open_by_lot(lots)
        rest = lots.browse(lot.id for lot in lots if lot.id not in units)
        if rest:
            domain = Domain("exchanged_lot_id", "in", rest.ids)
            lines = self.search(domain & Domain("is_open_serial", "=", True))
            units |= {line.exchanged_lot_id.id: line for line in lines}
        return units

    # -------------------------------------------------------------------------
    # What can be done now
    # -------------------------------------------------------------------------

    def _can_decide(self):
        return super()._can_decide() or (self._is_undecided() and self._only_lost())

    def _can_finish(self):
        """A unit that a vendor repaired is tested, then it is ready."""
        return super()._can_finish() or (
            self.place == "test"
            and bool(self._outcomes_of("vendor"))
            and not self._is_undecided()
        )

    def _can_send_to_vendor(self):
        return self.place in IN_HOUSE and self._is_undecided()

    def _is_repaired_outside(self):
        return "repaired" in self._outcomes_of("vendor").mapped("vendor_result")

    def _carry_to(self, place):
        """A card dragged away from *At Vendor* came back repaired."""
        if place == "vendor":
            raise UserError(
                self.env._(
                    "To which vendor? Choose it with Decide, or with Send to Vendor in "
                    "the list of units."
                )
            )
        back = self.filtered(lambda line: line._away() and not line._units_here())
        if not back or place not in IN_HOUSE:
            return super()._carry_to(place)
        back._away()._come_back("repaired", place)
        rest = self - back
        return super(CrmRmaLine, rest)._carry_to(place) if rest else True

    def _check_not_promised(self, parts):
        """What was lost does not go home."""
        if any(source.rma_place == "vendor" for _line, source, _quantity in parts):
            raise UserError(
                self.env._("A unit that was lost at a vendor cannot be shipped back.")
            )
        return super()._check_not_promised(parts)

    # -------------------------------------------------------------------------
    # Send
    # -------------------------------------------------------------------------

    def action_send_to_vendor(self):
        """Send the units of a list to one vendor, in one transfer."""
        self.check_access("write")
        todo = self.filtered(lambda line: line._can_send_to_vendor())
        if not todo:
            raise UserError(
                self.env._("Choose units that are with you and not decided about yet.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send to Vendor"),
            "res_model": "crm.rma.vendor.send",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_ids": todo.ids},
        }

    def action_vendor_back(self):
        """The units of a list came back from their vendors."""
        self.check_access("write")
        return self._away()._action_vendor_back()

    def _suggest_vendor(self):
        """The vendor who still owes us a repair, else the one we buy from."""
        vendors = self.sudo().vendor_warranty_id.vendor_id
        if not vendors:
            sellers = self.product_id.sudo().seller_ids
            vendors = sellers.sorted("sequence")[:1].partner_id
        return vendors if len(vendors) == 1 else vendors.browse()

    def _came_by_hand(self, move):
        """Some of these units left *At Vendor* with a transfer made by hand."""
        self.ensure_one()
        uom, left = self.product_uom_id, self._moved(move)
        for outcome in self._away():
            part = min(left, outcome.quantity)
            if uom.compare(part, 0) > 0:
                outcome._split_away(part)._end_at_vendor("repaired")
                left -= part

    # -------------------------------------------------------------------------
    # Exchange by the vendor
    # -------------------------------------------------------------------------

    def _check_exchange(self, lot):
        """Serial ``lot`` can have come from the vendor: it lies nowhere else."""
        self.ensure_one()
        if self.tracking != "serial":
            raise UserError(
                self.env._(
                    "%s has no serial numbers: say that it came back repaired.",
                    self.product_id.display_name,
                )
            )
        if lot.product_id != self.product_id:
            raise UserError(
                self.env._(
                    "Serial number %(serial)s belongs to %(product)s.",
                    serial=lot.name,
                    product=lot.product_id.display_name,
                )
            )
        lying = lot.sudo().quant_ids.filtered(
            lambda q: q.quantity > 0 and q.location_id.usage != "supplier"
        )
        if lying:
            raise UserError(
                self.env._(
                    "Serial number %(serial)s already lies in %(place)s. It cannot be "
                    "received a second time.",
                    serial=lot.name,
                    place=lying[0].location_id.complete_name,
                )
            )

    def _carry_vendor_warranty(self, moves):
        """The vendor owes us for the new unit what was left of the old one."""
        cover = self.vendor_warranty_id.sudo()
        if cover:
            cover.copy({"lot_id": self.exchanged_lot_id.id, "move_id": moves[:1].id})

    def _prepare_shipment_move(self, picking, source, quantity):
        """A unit that came from the vendor replaces the customer's: it takes over the
        warranty of the old one."""
        values = super()._prepare_shipment_move(picking, source, quantity)
        if self.exchanged_lot_id:
            values |= {
                "origin_returned_move_id": False,
                "warranty_replaced_id": self.registration_id.id,
            }
        return values
