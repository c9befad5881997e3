from odoo import fields, models


class CrmRmaRefuse(models.TransientModel):
    _name = "crm.rma.refuse"
    _description = "Refuse Requests"

    rma_ids = fields.Many2many("crm.rma", string="RMAs", required=True)
    reason_id = fields.Many2one(
        "crm.rma.reason",
        required=True,
        domain="[('kind', '=', 'refusal')]",
    )
    note = fields.Text(
        string="What the Customer Is Told",
        help="Shown to the customer together with the reason.",
    )

    def action_refuse(self):
        """Refuse the requests; nothing of them is expected any more."""
        self.ensure_one()
        result = self.rma_ids._refuse(self.reason_id, self.note)
        if isinstance(result, dict):
            return result
        return {"type": "ir.actions.act_window_close"}
