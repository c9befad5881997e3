from odoo import api, fields, models

STATES = [
    ("todo", "To Do"),
    ("done", "Handed Over"),
    ("skipped", "Left Out"),
    ("failed", "Failed"),
    ("undone", "Taken Back"),
    ("kept", "Kept"),
]


class CrmHandoverRow(models.Model):
    """One record that moves: the plan before, the audit and the undo afterwards.

    ``before`` and ``after`` hold the stored columns that the move changes; undo puts
    ``before`` back where the record still has ``after``. ``links`` are the followers
    and guests that were exchanged.
    """

    _name = "crm.handover.row"
    _description = "Record of a Handover"
    _order = "id"
    _rec_name = "title"

    handover_id = fields.Many2one(
        "crm.handover", required=True, readonly=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "crm.handover.item", readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    kind = fields.Char(string="Technical Kind", required=True, readonly=True)
    kind_title = fields.Char(string="Kind", compute="_compute_kind_title")
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    title = fields.Char(
        string="Name",
        compute="_compute_title",
        search="_search_title",
        compute_sudo=True,
    )
    from_user_id = fields.Many2one(
        "res.users", string="From", readonly=True, ondelete="set null"
    )
    to_user_id = fields.Many2one(
        "res.users", string="Receiver", readonly=True, ondelete="set null"
    )
    done_by_id = fields.Many2one(
        "res.users", string="By", readonly=True, ondelete="set null"
    )
    date = fields.Datetime(readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="todo")
    before = fields.Json(readonly=True)
    after = fields.Json(readonly=True)
    links = fields.Json(readonly=True)
    error = fields.Char(string="Remark", readonly=True)

    _record_uniq = models.UniqueIndex(
        "(handover_id, res_model, res_id)", "A record moves once in a handover."
    )
    _work_idx = models.Index("(handover_id, state, item_id, id)")

    @api.depends("res_model", "res_id")
    def _compute_title(self):
        for model, rows in self.grouped("res_model").items():
            known = model in self.env
            records = (
                self.env[model].browse(rows.mapped("res_id")).exists() if known else ()
            )
            names = {record.id: record.display_name for record in records}
            for row in rows:
                row.title = names.get(row.res_id) or f"{row.res_model} {row.res_id}"

    def _search_title(self, operator, value):
        """By the name of the customer: the other names lie in many tables."""
        return [("partner_id.complete_name", operator, value)]

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_title(self):
        specs = self.env["crm.handover"]._handover_specs(every=True)
        for row in self:
            row.kind_title = specs.get(row.kind, {}).get("title", row.kind)

    def action_open_record(self):
        """Open the record that moved."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
