from odoo import api, fields, models
from odoo.fields import Domain

SERVICE_LEVELS = [
    ("basic", "Basic"),
    ("standard", "Standard"),
    ("priority", "Priority"),
    ("premium", "Premium"),
]


class CrmCustomerLevel(models.Model):
    """A, B, C: how important a customer is, how often we want to speak to it, what
    service it gets, and which rewards are for it.

    Rules of public pools and greetings, the silence on the workbench and the offers of
    loyalty programs follow the level. From which turnover, number of orders or
    potential on a customer belongs here is said on the level; see
    ``crm.customer.level.review``.
    """

    _name = "crm.customer.level"
    _inherit = ["crm.unique.name.mixin"]
    _description = "Customer Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer(string="Colour")
    rhythm_days = fields.Integer(
        string="Follow-up Rhythm",
        default=30,
        help="Days after which a customer of this level counts as silent when nobody "
        "has spoken with it. 0: never.",
    )
    description = fields.Char(
        translate=True, help="Who belongs here, in the words of your company."
    )
    service_level = fields.Selection(
        SERVICE_LEVELS,
        required=True,
        default="standard",
        help="How the customer is served, for everybody who answers it.",
    )
    service_promise = fields.Text(
        translate=True,
        help="What we promise: times of answer, a loaner, visits. It is shown beside "
        "the level.",
    )
    is_suggested = fields.Boolean(
        string="Suggest",
        help="Suggest this level to customers that reach the figures. A level without "
        "figures is suggested to all that reach none above it.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    min_revenue = fields.Monetary(
        string="Turnover from", help="Invoiced in the last 12 months, without taxes."
    )
    min_orders = fields.Integer(
        string="Orders from", help="Confirmed in the last 12 months."
    )
    min_potential = fields.Monetary(
        string="or Potential from",
        help="What the customer could buy in a year, estimated by us; enough by "
        "itself. 0: the potential does not count.",
    )
    program_ids = fields.Many2many(
        "loyalty.program",
        "crm_level_loyalty_program_rel",
        string="Rewards and Offers",
        help="Programs that are for this level only.",
    )
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_count"
    )

    _name_source_uniq = models.UniqueIndex(
        "((name->>'en_US'))", "A customer level with this name exists already."
    )
    _rhythm_positive = models.Constraint(
        "CHECK(rhythm_days >= 0)", "The follow-up rhythm cannot be negative."
    )
    _figures_positive = models.Constraint(
        "CHECK(min_revenue >= 0 AND min_orders >= 0 AND min_potential >= 0)",
        "The figures of a level cannot be negative.",
    )

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    def _compute_customer_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("customer_level_id", "in", self.ids)],
                ["customer_level_id"],
                ["__count"],
            )
        )
        for level in self:
            level.customer_count = counts.get(level, 0)

    def action_open_customers(self):
        """The customers of this level."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.res_partner_action_customer"
        )
        domain = Domain("customer_level_id", "=", self.id)
        return {**action, "name": self.name, "domain": list(domain)}

    def _service_words(self):
        """ "Priority: answer within four hours", for the screens."""
        self.ensure_one()
        names = dict(self._fields["service_level"]._description_selection(self.env))
        name = names[self.service_level]
        promise = (self.service_promise or "").strip()
        if not promise:
            return name
        return self.env._("%(left)s: %(why)s", left=name, why=promise)
