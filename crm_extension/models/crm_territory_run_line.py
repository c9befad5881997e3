from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

STATES = [
    ("todo", "Planned"),
    ("kept", "Kept"),
    ("done", "Assigned"),
    ("changed", "Changed Since"),
    ("undone", "Taken Back"),
]


class CrmTerritoryRunLine(models.Model):
    """A customer whose territory or salesperson an assignment changes."""

    _name = "crm.territory.run.line"
    _description = "Customer of an Assignment"
    _order = "run_id desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    run_id = fields.Many2one(
        "crm.territory.run", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="run_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    level_id = fields.Many2one(related="partner_id.customer_level_id")
    old_territory_id = fields.Many2one(
        "crm.territory", string="Territory before", readonly=True, ondelete="set null"
    )
    territory_id = fields.Many2one("crm.territory", readonly=True, ondelete="cascade")
    old_user_id = fields.Many2one(
        "res.users", string="Salesperson before", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, ondelete="set null"
    )
    moves = fields.Boolean(string="New Salesperson", readonly=True)
    why = fields.Char(readonly=True)
    state = fields.Selection(STATES, required=True, default="todo", readonly=True)

    _run_idx = models.Index("(run_id DESC, id)")

    def _is_current(self):
        """Whether the customer is still as the preview saw it."""
        self.ensure_one()
        partner = self.partner_id
        return (
            partner.territory_id == self.old_territory_id
            and partner.user_id == self.old_user_id
            and not partner.territory_pinned
        )

    def action_keep(self):
        """Leave the customer where it is: now, and in every assignment to come."""
        self._keep(True)

    def action_keep_not(self):
        """Let the customer be assigned like all others."""
        self._keep(False)

    def _keep(self, keep):
        self.check_access("read")
        self.run_id.check_access("write")
        if self.run_id.filtered(lambda run: run.state != "preview"):
            raise UserError(self.env._("This assignment was carried out already."))
        state = "kept" if keep else "todo"
        lines = self.sudo().filtered(lambda line: line.state in ("todo", "kept"))
        lines.partner_id.territory_pinned = keep
        lines.state = state


class CrmHandover(models.Model):
    """New salespeople of an assignment by territory."""

    _inherit = "crm.handover"

    territory_run_id = fields.Many2one(
        "crm.territory.run",
        string="Assignment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.depends("territory_run_id")
    def _compute_name(self):
        ours = self.filtered("territory_run_id")
        for handover in ours:
            handover.name = handover.territory_run_id.name
        return super(CrmHandover, self - ours)._compute_name()

    def _moving_lines(self):
        return self.territory_run_id.sudo().line_ids.filtered(
            lambda line: line.moves and line.state == "done"
        )

    def _handover_from_users(self):
        if not self.territory_run_id:
            return super()._handover_from_users()
        return self._moving_lines().old_user_id

    def _is_choice(self):
        return bool(self.territory_run_id) or super()._is_choice()

    def _handover_chosen_sql(self):
        """Customers that get another salesperson, and what that one had with them."""
        if not self.territory_run_id:
            return super()._handover_chosen_sql()
        return SQL(
            """EXISTS (SELECT 1 FROM crm_territory_run_line l
                        WHERE l.run_id = %s AND l.partner_id = r.customer AND l.moves
                          AND l.state = 'done'
                          AND l.old_user_id IS NOT DISTINCT FROM r.owner)""",
            self.territory_run_id.id,
        )

    def _deal(self):
        """The preview of the assignment has dealt them out already."""
        if not self.territory_run_id:
            return super()._deal()
        self.env["crm.territory.run.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_handover_item i
                      SET to_user_id = l.user_id, reason = 'territory'
                     FROM crm_territory_run_line l
                    WHERE i.handover_id = %s AND i.to_user_id IS NULL
                      AND l.run_id = %s AND l.partner_id = i.partner_id""",
                self.id,
                self.territory_run_id.id,
            )
        )
        self.env["crm.handover.item"].invalidate_model()

    def _quiet(self, records):
        records = super()._quiet(records)
        if self.territory_run_id:
            return records.with_context(crm_owner_reason="territory")
        return records
