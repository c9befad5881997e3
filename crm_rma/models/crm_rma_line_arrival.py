from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class CrmRmaLine(models.Model):
    """What arrives is not always what was announced.

    Another serial, a unit nobody knows, an empty box: each is said at the dock, with
    its reason. Stock shows what really came, and the warranty is judged on it.
    """

    _inherit = "crm.rma.line"

    announced_lot_id = fields.Many2one(
        "stock.lot",
        string="Announced Serial",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="Another unit came than the one that was announced.",
    )
    not_come = fields.Boolean(
        string="Did Not Come",
        readonly=True,
        copy=False,
        help="The box was empty, or the rest of the quantity never came.",
    )
    arrival_reason_id = fields.Many2one(
        "crm.rma.reason",
        string="Wrong on Arrival",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    arrival_note = fields.Text(readonly=True, copy=False)

    def action_arrival(self):
        """Another unit came, or none: say what is in the box."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Something Else Came"),
            "res_model": "crm.rma.arrival",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def _check_coming(self):
        """What is said at the dock is said of goods that are expected."""
        if not self._can_receive():
            raise UserError(
                self.env._("%s is not expected: nothing to say.", self.display_name)
            )

    def _give_up(self, reason, note):
        """What is still expected of this unit does not come; what came stays."""
        self.ensure_one()
        self._check_coming()
        self._open_receipts().with_env(self.env)._action_cancel()
        self.sudo().write(
            {
                "not_come": True,
                "arrival_reason_id": reason.id,
                "arrival_note": note,
                "qty_to_receive": 0.0,
            }
        )
        self._project_events([(self, "missing", self.id)])

    def _arrive_as(self, lot, reason, note):
        """The unit ``lot`` came instead of the announced one: expect it, judge it."""
        self.ensure_one()
        self._check_coming()
        self._check_serials_free([lot.id])
        announced = self.announced_lot_id or self.lot_id
        why = self.env._(
            "Came instead of %(announced)s: %(reason)s",
            announced=announced.name or self.product_id.display_name,
            reason=reason.name or note or "",
        )
        receipt = self._open_receipts().with_env(self.env)
        picking = receipt.picking_id
        same = lot.product_id == self.product_id
        if not same:
            receipt._action_cancel()
            receipt.sudo().rma_line_id = False
        self.sudo().with_context(rma_arrival=True).write(
            {
                "lot_id": lot.id,
                "announced_lot_id": announced.id,
                "arrival_reason_id": reason.id,
                "arrival_note": note,
                "origin_reason": self.origin_reason or why,
            }
        )
        if same:
            receipt.move_line_ids.lot_id = lot
        else:
            self.env["stock.move"].create(self._prepare_receipt_move(picking))
            picking.action_confirm()
        self._judge_again()

    def _judge_again(self):
        """Keep a new verdict: another unit came, or the same one a second time."""
        facts = self.registration_id.sudo()._facts()
        for line in self:
            verdict = line._give_verdict(facts.get(line.registration_id.id))
            line.sudo().write(
                {
                    "verdict": verdict,
                    "warranty_status": verdict["status"],
                    "warranty_until": verdict["until"],
                }
            )

    # -------------------------------------------------------------------------
    # Units of unknown origin
    # -------------------------------------------------------------------------

    def _unknown_lot(self, product, serial=False):
        """A serial number for a unit nobody knows: the one on it, or the next of ours.

        :raise AccessError: a serial that we never sold is taken in by a manager only
        """
        if serial and not self.env.user.has_group("crm_rma.crm_rma_group_manager"):
            raise AccessError(
                self.env._(
                    "We never had serial number %s. A service manager may take it in.",
                    serial,
                )
            )
        if product.tracking == "none":
            raise UserError(
                self.env._("%s has no serial numbers.", product.display_name)
            )
        sequence = self.env["ir.sequence"].sudo().with_company(self.company_id)
        name = serial or sequence.next_by_code("crm.rma.unknown")
        return (
            self.env["stock.lot"]
            .sudo()
            .create(
                {
                    "name": name,
                    "product_id": product.id,
                    "company_id": product.company_id.id,
                    "is_unknown_origin": True,
                }
            )
            .with_env(self.env)
        )

    def action_give_number(self):
        """A unit without a legible serial gets a number of ours and a label."""
        self.check_access("write")
        nameless = self.filtered(
            lambda line: line._lacks_serial() and not line.move_ids
        )
        for line in nameless:
            line.origin_reason = line.origin_reason or self.env._("Unknown origin")
            line.lot_id = line._unknown_lot(line.product_id)
        return self.action_print_label()

    def action_print_label(self):
        """A label with RMA number, product and serial as a barcode."""
        self.check_access("read")
        report = self.env.ref("crm_rma.action_report_rma_label")
        return report.report_action(self, config=False)
