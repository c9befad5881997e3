from odoo import api, fields, models
from odoo.exceptions import UserError

# What one click on a card does, the most urgent first: step, what must be possible.
STEPS = {
    "approve": "_can_approve",
    "receive": "_can_receive",
    "finish": "_can_finish",
    "ship": "_can_ship",
    "quote": "_can_quote",
    "repair": "_can_repair",
    "decide": "_can_decide",
}


class CrmRmaLine(models.Model):
    """The board by place: whoever drags a card or scans a label carries the unit.

    Every answer says what was done in one sentence and, where it can be taken back, by
    which moves: they are given to :meth:`board_undo`.
    """

    _inherit = "crm.rma.line"

    board_step = fields.Selection(
        selection="_board_step_labels",
        string="Next",
        compute="_compute_board_step",
        help="What can be done with this unit now.",
    )

    @api.model
    def _board_step_labels(self):
        labels = {
            "approve": self.env._("Approve"),
            "receive": self.env._("Receive"),
            "finish": self.env._("Finish Repair"),
            "ship": self.env._("Ship Back"),
            "quote": self.env._("Quote the Repair"),
            "repair": self.env._("Start Repair"),
            "decide": self.env._("Decide"),
        }
        return list(labels.items())

    @api.depends(
        "place",
        "is_open",
        "qty_undecided",
        "warranty_status",
        "is_goodwill",
        "repair_ids.state",
        "repair_ids.sale_order_id.state",
    )
    def _compute_board_step(self):
        for line in self:
            line.board_step = next(line._board_steps(), False)

    def _can_approve(self):
        """A request is approved as a whole, with all its units."""
        return self.place == "requested" and self.rma_id.state == "new"

    def _board_steps(self):
        """The names of the steps that are possible now, the most urgent first.

        One after the other: a card shows the first and need not judge the rest.
        """
        self.ensure_one()
        if self.is_open:
            yield from (step for step, flag in STEPS.items() if getattr(self, flag)())

    # -------------------------------------------------------------------------
    # Carry
    # -------------------------------------------------------------------------

    def board_move(self, place, location_id=False):
        """Carry these units to ``place`` (perhaps to one shelf of it), all or none.

        :return: see :meth:`_board_do`
        :raise UserError: what stands in the way
        """
        self._board_begin()
        shelf = self._board_shelf(place, location_id)
        lines = self.with_context(rma_shelf=shelf.id)
        there = self.filtered(lambda line: line._board_lies_there(place, shelf))
        coming = (self - there).filtered(
            lambda line: line._can_receive() and not line._units_here()
        )

        def carry():
            for part in (lines & coming, lines - coming - there):
                if part:
                    part._carry_to(place)

        return self._board_do(carry)

    def board_step_do(self, step):
        """Do ``step`` (a key of ``board_step``) with these units.

        :return: see :meth:`_board_do`; an action where a person must say more
        """
        self._board_begin()
        able = self.filtered(lambda line: step in line._board_steps())
        if not able:
            raise UserError(
                self.env._(
                    "This cannot be done now: %s",
                    " ".join(f"{r.name}: {r.next_step}" for r in self.rma_id[:5]),
                )
            )
        if step == "decide":
            return {"action": able.rma_id[:1].action_decide()}
        if step == "quote":
            return {"action": able._board_quote()}
        acts = {
            "approve": lambda: able.rma_id.action_approve(),
            "receive": lambda: able._receive(),
            "finish": lambda: able._finish_repair(),
            "ship": lambda: able._ship(only="ready"),
            "repair": lambda: able._start_repair(),
        }
        return self._board_do(acts[step])

    def action_board_step(self):
        """The button of a card: the next step, then a word about it with *Undo*."""
        self.ensure_one()
        answer = self.board_step_do(self.board_step)
        return answer.get("action") or {
            "type": "ir.actions.client",
            "tag": "crm_rma.board_told",
            "params": answer,
        }

    def _board_quote(self):
        self._decide("repair")
        return self.rma_id[:1].action_view_quotes()

    @api.model
    def board_undo(self, move_ids):
        """Carry units back that nobody has touched since; each by a move of its own.

        :param move_ids: what :meth:`board_move` called ``undo``
        :raise UserError: somebody carried one of the units on
        """
        moves = self.env["stock.move"].browse(self._board_ids(move_ids)).exists().sudo()
        lines = moves.rma_line_id.with_env(self.env)
        lines._board_begin()
        if not lines:
            raise UserError(self.env._("There is nothing to take back."))
        for line in lines:
            line._board_check_last(moves)

        def carry_back():
            self.env["stock.move"].create(
                [
                    move.rma_line_id.with_env(self.env)._prepare_carried(
                        move.location_dest_id.with_env(self.env),
                        move.location_id.with_env(self.env),
                        move.rma_line_id._moved(move),
                    )
                    for move in moves
                ]
            )._action_done()

        answer = lines._board_do(carry_back)
        return {**answer, "undo": []}

    def _board_check_last(self, moves):
        """Only the last moves of a unit, between two of our places, are taken back."""
        mine = moves.filtered(lambda move: move.rma_line_id == self.sudo())
        done = self.sudo().move_ids.filtered(lambda move: move.state == "done")
        last = done.sorted(lambda move: (move.date, move.id))[-len(mine) :]
        if mine != last & mine or not all(move._rma_is_carried() for move in mine):
            raise UserError(
                self.env._(
                    "%s was carried on meanwhile: nothing is taken back.",
                    self.display_name,
                )
            )
        if "ready" in mine.location_id.mapped("rma_place") and self._open_repairs():
            raise UserError(
                self.env._(
                    "Finish the repair first: %s.",
                    ", ".join(self._open_repairs().mapped("name")),
                )
            )

    # -------------------------------------------------------------------------
    # Helpers
    # -------------------------------------------------------------------------

    def _board_begin(self):
        """Lock the RMAs of these units; all must still be open.

        :raise UserError: one of them is closed
        """
        self.rma_id._begin("is_open")
        closed = self.filtered(lambda line: not line.is_open)
        if closed:
            raise UserError(
                self.env._(
                    "%s is closed: the unit is not carried any more.",
                    ", ".join(closed.rma_id.mapped("name")),
                )
            )

    def _board_shelf(self, place, location_id):
        """The scanned location, checked against the place and the site of each unit."""
        labels = dict(self._fields["place"]._description_selection(self.env))
        if not isinstance(place, str) or place not in labels:
            raise UserError(self.env._("There is no such place."))
        shelf = self.env["stock.location"].browse(
            self._board_ids([location_id] if location_id else [])
        )
        if not shelf:
            return shelf
        if not shelf.exists() or shelf.rma_place != place:
            raise UserError(self.env._("There is no such place."))
        away = self.filtered(
            lambda line: line.rma_id.warehouse_id != shelf.rma_warehouse_id
        )
        if away:
            raise UserError(
                self.env._(
                    "%(place)s belongs to %(site)s, but %(unit)s is handled at %(other)s.",
                    place=shelf.display_name,
                    site=shelf.rma_warehouse_id.display_name,
                    unit=away[0].display_name,
                    other=away[0].rma_id.warehouse_id.display_name,
                )
            )
        return shelf

    def _board_lies_there(self, place, shelf):
        here = list(self._units_here())
        if shelf and here:
            return here == [shelf]
        return self.place == place and len(here) < 2

    def _board_do(self, act):
        """Run ``act`` and tell what it moved.

        :return: ``{"message": sentence, "undo": move ids, "units": cards}``; without
            ``undo`` nothing was moved, or a document (receipt, delivery) was made
        """
        before = self.sudo().move_ids
        act()
        moved = (self.sudo().move_ids - before).filtered(lambda m: m.state == "done")
        carried = all(move._rma_is_carried() for move in moved)
        return {
            "message": self._board_message(moved.rma_line_id or self, bool(moved)),
            "undo": moved.ids if carried else [],
            "units": self._board_cards(),
        }

    def _board_message(self, lines, is_moved):
        lines = lines.with_env(self.env)
        labels = dict(self._fields["place"]._description_selection(self.env))
        place = ", ".join(dict.fromkeys(labels[line.place] for line in lines))
        units = lines[0]._event_preview() if len(lines) == 1 else ""
        if not is_moved and units:
            return self.env._("%(unit)s lies in: %(place)s", unit=units, place=place)
        if units:
            return self.env._("%(unit)s: now in %(place)s", unit=units, place=place)
        return self.env._("%(count)s units: %(place)s", count=len(lines), place=place)

    @api.model
    def _board_ids(self, ids):
        if not isinstance(ids, list) or not all(type(i) is int for i in ids):
            raise UserError(self.env._("There is nothing to take back."))
        return [number for number in ids if 0 < number < 2**31]
