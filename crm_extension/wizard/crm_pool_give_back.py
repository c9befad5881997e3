from odoo import api, fields, models
from odoo.exceptions import UserError

OWNED = ("res.partner", "crm.lead")


class CrmPoolGiveBack(models.TransientModel):
    """Give own customers back to a pool, or own leads to everybody, with a reason."""

    _name = "crm.pool.give.back"
    _description = "Give Back to the Pool"

    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Json(readonly=True)
    subject = fields.Char(compute="_compute_subject")
    is_lead = fields.Boolean(compute="_compute_subject")
    possible_pool_ids = fields.Many2many("crm.pool", compute="_compute_subject")
    pool_id = fields.Many2one(
        "crm.pool", domain="[('id', 'in', possible_pool_ids)]", ondelete="cascade"
    )
    note = fields.Char(string="Reason")

    @api.depends("res_model", "res_ids")
    def _compute_subject(self):
        for wizard in self:
            records = wizard._records()
            wizard.is_lead = wizard.res_model == "crm.lead"
            wizard.subject = ", ".join(records[:5].mapped("display_name"))
            wizard.possible_pool_ids = wizard._pools(records)

    def _records(self):
        model = self.res_model if self.res_model in OWNED else OWNED[0]
        ids = [id_ for id_ in self.res_ids or [] if type(id_) is int]
        return self.env[model].browse(ids).exists()

    @api.model
    def _pools(self, records):
        """The pools of the salespeople; all of them for sales administrators."""
        if records._name != "res.partner":
            return self.env["crm.pool"]
        if self.env["crm.pool"]._has_manager():
            return self.env["crm.pool"].search([("active", "=", True)])
        return self.env.user._pools().with_env(self.env)

    @api.model
    def _open(self, records):
        """Action of the dialog for records of the user."""
        pools = self._pools(records)
        if records._name == "res.partner" and not pools:
            raise UserError(self.env._("You are a member of no public pool."))
        wizard = self.create(
            {
                "res_model": records._name,
                "res_ids": records.ids,
                "pool_id": pools[:1].id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give Back"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_give_back(self):
        """Do it and close the dialog."""
        self.ensure_one()
        records = self._records()
        if self.is_lead:
            records._pool_give_back(self.note)
        else:
            if self.pool_id not in self.possible_pool_ids:
                raise UserError(self.env._("Choose the pool."))
            records._pool_give_back(self.pool_id, self.note)
        return {"type": "ir.actions.act_window_close"}
