from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.crm_extension.tools.guard import guarded

from .stock_location import PLACES

IN_HOUSE = [place for place, _label in PLACES if place != "vendor"]
# Where the parts of a repair are booked, by who pays for them.
REPAIR_TYPES = {
    "warranty": "rma_repair_type_id",
    "goodwill": "rma_goodwill_type_id",
    False: "rma_paid_repair_type_id",
}


class CrmRmaLine(models.Model):
    """How units move. Called by the steps of ``crm.rma``, which hold the locks."""

    _inherit = "crm.rma.line"

    # -------------------------------------------------------------------------
    # What can be done now
    # -------------------------------------------------------------------------

    def _lacks_serial(self):
        return self.tracking in ("serial", "lot") and not self.lot_id

    def _can_receive(self):
        return bool(self._open_receipts())

    def _can_decide(self):
        return self.place in IN_HOUSE and self._is_undecided()

    def _can_repair(self):
        """Not from *ready*: a unit that failed again is first put on *diagnosis*."""
        if self.place in IN_HOUSE and self._accepted_repairs():
            return True
        return (
            self.place in IN_HOUSE
            and not self._needs_quote()
            and self.place != "ready"
            and not self._open_repairs()
            and not (self.place == "bench" and self.sudo().repair_ids)
            and (self._is_undecided() or bool(self._outcomes_of("repair")))
        )

    def _can_finish(self):
        return self.place in IN_HOUSE and (
            bool(self._running_repairs())
            or (self.place == "bench" and bool(self.sudo().repair_ids))
        )

    def _can_ship(self):
        """What is ready goes home, even while the rest of the line is on the bench."""
        if self.place == "ready":
            return not self._open_repairs()
        return len(self.outcome_ids) > 1 and any(
            location.rma_place == "ready" for location in self._units_here()
        )

    def _can_return(self):
        return (
            self.place in IN_HOUSE
            and self.place != "ready"
            and not self._open_repairs()
            and not self._can_finish()
            and (self._is_undecided() or not self._outcomes_of("replace"))
            and len(self._live_outcomes()) < 2
        )

    # -------------------------------------------------------------------------
    # Receive
    # -------------------------------------------------------------------------

    def _prepare_move(self, source, destination, quantity, **values):
        """Values common to every move of a returned unit.

        ``to_refund`` is written on both legs: what is repaired was neither taken
        back nor sold again, so the order's delivered quantity must not change. For
        the same reason no leg carries the sales order line.
        """
        return {
            "product_id": self.product_id.id,
            "product_uom": self.product_uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
            "origin": self.rma_id.name,
            "rma_line_id": self.id,
            "to_refund": False,
            "reference_ids": [Command.link(self.rma_id.reference_id.id)],
            **values,
        }

    def _prepare_move_line(self, source, destination, quantity):
        """No package: a packed unit cannot be repaired (odoo/odoo#141020)."""
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "lot_id": self._current_lot().id,
            "quantity": quantity,
            "location_id": source.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
        }

    def _prepare_receipt_move(self, picking):
        source, destination = picking.location_id, picking.location_dest_id
        values = self._prepare_move(
            source,
            destination,
            self.quantity,
            picking_id=picking.id,
            picking_type_id=picking.picking_type_id.id,
            origin_returned_move_id=self.origin_move_id.id,
        )
        if self.lot_id:
            line = self._prepare_move_line(source, destination, self.quantity)
            line["picking_id"] = picking.id
            values["move_line_ids"] = [Command.create(line)]
        return values

    def _receive(self):
        """Validate the receipts for the quantities that arrived."""
        receipts = self._open_receipts().with_env(self.env)
        arrived = receipts.browse()
        for move in receipts:
            quantity = move.rma_line_id.qty_to_receive
            if move.product_uom.compare(quantity, 0) <= 0:
                continue
            quantity = min(quantity, move.product_uom_qty)
            if move.product_uom.compare(move.quantity, quantity):
                move.quantity = quantity
            arrived |= move
        if not arrived:
            raise UserError(self.env._("Nothing to receive: all quantities are zero."))
        (arrived.picking_id.move_ids - arrived).picked = False
        arrived.picked = True
        arrived.picking_id._action_done()
        for line in receipts.rma_line_id:
            line.qty_to_receive = max(line.quantity - line.qty_received, 0.0)

    # -------------------------------------------------------------------------
    # Move within the house
    # -------------------------------------------------------------------------

    def _inverse_place(self):
        """A dragged card is a carried unit."""
        for place, lines in self.grouped("place").items():
            rmas = lines.rma_id._begin("is_open")
            lines.filtered(lambda line, r=rmas: line.rma_id in r)._carry_to(place)

    def _carry_to(self, place):
        """Receive, move or ship, whatever brings the units to ``place``."""
        coming = self.filtered(lambda line: line._can_receive())
        if coming and place == "received":
            return coming._receive()
        if not all(line._units_here() for line in coming):
            raise UserError(self.env._("Receive the units first."))
        here = self.filtered(lambda line: line._units_here())
        if here != self:
            raise UserError(
                self.env._(
                    "%s is not with us: it cannot be moved.",
                    ", ".join((self - here).mapped("display_name")),
                )
            )
        if place in ("ready", "shipped") and (repairs := self._open_repairs()):
            raise UserError(
                self.env._(
                    "Finish the repair first: %s.", ", ".join(repairs.mapped("name"))
                )
            )
        if place == "left":
            raise UserError(
                self.env._("Scrap or keep a unit with a transfer, not on the board.")
            )
        if place in ("requested", "expected"):
            raise UserError(self.env._("A received unit can only be shipped back."))
        return self._ship() if place == "shipped" else self._move_to(place)

    def _move_to(self, place):
        """Carry every unit that is with us to ``place``, by real moves."""
        return self._carry(
            place,
            [(line, *part) for line in self for part in line._units_here().items()],
        )

    def _carry(self, place, parts):
        """Carry some units to ``place``; those that lie there already stay.

        :param parts: tuples ``(line, source, quantity)``
        """
        moves = self.env["stock.move"]._rma_create(
            [
                line._prepare_carried(source, line._landing(place, source), quantity)
                for line, source, quantity in parts
                if line._landing(place, source) != source
            ]
        )
        moves._action_done()
        return moves

    def _landing(self, place, source):
        """Where a unit that lies in ``source`` lands when it is carried to ``place``.

        The context ``rma_shelf`` names one shelf of the place; else a unit that lies
        anywhere in the place stays.
        """
        warehouse = self.rma_id.warehouse_id
        shelf = self.env["stock.location"].browse(self.env.context.get("rma_shelf"))
        if shelf and shelf.rma_place == place and shelf.rma_warehouse_id == warehouse:
            return shelf
        return source if source.rma_place == place else warehouse._rma_location(place)

    def _prepare_carried(self, source, destination, quantity):
        """Values of a done move of units that are with us, chained to the last one."""
        line = self._prepare_move_line(source, destination, quantity)
        return self._prepare_move(
            source,
            destination,
            quantity,
            picked=True,
            move_orig_ids=[Command.set(self._last_moves_into(source).ids)],
            move_line_ids=[Command.create({**line, "picked": True})],
        )

    def _last_moves_into(self, location):
        """The done moves that brought the units to ``location``: the chain."""
        moves = self.sudo().move_ids.filtered(
            lambda m: m.state == "done" and location in m.move_line_ids.location_dest_id
        )
        return moves.sorted(lambda m: (m.date, m.id))[-1:]

    # -------------------------------------------------------------------------
    # Repair
    # -------------------------------------------------------------------------

    def _start_repair(self):
        """Repair what is undecided; what failed again goes back to the bench."""
        agreed = self._accepted_repairs()
        planned = self._outcomes_of("repair").filtered(
            lambda outcome: outcome.sudo().repair_id in agreed
        )
        planned._start_planned()
        rest = self - planned.line_id
        again = rest.filtered(lambda line: not line._is_undecided())
        (rest - again)._decide("repair")
        again._outcomes_of("repair")._open_repairs()

    def _prepare_repair(self, bench, quantity):
        """Values of the bench document for ``quantity`` units that lie on ``bench``.

        The unit stays where it lies: its source and destination are the bench, so
        shipping back does not depend on how ``repair.order`` looks for owners
        (odoo/odoo#285715).
        """
        warehouse = self.rma_id.warehouse_id
        cover = self._cover_of("parts")
        picking_type = warehouse[REPAIR_TYPES[cover]]
        return {
            "product_id": self.product_id.id,
            "lot_id": self._current_lot().id,
            "product_qty": quantity,
            "product_uom": self.product_uom_id.id,
            "partner_id": self.rma_id.partner_id.id,
            "company_id": self.company_id.id,
            "user_id": (self.rma_id.user_id or self.env.user).id,
            "picking_type_id": picking_type.id,
            "product_location_src_id": bench.id,
            "product_location_dest_id": bench.id,
            "under_warranty": self._is_covered(),
            "priority": self.rma_id.priority,
            "internal_notes": self.fault,
            "rma_line_id": self.id,
            "reference_ids": [Command.link(self.rma_id.reference_id.id)],
        }

    def _finish_repair(self):
        repairs = self._running_repairs().with_env(self.env)
        missing = repairs._rma_missing_parts()
        if missing:
            raise UserError(
                self.env._(
                    "These parts are not available: %s. Reserve or remove them in the "
                    "repair order first.",
                    ", ".join(missing.product_id.mapped("display_name")),
                )
            )
        repairs.filtered(lambda r: r.state != "under_repair").action_repair_start()
        repairs.action_repair_end()
        return self._carry(
            "ready", [(line, *part) for line in self for part in line._repaired_units()]
        )

    def _repaired_units(self):
        """What goes from the repair to *ready*: of several decisions only that of the
        repair, which lies on the bench or is tested."""
        here = self._units_here().items()
        if len(self._live_outcomes()) == 1 and not self._is_undecided():
            return here
        return [part for part in here if part[0].rma_place in ("bench", "test")]

    # -------------------------------------------------------------------------
    # Ship back
    # -------------------------------------------------------------------------

    def _ship(self, only=None):
        """Send units home: one delivery for each address, over all RMAs of a customer.

        Nothing was decided for them: they go home as they are.

        :param only: a place; empty for all units that are with us
        """
        parts = [
            (line, source, quantity)
            for line in self
            for source, quantity in line._units_here().items()
            if not only or source.rma_place == only
        ]
        self._check_not_promised(parts)
        self._decide_return({line: quantity for line, _source, quantity in parts})
        groups = self.rma_id.grouped(lambda rma: rma._shipment_key())
        pickings = self.env["stock.picking"].create(
            [rmas._prepare_shipment() for rmas in groups.values()]
        )
        picking_of = {
            rma: picking
            for rmas, picking in zip(groups.values(), pickings, strict=True)
            for rma in rmas
        }
        moves = self.env["stock.move"]._rma_create(
            [
                line._prepare_shipment_move(picking_of[line.rma_id], source, quantity)
                for line, source, quantity in parts
            ]
        )
        pickings.action_confirm()
        moves.picked = True
        pickings._action_done()
        return pickings

    def _check_not_promised(self, parts):
        """A unit that another one is being sent for does not go home as well.

        :param parts: what is to be shipped, ``(line, source, quantity)``
        """
        for line in self:
            replaced = line._outcomes_of("replace").filtered(
                lambda o: o.state == "open"
            )
            if not replaced:
                continue
            left = sum(line._units_here().values())
            left -= sum(quantity for unit, _source, quantity in parts if unit == line)
            if line.product_uom_id.compare(left, sum(replaced.mapped("quantity"))) < 0:
                raise UserError(
                    self.env._(
                        "%s is being replaced: cancel the transfer of the new unit first.",
                        line.display_name,
                    )
                )

    def _decide_return(self, shipped):
        """What goes home without a decision is *returned as is*.

        :param shipped: ``{line: quantity}``
        """
        self.env["crm.rma.outcome"].sudo().create(
            [
                {
                    "line_id": line.id,
                    "kind": "return",
                    "quantity": min(line.qty_undecided, quantity),
                    "decided_by_id": self.env.uid,
                }
                for line, quantity in shipped.items()
                if line._is_undecided()
            ]
        )

    def _prepare_shipment_move(self, picking, source, quantity):
        """Chained to what brought the unit here, so the same serial goes home."""
        destination = picking.location_dest_id
        chain = self._last_moves_into(source)
        receipt = self.sudo().move_ids.filtered(
            lambda m: m.state == "done" and m._rma_is_receipt()
        )[-1:]
        line = self._prepare_move_line(source, destination, quantity)
        return self._prepare_move(
            source,
            destination,
            quantity,
            picking_id=picking.id,
            picking_type_id=picking.picking_type_id.id,
            origin_returned_move_id=receipt.id,
            move_orig_ids=[Command.set(chain.ids)],
            move_line_ids=[Command.create({**line, "picking_id": picking.id})],
        )

    # -------------------------------------------------------------------------
    # History
    # -------------------------------------------------------------------------

    def _project_events(self, events):
        """Write steps into the customer's history, one batch for all.

        :param events: tuples ``(line, event, occurrence)`` or, for what is past,
            ``(line, event, occurrence, date)``
        :return: the rows that were written
        """
        events = [event for event in events if event[0]]
        rows = self.env["crm.interaction"]
        if not events:
            return rows
        with guarded(self.env, "projection of returns"):
            rows = rows._project(
                [line._prepare_event(*event) for line, *event in events]
            )
        return rows

    def _prepare_event(self, event, occurrence, date=None):
        rma = self.rma_id
        return {
            "partner_id": (rma.contact_id or rma.partner_id).id,
            "date": date or fields.Datetime.now(),
            "channel": "service",
            "direction": "internal",
            "event_args": {"rma": rma.name},
            "preview": self._event_preview(),
            "user_id": rma._timeline_actor().id,
            "company_id": rma.company_id.id,
            "res_model": "crm.rma",
            "res_id": rma.id,
            "source_key": f"crm.rma,{rma.id}:{event}:{occurrence}",
        }

    def _event_preview(self):
        unit = self.product_id.display_name
        return f"{unit} {self.lot_id.name}" if self.lot_id else unit
