from odoo import api, fields, models
from odoo.exceptions import UserError

REASONS = [
    ("equal", "Equal Share"),
    ("level", "Level"),
    ("territory", "Territory"),
    ("owner", "Salesperson of the Customer"),
    ("main", "First Receiver"),
    ("hand", "By Hand"),
]
STATES = [
    ("todo", "To Do"),
    ("done", "Handed Over"),
    ("undone", "Taken Back"),
]


class CrmHandoverItem(models.Model):
    """What stays whole: a customer with everything the person has there, or a record
    without a customer."""

    _name = "crm.handover.item"
    _description = "Customer of a Handover"
    _order = "handover_id desc, level_rank, record_count desc, id"
    _rec_name = "name"

    handover_id = fields.Many2one(
        "crm.handover", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    res_model = fields.Char(string="Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    name = fields.Char(readonly=True)
    title = fields.Char(string="What", compute="_compute_title", compute_sudo=True)
    level_id = fields.Many2one("crm.customer.level", readonly=True, ondelete="set null")
    level_rank = fields.Integer(readonly=True)
    counts = fields.Json(readonly=True)
    contents = fields.Char(compute="_compute_contents", help="What belongs to it.")
    record_count = fields.Integer(string="Records", readonly=True)
    from_user_id = fields.Many2one(
        "res.users", string="From", readonly=True, ondelete="set null"
    )
    to_user_id = fields.Many2one(
        "res.users",
        string="Receiver",
        index="btree_not_null",
        ondelete="set null",
        domain="[('id', 'in', receiver_user_ids)]",
    )
    receiver_user_ids = fields.Many2many(
        "res.users", compute="_compute_receiver_user_ids"
    )
    reason = fields.Selection(REASONS, readonly=True, string="Why")
    is_pinned = fields.Boolean(string="By Hand", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="todo")
    date_done = fields.Datetime(string="Handed Over on", readonly=True)

    _list_idx = models.Index("(handover_id DESC, level_rank, record_count DESC, id)")
    _done_idx = models.Index("(to_user_id, partner_id) WHERE state = 'done'")
    # The plan bundles a hundred thousand new rows that PostgreSQL has no statistics of
    _customer_idx = models.Index("(handover_id, partner_id)")
    _record_idx = models.Index("(handover_id, res_model, res_id)")

    @api.depends("partner_id", "name", "res_model", "res_id")
    def _compute_title(self):
        """The customer; for a record without one its own name."""
        for model, items in self.filtered("res_model").grouped("res_model").items():
            ids = items.mapped("res_id")
            known = model in self.env
            records = self.env[model].browse(ids).exists() if known else ()
            names = {record.id: record.display_name for record in records}
            for item in items:
                item.title = names.get(item.res_id) or item.name
        for item in self.filtered(lambda item: not item.res_model):
            item.title = item.partner_id.display_name or item.name

    @api.depends("title")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item.title or self.env._("Deleted record")

    @api.depends("counts")
    @api.depends_context("lang")
    def _compute_contents(self):
        specs = self.env["crm.handover"]._handover_specs(every=True)
        for item in self:
            counts = item.counts or {}
            item.contents = " · ".join(
                f"{spec['title']} {counts[name]}"
                for name, spec in specs.items()
                if counts.get(name)
            )

    @api.depends("handover_id.receiver_ids.user_id")
    def _compute_receiver_user_ids(self):
        for item in self:
            item.receiver_user_ids = item.handover_id.receiver_ids.user_id

    def write(self, vals):
        """Give units to a receiver by hand; everything else is the machinery's."""
        if self.env.su:
            return super().write(vals)
        if vals.keys() - {"to_user_id"}:
            raise UserError(
                self.env._("Only the receiver of a customer can be changed.")
            )
        self.check_access("write")
        self.handover_id._check_draft()
        user_id = vals["to_user_id"]
        for handover in self.handover_id if user_id else ():
            if user_id not in handover.receiver_ids.user_id.ids:
                raise UserError(
                    self.env._("Name the person among the receivers of the handover.")
                )
        return super(CrmHandoverItem, self.sudo()).write(
            {
                "to_user_id": user_id,
                "reason": "hand" if user_id else False,
                "is_pinned": bool(user_id),
            }
        )
