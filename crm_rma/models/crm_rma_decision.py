from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRma(models.Model):
    """Approve with a validity date, refuse with a reason, open again."""

    _inherit = "crm.rma"

    date_valid = fields.Date(
        string="Valid Until",
        copy=False,
        tracking=True,
        help="Until this day the goods should arrive under this number. What comes "
        "later is shown as late; nothing is refused by itself.",
    )
    is_expired = fields.Boolean(
        string="Number Expired", compute="_compute_is_expired", search="_search_expired"
    )
    date_refused = fields.Datetime(string="Refused On", readonly=True, copy=False)
    refused_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    refusal_reason_id = fields.Many2one(
        "crm.rma.reason",
        string="Refused Because",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    refusal_note = fields.Text(
        string="What the Customer Is Told", readonly=True, copy=False
    )

    @api.depends("date_valid", "state")
    def _compute_is_expired(self):
        today = fields.Date.context_today(self)
        for rma in self:
            late = rma.date_valid and rma.date_valid < today
            rma.is_expired = bool(late) and rma.state == "expected"

    def _search_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("date_valid", "<", today), ("state", "=", "expected")]

    def _validity_end(self):
        """The last day of a number that is given today; False without a limit."""
        days = self.company_id.sudo().rma_validity_days
        today = fields.Date.context_today(self)
        return days and fields.Date.add(today, days=days)

    def action_refuse(self):
        """Refuse the request, with a reason the customer is told."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse the Request"),
            "res_model": "crm.rma.refuse",
            "view_mode": "form",
            "target": "new",
            "context": {"default_rma_ids": self.ids},
        }

    def _refuse(self, reason, note=False):
        """Nothing is expected; the serials are free for another request.

        :raise UserError: goods are with us already
        """
        todo = self._begin("is_open")
        if not todo:
            return self._nothing_to_do()
        if here := todo.filtered(lambda rma: any(rma.line_ids.mapped("qty_received"))):
            raise UserError(
                self.env._(
                    "%s was received already. Decide unit by unit instead.",
                    ", ".join(here.mapped("name")),
                )
            )
        todo.line_ids._open_moves().picking_id.with_env(self.env).action_cancel()
        todo.sudo().write(
            {
                "date_refused": fields.Datetime.now(),
                "refused_by_id": self.env.uid,
                "refusal_reason_id": reason.id,
                "refusal_note": note,
            }
        )
        todo._free_serials()
        todo._project_events("refused")
        return True
