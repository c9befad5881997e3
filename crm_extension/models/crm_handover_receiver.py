from odoo import api, fields, models


class CrmHandoverReceiver(models.Model):
    """One of those who get something, and what they shall get."""

    _name = "crm.handover.receiver"
    _description = "Receiver of a Handover"
    _order = "handover_id, sequence, id"
    _rec_name = "user_id"

    handover_id = fields.Many2one(
        "crm.handover", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        string="Receiver",
        required=True,
        ondelete="restrict",
        domain="[('id', 'in', available_user_ids), ('active', '=', True), "
        "('id', '!=', parent.from_user_id)]",
    )
    share = fields.Integer(
        string="Share of Customers",
        default=1,
        help="Who has 2 gets twice as many customers as who has 1.",
    )
    level_ids = fields.Many2many(
        "crm.customer.level",
        string="Levels",
        help="Split by level: customers of these levels.",
    )
    territory_ids = fields.Many2many(
        "crm.territory",
        string="Territories",
        compute="_compute_territory_ids",
        store=True,
        readonly=False,
        help="Split by territory: customers of these territories and their parts. "
        "Filled with the territories of the person.",
    )
    note = fields.Text(help="Only this receiver reads it, after the note to everybody.")
    available_user_ids = fields.Many2many(related="handover_id.available_user_ids")
    customer_count = fields.Integer(string="Customers", compute="_compute_counts")
    record_count = fields.Integer(string="Records", compute="_compute_counts")

    _user_uniq = models.UniqueIndex(
        "(handover_id, user_id)", "Each receiver is named once in a handover."
    )
    _share_positive = models.Constraint(
        "CHECK(share > 0)", "The share of a receiver is 1 or more."
    )

    @api.depends("user_id")
    def _compute_territory_ids(self):
        for receiver in self:
            territories = self.env["crm.territory"]
            if receiver.user_id:
                territories = territories.search(
                    [("user_ids", "in", receiver.user_id.ids)]
                )
            receiver.territory_ids = territories

    @api.depends("user_id", "handover_id.state", "handover_id.step")
    def _compute_counts(self):
        groups = self.env["crm.handover.item"]._read_group(
            [("handover_id", "in", self.handover_id.ids)],
            ["handover_id", "to_user_id"],
            ["partner_id:count", "record_count:sum"],
        )
        counts = {(handover, user): numbers for handover, user, *numbers in groups}
        for receiver in self:
            mine = (receiver.handover_id._origin, receiver.user_id)
            customers, records = counts.get(mine, (0, 0))
            receiver.customer_count, receiver.record_count = customers, records or 0

    @api.model_create_multi
    def create(self, vals_list):
        receivers = super().create(vals_list)
        receivers.handover_id._check_draft()
        receivers.handover_id._check_people()
        return receivers

    def write(self, vals):
        self.handover_id._check_draft()
        result = super().write(vals)
        self.handover_id._check_draft()
        self.handover_id._check_people()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        self.handover_id._check_draft()
