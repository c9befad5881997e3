from odoo import api, fields, models

KINDS = [
    ("entered", "Put into the Pool"),
    ("fell", "Fell by a Rule"),
    ("dropped", "Given Back"),
    ("claimed", "Claimed"),
    ("assigned", "Assigned"),
]


class CrmPoolMove(models.Model):
    """Into a pool and out of it: when, whose customer it was and is, and why.

    What a rule said about the customer is kept as it was that night, and put into
    words for whoever reads it.
    """

    _name = "crm.pool.move"
    _description = "Move of a Customer into or out of a Pool"
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    pool_id = fields.Many2one(
        "crm.pool", readonly=True, index=True, ondelete="set null"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    from_user_id = fields.Many2one(
        "res.users",
        string="Previous Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    to_user_id = fields.Many2one(
        "res.users",
        string="New Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        "res.users", string="Done by", readonly=True, ondelete="set null"
    )
    rule_id = fields.Many2one("crm.pool.rule", readonly=True, ondelete="set null")
    note = fields.Char(string="Reason given", readonly=True)
    facts = fields.Json(
        readonly=True, help="What the rule said, for the sentence in every language."
    )
    reason = fields.Char(compute="_compute_reason")

    @api.depends("note", "facts")
    @api.depends_context("lang")
    def _compute_reason(self):
        clock = self.env["crm.pool.clock"]
        for move in self:
            facts = move.sudo().facts
            move.reason = clock._recall(facts) if facts else move.note

    @api.model
    @api.private
    def _log(self, vals_list):
        """Write moves down and tell them in the history of the customers.

        :param vals_list: values without ``user_id``, which is whoever does it, and
            ``company_id``, that of the pool
        """
        pools = self.env["crm.pool"].sudo()
        moves = self.sudo().create(
            [
                {
                    "user_id": self.env.uid,
                    "company_id": pools.browse(vals["pool_id"]).company_id.id,
                    **vals,
                }
                for vals in vals_list
            ]
        )
        self.env["crm.interaction"]._project([move._prepare_event() for move in moves])
        return moves

    def _prepare_event(self):
        """Values of the history row of one move."""
        self.ensure_one()
        pool = self.pool_id
        user = self.to_user_id or self.from_user_id
        why = {"why": ["pool", self.facts]} if self.facts else {}
        return {
            "source_key": f"{self._name},{self.id}:{self.kind}:1",
            "partner_id": self.partner_id.id,
            "company_id": self.partner_id.company_id.id,
            "channel": "note",
            "user_id": self.user_id.id,
            "event_args": {
                "pool": ["record", pool._name, pool.id, pool.name],
                "user": user.name or "",
                **why,
            },
            "preview": self.note,
        }


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model
    def _event_sentences(self):
        _ = self.env._
        return {
            **super()._event_sentences(),
            "crm.pool.move:entered": _("Put into the pool %(pool)s"),
            "crm.pool.move:fell": _(
                "Fell from %(user)s into the pool %(pool)s: %(why)s"
            ),
            "crm.pool.move:dropped": _("Given back to the pool %(pool)s by %(user)s"),
            "crm.pool.move:claimed": _("Claimed by %(user)s from the pool %(pool)s"),
            "crm.pool.move:assigned": _("Given to %(user)s from the pool %(pool)s"),
        }

    @api.model
    def _event_word(self, value, names):
        """``["pool", facts]``: what a rule said, in the reader's language."""
        if isinstance(value, list) and value[0] == "pool":
            return self.env["crm.pool.clock"]._recall(value[1])
        return super()._event_word(value, names)
