from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class CrmRmaLine(models.Model):
    """What is asked when a unit is announced, found when it is examined, and with
    which sale it was delivered."""

    _inherit = "crm.rma.line"

    reason_id = fields.Many2one(
        "crm.rma.reason",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'request')]",
        help="Why it comes back. Each reason has its own questions.",
    )
    answer_ids = fields.One2many(
        "crm.rma.answer",
        "line_id",
        string="Answers",
        compute="_compute_answers",
        store=True,
        readonly=False,
        groups="crm_rma.crm_rma_group_user",
    )
    open_questions = fields.Char(compute="_compute_open_questions", compute_sudo=True)

    # Diagnosis
    symptom_id = fields.Many2one(
        "crm.rma.code",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'symptom')]",
    )
    fault_id = fields.Many2one(
        "crm.rma.code",
        string="Fault Found",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'fault')]",
    )
    cause_id = fields.Many2one(
        "crm.rma.code",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'cause')]",
    )
    resolution_id = fields.Many2one(
        "crm.rma.code",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('kind', '=', 'resolution')]",
    )
    diagnosis = fields.Text(help="What the technician found.")

    # The sale
    chosen_move_id = fields.Many2one(
        "stock.move",
        string="Chosen Delivery",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Chosen among the customer's deliveries for goods without a serial.",
    )

    @api.depends("reason_id")
    def _compute_answers(self):
        """The questions of the reason; answers that fit the new reason stay."""
        for line in self:
            asked = line.reason_id.question_ids
            kept = line.answer_ids.filtered(lambda a, q=asked: a.question_id in q)
            new = asked - kept.question_id
            line.answer_ids = [
                *(Command.delete(a.id) for a in line.answer_ids - kept if a._origin),
                *(
                    Command.unlink(a.id)
                    for a in line.answer_ids - kept
                    if not a._origin
                ),
                *(Command.create({"question_id": question.id}) for question in new),
            ]

    @api.depends("answer_ids.answer")
    def _compute_open_questions(self):
        for line in self:
            missing = line.answer_ids.filtered(
                lambda a: a.is_required and not (a.answer or "").strip()
            )
            line.open_questions = ", ".join(missing.question_id.mapped("name"))

    # -------------------------------------------------------------------------
    # Find the sale for me
    # -------------------------------------------------------------------------

    def _sale_candidates(self):
        """The deliveries to this customer that some of these goods can come from.

        What was returned already, or is announced in another open RMA, is taken off.

        :return: ``[(stock.move, quantity left)]``, the latest first
        """
        self.ensure_one()
        customer = self.partner_id
        if not customer or not self.product_id:
            return []
        moves = (
            self.env["stock.move"]
            .sudo()
            .search(
                Domain("product_id", "=", self.product_id.id)
                & Domain("state", "=", "done")
                & Domain("company_id", "=", self.company_id.id)
                & Domain("location_dest_id.usage", "=", "customer")
                & Domain("location_id.is_customer_goods", "=", False)
                & Domain("origin_returned_move_id", "=", False)
                & (
                    Domain(
                        "sale_line_id.order_id.partner_id.commercial_partner_id",
                        "=",
                        customer.id,
                    )
                    | Domain("picking_id.partner_id", "child_of", customer.id)
                ),
                order="date desc, id desc",
            )
        )
        moves = moves.filtered(lambda m: m._delivered_to() == customer)
        gone = self._gone_again(moves)
        left = [(move, self._moved(move) - gone.get(move, 0.0)) for move in moves]
        uom = self.product_id.uom_id
        return [(move, qty) for move, qty in left if uom.compare(qty, 0) > 0]

    def _gone_again(self, moves):
        """What of some deliveries came back for good or is announced: ``{move: qty}``."""
        back = self.env["stock.move"].sudo()
        back = back.search(
            Domain("origin_returned_move_id", "in", moves.ids)
            & Domain("state", "=", "done")
            & Domain("location_dest_id.is_customer_goods", "=", False)
        )
        gone = {}
        for move in back:
            origin = move.origin_returned_move_id
            gone[origin] = gone.get(origin, 0.0) + self._moved(move)
        for line in self.sudo().search(
            Domain("origin_move_id", "in", moves.ids)
            & Domain("is_open", "=", True)
            & Domain("id", "not in", self._origin.ids)
        ):
            under_way = line.quantity - sum(
                line._outcomes_of("replace", "credit").mapped("quantity")
            )
            origin = line.origin_move_id
            gone[origin] = gone.get(origin, 0.0) + max(under_way - line.qty_shipped, 0)
        return gone

    def _find_sale(self):
        """Take the latest delivery with enough goods left, where none is known."""
        for line in self:
            if line.origin_move_id or line._is_serial():
                continue
            enough = [
                move
                for move, left in line._sale_candidates()
                if line.product_id.uom_id.compare(left, line.quantity) >= 0
            ]
            if enough:
                line._choose_sale(enough[0])

    def _choose_sale(self, move):
        """The goods come from the delivery ``move``; it is in the customer's history."""
        self.ensure_one()
        if move not in [candidate for candidate, _left in self._sale_candidates()]:
            raise UserError(
                self.env._(
                    "%s: this delivery has nothing left that could come back.",
                    self.display_name,
                )
            )
        registrations = self.env["warranty.registration"].sudo()
        warranty = registrations.search(
            [("move_id", "=", move.id), ("product_id", "=", self.product_id.id)],
            limit=1,
        )
        self.sudo().write({"chosen_move_id": move.id, "registration_id": warranty.id})

    def action_find_sale(self):
        """Show the customer's deliveries this unit can come from."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Find the Sale"),
            "res_model": "crm.rma.find.sale",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def _check_sold(self):
        """Not more can come back than a delivery has left, under its lock.

        :raise UserError: it names the delivery and what is left
        """
        lines = self.filtered(
            lambda line: line.origin_move_id and not line._is_serial()
        )
        origins = lines.sudo().origin_move_id.sorted("id")
        origins.lock_for_update(allow_referencing=True)
        gone = lines._gone_again(origins)
        for origin, group in lines.grouped("origin_move_id").items():
            origin = origin.sudo()
            left = self._moved(origin) - gone.get(origin, 0.0)
            wanted = sum(group.mapped("quantity"))
            if group.product_id[:1].uom_id.compare(wanted, left) > 0:
                raise UserError(
                    self.env._(
                        "%(unit)s: %(wanted)s are to come back, but of delivery "
                        "%(delivery)s only %(left)s are left with the customer.",
                        unit=group[:1].display_name,
                        wanted=f"{wanted:g}",
                        left=f"{left:g}",
                        delivery=origin.reference or "",
                    )
                )
