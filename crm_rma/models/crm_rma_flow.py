from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date


class CrmRma(models.Model):
    """What people decide and do. Every step takes a recordset.

    Each step locks its RMAs, then their serials, both in id order; looks again at
    what is still to do; and does only that. Done twice, it does nothing twice: the
    second person is told what stands.
    """

    _inherit = "crm.rma"

    next_step = fields.Char(
        compute="_compute_next_step",
        help="What can be done now, and what stands in the way of the rest.",
    )
    receipt_count = fields.Integer(compute="_compute_documents")
    picking_ids = fields.Many2many(
        "stock.picking", compute="_compute_documents", string="Transfers"
    )
    picking_count = fields.Integer(compute="_compute_documents")
    repair_ids = fields.Many2many(
        "repair.order", compute="_compute_documents", string="Repairs"
    )
    repair_count = fields.Integer(compute="_compute_documents")
    part_move_ids = fields.Many2many(
        "stock.move", compute="_compute_documents", string="Parts"
    )
    credit_move_ids = fields.Many2many(
        "account.move", compute="_compute_documents", string="Credit Notes"
    )
    credit_count = fields.Integer(compute="_compute_documents")
    origin_picking_ids = fields.Many2many(
        "stock.picking", compute="_compute_documents", string="Deliveries"
    )
    origin_picking_count = fields.Integer(compute="_compute_documents")

    # -------------------------------------------------------------------------
    # What can be done now
    # -------------------------------------------------------------------------

    @api.depends(
        "state",
        "line_ids.place",
        "line_ids.product_id",
        "line_ids.lot_id",
        "line_ids.origin_reason",
        "line_ids.repair_ids.state",
        "line_ids.open_questions",
        "can_answer_quote",
        "date_valid",
    )
    @api.depends_context("lang")
    def _compute_next_step(self):
        for rma in self:
            rma.next_step = rma._explain_next_step()

    def _explain_next_step(self):
        """One sentence: what to do now, or why it cannot be done."""
        self.ensure_one()
        _ = self.env._
        if self.state == "new":
            return self._explain_request()
        if self.can_answer_quote:
            return self._explain_quote()
        repairs = self.line_ids._open_repairs()
        sentences = {
            "expected": self._explain_expected(),
            "received": _("Look at the unit, then repair it or decide otherwise."),
            "repair": _("Finish the repair when the unit works again."),
            "ready": _("Ready to go home: ship the unit back."),
            "shipped": _("Ask the customer whether all is well, then close."),
            "left": _("The unit does not go back: tell the customer, then close."),
        }
        if self.state == "closed":
            return _(
                "Closed by %(user)s on %(date)s.",
                user=self.closed_by_id.name or "",
                date=self._format_decision(self.date_closed),
            )
        if self.state == "refused":
            return _(
                "Refused by %(user)s on %(date)s: %(reason)s",
                user=self.refused_by_id.name or "",
                date=self._format_decision(self.date_refused),
                reason=self.refusal_reason_id.name or "",
            )
        if self.state == "cancel":
            return _("Cancelled on %s.", self._format_decision(self.date_cancelled))
        if self.state == "repair" and (missing := repairs._rma_missing_parts()):
            return _(
                "The repair waits for parts: %s.",
                ", ".join(missing.product_id.mapped("display_name")),
            )
        return sentences.get(self.state, "")

    def _explain_expected(self):
        if self.is_expired:
            return self.env._(
                "The number was valid until %s and the goods have not come. Ask the "
                "customer, give it a later day, or cancel.",
                format_date(self.env, self.date_valid),
            )
        return self.env._("Waiting for the goods. Receive them when they arrive.")

    def _explain_request(self):
        if not self.line_ids:
            return self.env._("Type or scan the serial number of the returned unit.")
        foreign = self.line_ids.filtered(
            lambda unit: unit.is_foreign and not unit.origin_reason
        )
        if foreign:
            return self.env._(
                "Serial number %s was not delivered to this customer: say in the line "
                "why it is accepted.",
                ", ".join(foreign.lot_id.mapped("name")),
            )
        if nameless := self.line_ids.filtered(lambda unit: unit._lacks_serial()):
            return self.env._(
                "Choose the serial number of %s; then the request can be approved.",
                ", ".join(nameless.product_id.mapped("display_name")),
            )
        if unanswered := self.line_ids.filtered("open_questions"):
            return self.env._(
                "%(unit)s: answer first: %(questions)s",
                unit=unanswered[0].display_name,
                questions=unanswered[0].open_questions,
            )
        return self.env._("Approve or refuse; approved goods are then expected.")

    @api.depends(
        "line_ids.move_ids.state",
        "line_ids.move_ids.picking_id",
        "line_ids.origin_move_id",
        "line_ids.repair_ids.move_ids",
        "outcome_ids.credit_ids.move_id",
    )
    def _compute_documents(self):
        """Counts are for everybody who reads the RMA; opening needs own rights."""
        for rma in self.sudo():
            lines = rma.line_ids
            rma.picking_ids = lines.move_ids.picking_id
            rma.picking_count = len(rma.picking_ids)
            rma.receipt_count = len(lines._open_receipts().picking_id)
            rma.repair_ids = lines.repair_ids
            rma.repair_count = len(rma.repair_ids)
            rma.part_move_ids = rma.repair_ids.move_ids
            rma.credit_move_ids = lines.outcome_ids.credit_ids.move_id
            rma.credit_count = len(rma.credit_move_ids)
            rma.origin_picking_ids = lines.origin_picking_id
            rma.origin_picking_count = len(rma.origin_picking_ids)

    # -------------------------------------------------------------------------
    # Steps
    # -------------------------------------------------------------------------

    def _begin(self, flag):
        """Lock the RMAs and their serials; return those that ``flag`` allows.

        Rows changed by somebody else since this transaction began make the lock
        fail with a serialisation error, which Odoo answers by running the request
        again: what is read after the lock is therefore true. So that every step
        counts as a change, each marks its RMAs.
        """
        self.check_access("write")
        try:
            self.sorted("id").lock_for_update(allow_referencing=True)
            lots = self.line_ids.lot_id.sudo().sorted("id")
            lots.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is working on %s at this very moment. Try again.",
                    ", ".join(self.mapped("name")),
                )
            ) from error
        self._mark_changed()
        return self.filtered(flag)

    def _mark_changed(self):
        self.flush_recordset()  # what an earlier step of the transaction has written
        self.env.cr.execute(
            SQL(
                "UPDATE crm_rma SET write_date = %s, write_uid = %s WHERE id = ANY(%s)",
                self.env.cr.now(),
                self.env.uid,
                self.ids,
            )
        )
        self.invalidate_recordset(["write_date", "write_uid"], flush=False)

    def _nothing_to_do(self):
        """Tell, without an error, that the step is done already or not yet due."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": " ".join(f"{rma.name}: {rma.next_step}" for rma in self[:5]),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_approve(self):
        """Expect the goods: the verdict is kept and receipts are prepared."""
        todo = self._begin("can_approve")
        if not todo:
            return self._nothing_to_do()
        todo._check_approvable()
        todo.line_ids._keep_verdict()
        references = self.env["stock.reference"].create(
            [{"name": rma.name} for rma in todo]
        )
        for rma, reference in zip(todo, references, strict=True):
            rma.sudo().reference_id = reference
        for rma in todo.sudo():
            rma.write(
                {
                    "date_approved": fields.Datetime.now(),
                    "approved_by_id": self.env.user.id,
                    "date_valid": rma.date_valid or rma._validity_end(),
                }
            )
        todo._create_receipts(todo.line_ids)
        todo._project_events("approved")
        return True

    def _check_approvable(self):
        blocked = self.line_ids.filtered(
            lambda unit: unit.is_foreign and not unit.origin_reason
        )
        if blocked:
            raise UserError(
                "\n".join(
                    f"{rma.name}: {rma._explain_request()}" for rma in blocked.rma_id
                )
            )
        missing = self.line_ids.filtered(lambda unit: unit._lacks_serial())
        if missing:
            raise UserError(
                self.env._(
                    "%s: choose the serial number first.",
                    ", ".join(missing.mapped("display_name")),
                )
            )
        if unanswered := self.line_ids.filtered("open_questions").rma_id:
            raise UserError(
                "\n".join(f"{rma.name}: {rma._explain_request()}" for rma in unanswered)
            )
        self.line_ids._check_sold()

    def _create_receipts(self, lines):
        """Expect ``lines``: customer to *received*, serial already filled in."""
        pickings = self.env["stock.picking"].create(
            [rma._prepare_receipt() for rma in self]
        )
        moves = self.env["stock.move"].create(
            [
                line._prepare_receipt_move(picking)
                for rma, picking in zip(self, pickings, strict=True)
                for line in lines.filtered(lambda unit, r=rma: unit.rma_id == r)
            ]
        )
        moves.picking_id.action_confirm()

    def _prepare_receipt(self):
        picking_type = self.warehouse_id.rma_in_type_id
        origin = self.line_ids.origin_picking_id
        return {
            "partner_id": (self.contact_id or self.partner_id).id,
            "picking_type_id": picking_type.id,
            "location_id": self._customer_location().id,
            "location_dest_id": picking_type.default_location_dest_id.id,
            "origin": self.name,
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
            "return_id": origin.id if len(origin) == 1 else False,
        }

    def _shipment_key(self):
        """RMAs that agree in this go home in one delivery."""
        address = self.partner_shipping_id or self.partner_id
        return address, self.warehouse_id, self.commercial_partner_id

    def _prepare_shipment(self):
        """Values of the delivery of one or several RMAs of the same address."""
        first = self[:1]
        picking_type = first.warehouse_id.rma_out_type_id
        return {
            "partner_id": (first.partner_shipping_id or first.partner_id).id,
            "picking_type_id": picking_type.id,
            "location_id": picking_type.default_location_src_id.id,
            "location_dest_id": first._customer_location().id,
            "origin": ", ".join(self.mapped("name")),
            "company_id": first.company_id.id,
        }

    def _prepare_replacement(self):
        """Values of the delivery of replacing units: from our own stock."""
        stock = self.warehouse_id.lot_stock_id
        return {**self._prepare_shipment(), "location_id": stock.id}

    def _customer_location(self):
        partner = self.partner_id.with_company(self.company_id)
        return partner.property_stock_customer

    def action_receive(self):
        """Take in what arrived: *To Receive* of each line, the rest stays expected."""
        todo = self._begin("can_receive")
        if not todo:
            return self._nothing_to_do()
        todo.line_ids.filtered(lambda line: line._can_receive())._receive()
        return True

    def action_decide(self):
        """Decide unit by unit: repair, replace, credit, send back, scrap."""
        self.ensure_one()
        self.check_access("write")
        if not self.can_decide:
            return self._nothing_to_do()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "crm.rma.decide",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_id": self.id},
        }

    def action_paste(self):
        """Paste a list of serial numbers, one unit for each."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paste Serial Numbers"),
            "res_model": "crm.rma.paste",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_id": self.id},
        }

    def action_start_repair(self):
        """Carry the units to the bench and open a repair order for each."""
        todo = self._begin("can_repair")
        if not todo:
            return self._nothing_to_do()
        todo.line_ids.filtered(lambda line: line._can_repair())._start_repair()
        return True

    def action_finish_repair(self):
        """Consume the parts, end the repairs and put the units on *ready*."""
        todo = self._begin("can_finish")
        if not todo:
            return self._nothing_to_do()
        todo.line_ids.filtered(lambda line: line._can_finish())._finish_repair()
        return True

    def action_ship(self):
        """Send the ready units home; the same serial goes back."""
        todo = self._begin("can_ship")
        if not todo:
            return self._nothing_to_do()
        todo.line_ids.filtered(lambda line: line._can_ship())._ship(only="ready")
        return True

    def action_return_as_is(self):
        """Send the units home without a repair."""
        todo = self._begin("can_return")
        if not todo:
            return self._nothing_to_do()
        lines = todo.line_ids.filtered(lambda line: line._can_return())
        lines._ship()
        return True

    def action_close(self):
        """The customer confirmed: nothing of this RMA is open any more."""
        todo = self._begin("can_close")
        if not todo:
            return self._nothing_to_do()
        todo._close({"closed_by_id": self.env.user.id})
        return True

    def _close(self, values):
        """Close what :meth:`_begin` allowed.

        :param values: who confirmed it
        """
        self.sudo().write({"date_closed": fields.Datetime.now(), **values})
        self._free_serials()
        for rma in self:
            rma.line_ids.browse()._project_events(
                [(rma.line_ids[:1], "closed", rma.repeat_count + 1)]
            )

    def action_cancel(self):
        """Give up a request whose goods never came.

        What lies with us must go back: cancelling would lose it.
        """
        todo = self._begin("is_open")
        if not todo:
            return self._nothing_to_do()
        here = todo.filtered(lambda rma: any(rma.line_ids.mapped("qty_received")))
        if here:
            raise UserError(
                self.env._(
                    "%s was received already. Send the goods back and close it.",
                    ", ".join(here.mapped("name")),
                )
            )
        todo.line_ids._open_moves().picking_id.with_env(self.env).action_cancel()
        todo.sudo().write({"date_cancelled": fields.Datetime.now()})
        todo._free_serials()
        return True

    def _free_serials(self):
        """Release the unique index at once: the next RMA may come in this request."""
        self.line_ids.flush_recordset(["is_open_serial"])

    # -------------------------------------------------------------------------
    # Documents
    # -------------------------------------------------------------------------

    def action_view_pickings(self):
        """All transfers of these RMAs."""
        return self._action_documents(
            "stock.stock_picking_action_picking_type", "picking_ids"
        )

    def action_view_credits(self):
        """The credit notes that were prepared for these RMAs."""
        return self._action_documents(
            "account.action_move_out_refund_type", "credit_move_ids"
        )

    def action_view_repairs(self):
        """The bench documents of these RMAs."""
        return self._action_documents("repair.action_repair_order_tree", "repair_ids")

    def action_view_origin(self):
        """The deliveries the units once left with."""
        return self._action_documents(
            "stock.stock_picking_action_picking_type", "origin_picking_ids"
        )

    def _action_documents(self, xmlid, field):
        """Window action on the documents in ``field``, for readers of the RMAs only."""
        self.check_access("read")
        records = self[field]
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        action = {**action, "context": {}, "domain": [("id", "in", records.ids)]}
        if len(records) == 1:
            action.update(views=[(False, "form")], res_id=records.id)
        return action

    # -------------------------------------------------------------------------
    # History
    # -------------------------------------------------------------------------

    def _project_events(self, event):
        """Write ``event`` of each RMA into the customer's history."""
        self.line_ids.browse()._project_events(
            [(rma.line_ids[:1], event, 1) for rma in self]
        )

    def _past_events(self):
        """Steps that these RMAs have gone through, for :meth:`_project_events` of
        their lines. Each has the key that it got, or would have got, when it happened."""
        repairs = self.env["repair.order"].search(
            [("rma_line_id", "in", self.line_ids.ids), ("state", "=", "done")]
        )
        done = self.line_ids.move_ids.filtered(lambda move: move.state == "done")
        return [
            *self._past_decisions(),
            *((m.rma_line_id, "received", m.id, m.date) for m in done._rma_receipts()),
            *((m.rma_line_id, "shipped", m.id, m.date) for m in done._rma_shipments()),
            *((r.rma_line_id, "repaired", r.id, r.write_date) for r in repairs),
        ]

    def _past_decisions(self):
        return [
            (rma.line_ids[:1], event, 1, date)
            for rma in self
            for event, date in (
                ("approved", rma.date_approved),
                ("closed", rma.date_closed),
            )
            if date
        ]
