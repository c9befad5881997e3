from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CrmRma(models.Model):
    """The same fault again: the RMA is opened under its old number.

    A new line is the second visit of the unit; the first one keeps what it was. The
    verdict is given for the new day, so the repair warranty counts.
    """

    _inherit = "crm.rma"

    repeat_count = fields.Integer(
        string="Repeat Failures", compute="_compute_repeat_count", store=True
    )
    can_reopen = fields.Boolean(compute="_compute_can_reopen")

    @api.depends("line_ids.repeat_of_id")
    def _compute_repeat_count(self):
        for rma in self:
            rma.repeat_count = len(rma.line_ids.repeat_of_id)

    @api.depends("state", "line_ids.place")
    def _compute_can_reopen(self):
        for rma in self:
            rma.can_reopen = rma.state == "closed" and bool(rma._returned_lines())

    def _returned_lines(self):
        """The last visits of units that are with the customer again."""
        return self.line_ids.filtered(
            lambda line: (
                not line.repeat_ids
                and line.product_uom_id.compare(line.qty_shipped, 0) > 0
            )
        )

    def action_reopen(self):
        """The fault is back: which units, since when."""
        self.ensure_one()
        self.check_access("write")
        if not self.can_reopen:
            return self._nothing_to_do()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The Fault Is Back"),
            "res_model": "crm.rma.reopen",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_id": self.id},
        }

    def _reopen(self, lines, day, fault):
        """Expect ``lines`` again under the same number.

        :param lines: the visits whose unit comes back
        :param day: when the customer reported it
        :return: the new lines
        """
        self.ensure_one()
        if not self._begin("can_reopen"):
            raise UserError(
                self.env._("%s cannot be opened again now.", self.display_name)
            )
        if wrong := lines - self._returned_lines():
            raise UserError(
                self.env._(
                    "%s is not with the customer.",
                    ", ".join(wrong.mapped("display_name")),
                )
            )
        lines._check_serials_free([line._current_lot().id for line in lines])
        new = lines.browse().sudo().with_context(rma_arrival=True)
        new = new.create([line._prepare_repeat(day, fault) for line in lines])
        self.sudo().write(
            {
                "date_closed": False,
                "closed_by_id": False,
                "date_valid": self._validity_end(),
            }
        )
        self.line_ids.flush_recordset(["is_open_serial"])
        new = new.with_env(self.env)
        new._judge_again()
        self._create_receipts(new)
        self.line_ids.browse()._project_events(
            [(line, "reopened", line.id) for line in new]
        )
        return new


class CrmRmaLine(models.Model):
    _inherit = "crm.rma.line"

    repeat_of_id = fields.Many2one(
        "crm.rma.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The visit after which the same unit failed again.",
    )
    repeat_ids = fields.One2many("crm.rma.line", "repeat_of_id", string="Came Again")
    date_reported = fields.Date(
        string="Reported",
        compute="_compute_date_reported",
        store=True,
        precompute=True,
        readonly=False,
        help="The warranty is judged as of this day.",
    )

    @api.depends("rma_id.date_reported")
    def _compute_date_reported(self):
        """The day of the request; of a repeat the day the fault came back."""
        for line in self:
            if not line.repeat_of_id or not line.date_reported:
                line.date_reported = line.rma_id.date_reported

    def _prepare_repeat(self, day, fault):
        return {
            "rma_id": self.rma_id.id,
            "repeat_of_id": self.id,
            "date_reported": day,
            "lot_id": self._current_lot().id,
            "product_id": self.product_id.id,
            "quantity": self.qty_shipped,
            "registration_id": self.registration_id.id,
            "chosen_move_id": self.chosen_move_id.id,
            "origin_reason": self.origin_reason,
            "reason_id": self.reason_id.id,
            "fault": fault,
            "answer_ids": [Command.clear()],
        }
