from odoo import api, fields, models
from odoo.exceptions import UserError

MAX_HOURS = 24 * 366


class CrmPoolAssign(models.TransientModel):
    """What the manager of a pool does with its customers: give them to somebody, or let
    them rest."""

    _name = "crm.pool.assign"
    _description = "Assign Customers of a Pool"

    partner_ids = fields.Many2many("res.partner", readonly=True)
    what = fields.Selection(
        [("assign", "Give to somebody"), ("rest", "Let them rest")],
        required=True,
        default="assign",
    )
    possible_user_ids = fields.Many2many(
        "res.users", compute="_compute_possible_user_ids"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        domain="[('id', 'in', possible_user_ids)]",
        ondelete="cascade",
    )
    rest_days = fields.Integer(
        string="Days",
        default=1,
        help="Nobody can claim the customers so long. 0: they rest no more.",
    )
    note = fields.Char(string="Reason")

    @api.depends("partner_ids")
    def _compute_possible_user_ids(self):
        """Salespeople of the user's companies."""
        group = self.env.ref("sales_team.group_sale_salesman")
        users = self.env["res.users"].search(
            [
                ("all_group_ids", "in", group.ids),
                ("share", "=", False),
                ("company_ids", "in", self.env.companies.ids),
            ]
        )
        for wizard in self:
            wizard.possible_user_ids = users

    @api.model
    def _open(self, partners):
        """Action of the dialog for customers in pools that the user manages."""
        customers = partners._pool_customers()
        pools = customers.sudo().pool_id.with_env(self.env)
        if not pools:
            raise UserError(customers[:1].sudo()._pool_gone())
        pools._check_manager()
        wizard = self.create({"partner_ids": customers.ids})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assign"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_confirm(self):
        """Do it and close the dialog."""
        self.ensure_one()
        if self.what == "rest":
            self._rest()
        else:
            if self.user_id not in self.possible_user_ids:
                raise UserError(self.env._("Choose who looks after the customers."))
            self.partner_ids._pool_assign(self.user_id, self.note)
        return {"type": "ir.actions.act_window_close"}

    def _rest(self):
        hours = self.rest_days * 24
        if not 0 <= hours <= MAX_HOURS:
            raise UserError(self.env._("Choose between 0 and 366 days."))
        self.partner_ids._pool_rest(hours, self.note)
