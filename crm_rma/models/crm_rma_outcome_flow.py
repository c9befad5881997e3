from odoo import api, models
from odoo.exceptions import UserError

from .crm_rma_outcome import KINDS


class CrmRmaOutcome(models.Model):
    """How a decision is carried out, in the request that takes it.

    Goods that stay with us change hands by a real move: from the place of the
    customers' goods to *Taken Back*, valued at what the delivery once cost. An addon
    adds a kind with ``selection_add`` and a method ``_carry_out_<kind>``.
    """

    _inherit = "crm.rma.outcome"

    @api.model
    def _decide(self, vals_list):
        """Keep decisions and carry them out, the units of one kind together.

        The caller holds the locks (:meth:`crm.rma._begin`).

        :param vals_list: values of the outcomes
        :return: the outcomes
        :raise UserError: the units are not with us, or more than what came
        """
        self.env["crm.rma.line"].browse(
            v["line_id"] for v in vals_list
        )._check_decidable()
        outcomes = self.sudo().create(
            [{**vals, "decided_by_id": self.env.uid} for vals in vals_list]
        )
        outcomes._check_received()
        for kind, group in outcomes.grouped("kind").items():
            getattr(group, f"_carry_out_{kind}")()
        outcomes.line_id._project_outcomes(outcomes)
        return outcomes.with_env(self.env)

    @api.model
    def _kinds_offered(self):
        """The kinds somebody may choose, in their order. Hook for other addons."""
        return [kind for kind, _label in KINDS]

    # -------------------------------------------------------------------------
    # Home as they came
    # -------------------------------------------------------------------------

    def _carry_out_return(self):
        self._make_ready()

    def _carry_out_nff(self):
        """It works: it goes home; looking at it may cost a fee, by policy."""
        self._make_ready()
        charged = self.filtered(lambda o: o.company_id.sudo().rma_nff_fee)
        charged.line_id._charge_evaluation()

    def _carry_out_refuse(self):
        self._make_ready()

    def _make_ready(self):
        """Put the units on *ready*; those that lie there already stay."""
        self._move_picked(
            lambda outcome: outcome.line_id.rma_id.warehouse_id._rma_location("ready")
        )

    def _move_picked(self, destination_of, quantity=None, **values):
        """Move the units of each outcome from where they lie, by real moves.

        :param destination_of: function from an outcome to a ``stock.location``
        :param quantity: how many of each; all that was decided when it is empty
        :return: the done moves
        """
        moves = self.env["stock.move"].sudo()
        vals_list = []
        for outcome in self:
            destination = destination_of(outcome)
            vals_list += [
                outcome.line_id._prepare_carried(source, destination, part)
                | {
                    "rma_outcome_id": outcome.id,
                    **outcome._prepare_leaving(destination),
                    **values,
                }
                for source, part in outcome.line_id._pick(quantity or outcome.quantity)
                if source != destination
            ]
        moves = moves._rma_create(vals_list)
        moves._action_done()
        return moves

    def _prepare_leaving(self, destination):
        """Values of a move that makes the goods ours: their value is what the
        delivery once cost."""
        if destination.is_customer_goods:
            return {}
        return {"origin_returned_move_id": self.line_id.origin_move_id.id}

    # -------------------------------------------------------------------------
    # Repair
    # -------------------------------------------------------------------------

    def _carry_out_repair(self):
        """Repair at once, or ask the customer first who has to pay for it."""
        asked = self.filtered(lambda outcome: outcome.line_id._needs_quote())
        asked._plan_repairs()
        (self - asked)._open_repairs()

    def _open_repairs(self):
        """Carry the units to the bench and start a repair order for each outcome."""
        self._carry_to_bench()
        repairs = self._create_repairs(lambda line: line._bench_location())
        repairs.action_repair_start()
        return repairs

    def _carry_to_bench(self):
        self.line_id._carry(
            "bench",
            [
                (outcome.line_id, *part)
                for outcome in self
                for part in outcome.line_id._pick(outcome.quantity)
            ],
        )

    def _create_repairs(self, place_of):
        """A bench document for each outcome, not started yet.

        :param place_of: function from a line to the ``stock.location`` of its units
        """
        repairs = self.env["repair.order"].create(
            [
                outcome.line_id._prepare_repair(
                    place_of(outcome.line_id), outcome.quantity
                )
                for outcome in self
            ]
        )
        for outcome, repair in zip(self, repairs, strict=True):
            outcome.sudo().repair_id = repair
        return repairs

    def _plan_repairs(self):
        """Repairs that wait for the customer's word, and one quotation per RMA."""
        if not self:
            return
        repairs = self._create_repairs(lambda line: next(iter(line._units_here())))
        orders = self.env["sale.order"].sudo()
        orders.create(
            [
                rma._prepare_quote(group)
                for rma, group in repairs.grouped("rma_id").items()
            ]
        )

    def _start_planned(self):
        """The customer agreed: carry the units to the bench and start."""
        self._carry_to_bench()
        for outcome in self:
            bench = outcome.line_id._bench_location()
            outcome.repair_id.with_env(self.env).write(
                {
                    "product_location_src_id": bench.id,
                    "product_location_dest_id": bench.id,
                }
            )
        repairs = self.repair_id.with_env(self.env)
        repairs.action_repair_start()
        return repairs

    # -------------------------------------------------------------------------
    # Scrap
    # -------------------------------------------------------------------------

    def _carry_out_scrap(self):
        """Destroy what belongs to the customer: it has no value in our books."""
        self._move_picked(lambda outcome: outcome._scrap_location())

    def _scrap_location(self):
        """Where scrapped goods go: the company's own inventory loss."""
        location = self.env["stock.location"].search(
            [("company_id", "=", self.company_id.id), ("usage", "=", "inventory")],
            order="id",
            limit=1,
        )
        if not location:
            raise UserError(self.env._("There is no location for scrapped goods."))
        return location

    # -------------------------------------------------------------------------
    # Take over
    # -------------------------------------------------------------------------

    def _take_over(self, **values):
        """The units become ours: a valued move to *Taken Back* of their warehouse."""
        return self._move_picked(
            lambda outcome: outcome.line_id.rma_id.warehouse_id._rma_taken_location(),
            **values,
        )

    # -------------------------------------------------------------------------
    # Replace
    # -------------------------------------------------------------------------

    def _carry_out_replace(self):
        """Send another unit; the faulty one becomes ours when that one leaves.

        Neither leg counts for the sales order: what was delivered stays delivered.
        """
        groups = self.grouped(lambda outcome: outcome.line_id.rma_id)
        pickings = self.env["stock.picking"].sudo()
        pickings = pickings.create([r._prepare_replacement() for r in groups])
        moves = self.env["stock.move"].sudo()
        moves = moves.create(
            [
                outcome._prepare_replacement_move(picking)
                for outcomes, picking in zip(groups.values(), pickings, strict=True)
                for outcome in outcomes
            ]
        )
        pickings.action_confirm()
        pickings.action_assign()
        for outcome in self.filtered("lot_id"):
            outcome._set_replacement_serial()
        ready = moves.filtered(lambda move: move._rma_is_replacement_ready())
        if ready:
            ready.picked = True
            ready.picking_id._action_done()

    def _prepare_replacement_move(self, picking):
        line = self.line_id
        product = self.product_id or line.product_id
        return {
            **line._prepare_move(
                picking.location_id,
                picking.location_dest_id,
                self.quantity,
                picking_id=picking.id,
                picking_type_id=picking.picking_type_id.id,
            ),
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "rma_outcome_id": self.id,
            "warranty_replaced_id": line.registration_id.id,
        }

    def _set_replacement_serial(self):
        """The serial that was chosen goes out, if it is free."""
        move = self.move_ids.filtered(lambda m: m._rma_is_replacement())
        move.lot_ids = self.lot_id
        if move.product_uom.compare(move.quantity, move.product_uom_qty) < 0:
            raise UserError(
                self.env._(
                    "Serial number %s is not in stock or is reserved for another order.",
                    self.lot_id.name,
                )
            )

    def _after_replaced(self, move):
        """The new unit left with ``move``: the old one is ours from now on."""
        self.ensure_one()
        self._take_over(quantity=self.line_id._moved(move))
        if len(move.move_line_ids.lot_id) == 1:
            self.lot_id = move.move_line_ids.lot_id
