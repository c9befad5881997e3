from odoo import fields, models


class CrmUrge(models.Model):
    """A request to look after something now: by a manager, or by the escalation of a
    lead that nobody has touched.

    Written through ``crm.workbench.urge`` and ``answer_urge`` only.
    """

    _name = "crm.urge"
    _description = "Urge"
    _order = "id desc"
    _rec_name = "note"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users", string="To", required=True, readonly=True, ondelete="cascade"
    )
    author_id = fields.Many2one(
        "res.users",
        string="From",
        readonly=True,
        ondelete="set null",
        help="Empty: the system did it, because a lead was left untouched.",
    )
    kind = fields.Selection(
        [("urge", "Urge"), ("escalation", "Escalation")],
        required=True,
        default="urge",
        readonly=True,
    )
    note = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, ondelete="cascade", index=True
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    activity_id = fields.Many2one(
        "mail.activity", string="To-do", readonly=True, ondelete="set null"
    )
    state = fields.Selection(
        [("open", "Waiting"), ("answered", "Answered")],
        required=True,
        default="open",
        readonly=True,
    )
    answer = fields.Char(readonly=True)
    answer_date = fields.Datetime(string="Answered on", readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, default=lambda self: self.env.company
    )

    _open_idx = models.Index("(user_id, id) WHERE state = 'open'")
    _author_idx = models.Index("(author_id, id)")

    def _document(self):
        """What the urge is about: the lead, else the customer; may be nothing."""
        self.ensure_one()
        return self.lead_id or self.partner_id

    def _tell(self, text):
        """A note in the timeline of what the urge is about."""
        interactions = self.env["crm.interaction"]
        for urge in self:
            if document := urge._document():
                vals = interactions._prepare_quick_log(
                    document, {"channel": "note", "text": text}
                )
                interactions.create(vals)

    def _tell_author(self):
        """A word on the screen of whoever asked."""
        for urge in self.sudo().filtered("author_id"):
            title = self.env._("%(user)s answered", user=urge.user_id.name)
            message = urge.answer or self.env._(
                "Taken note of: %(note)s", note=urge.note
            )
            urge.author_id._bus_send(
                "simple_notification",
                {"type": "info", "title": title, "message": message},
            )
