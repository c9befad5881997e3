from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmRmaReopen(models.TransientModel):
    _name = "crm.rma.reopen"
    _description = "Open an RMA Again"

    rma_id = fields.Many2one("crm.rma", string="RMA", required=True, readonly=True)
    line_ids = fields.Many2many(
        "crm.rma.line",
        string="Units",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        domain="[('rma_id', '=', rma_id), ('qty_shipped', '>', 0)]",
    )
    date_reported = fields.Date(
        string="Reported", required=True, default=fields.Date.context_today
    )
    fault = fields.Text(help="What the customer says is wrong.")

    @api.depends("rma_id")
    def _compute_line_ids(self):
        for reopen in self:
            reopen.line_ids = reopen.rma_id._returned_lines()

    def action_reopen(self):
        """Expect the units again, under the same number."""
        self.ensure_one()
        if not self.line_ids:
            raise UserError(self.env._("Choose the units that come back."))
        self.rma_id._reopen(self.line_ids, self.date_reported, self.fault)
        return {"type": "ir.actions.act_window_close"}
