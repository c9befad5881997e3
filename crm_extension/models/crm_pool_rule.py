from ast import literal_eval
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

UNITS = [("days", "Days"), ("months", "Months")]
FOR_WHOM = [
    ("all", "All customers"),
    ("bought", "Customers who bought"),
    ("inquiry", "Inquiries only, no order yet"),
]
STATES = [("draft", "Draft"), ("active", "In Force"), ("off", "Switched Off")]
# What may be changed while a rule is in force
FREE = {"sequence", "state"}


class CrmPoolRule(models.Model):
    """When the customers of the members fall into a pool.

    A rule says from what is counted (a fact of ``crm.pool.fact``), how long, for each
    level if wanted, and which customers it is about. It is in force from the day after
    it was switched on; what it says about a customer follows from the facts alone, so
    switching it off and on again moves no day.
    """

    _name = "crm.pool.rule"
    _description = "Rule of a Public Pool"
    _order = "pool_id, sequence, id"
    _rec_name = "fact"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    pool_id = fields.Many2one("crm.pool", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="pool_id.company_id")
    fact = fields.Selection(
        selection="_selection_fact",
        string="Counts from",
        required=True,
        default="contact",
    )
    period = fields.Integer(
        default=30,
        required=True,
        help="For levels without a period of their own. 0: only the levels below.",
    )
    unit = fields.Selection(UNITS, required=True, default="days")
    level_ids = fields.One2many(
        "crm.pool.rule.level", "rule_id", string="Other Periods", copy=True
    )
    for_whom = fields.Selection(
        FOR_WHOM, string="Which Customers", required=True, default="all"
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Product Line",
        ondelete="restrict",
        help="Only orders and quotations with products of this category, or of one "
        "below it, are counted.",
    )
    can_have_categ = fields.Boolean(compute="_compute_can_have_categ")
    customer_domain = fields.Char(
        string="Only These Customers",
        help="Empty: all customers of the members of the pool.",
    )
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False
    )
    valid_from = fields.Date(
        copy=False,
        help="Empty: the day after the rule is switched on. The first customers fall in "
        "the night after this day.",
    )

    _period_positive = models.Constraint(
        "CHECK(period >= 0)", "The period of a rule cannot be negative."
    )

    @api.model
    def _selection_fact(self):
        facts = self.env["crm.pool.fact"]._pool_facts()
        return [(name, fact["label"]) for name, fact in facts.items()]

    @api.depends("fact", "period", "unit", "level_ids.period")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """ "No real contact: 14 days / 30 days"."""
        facts = self.env["crm.pool.fact"]._pool_facts()
        words = self.env["crm.pool.clock"]
        for rule in self:
            label = facts.get(rule.fact, {}).get("label", "")
            counts = {rule.period, *rule.level_ids.mapped("period")} - {0}
            periods = [
                words._period_words(count, rule.unit) for count in sorted(counts)
            ]
            rule.display_name = f"{label}: {' / '.join(periods)}" if periods else label

    @api.depends("fact")
    def _compute_can_have_categ(self):
        facts = self.env["crm.pool.fact"]._pool_facts()
        for rule in self:
            rule.can_have_categ = facts.get(rule.fact, {}).get("has_products", False)

    @api.constrains("customer_domain")
    def _check_customer_domain(self):
        for rule in self.filtered("customer_domain"):
            try:
                partners = self.env["res.partner"].sudo()
                partners = partners.with_context(crm_pool_rule=True)
                partners._search(rule._customer_domain())
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The choice of customers cannot be read: %(error)s", error=error
                    )
                ) from error

    def _customer_domain(self):
        """The domain of the customers that the rule is about, parsed."""
        return Domain(literal_eval(self.customer_domain or "[]"))

    def _narrowed_to(self):
        """Hook: records that the fact is narrowed to, none for everything."""
        self.ensure_one()
        categories = self.env["product.category"]
        if not self.categ_id or not self.can_have_categ:
            return categories
        return categories.search([("id", "child_of", self.categ_id.id)])

    @api.constrains("period", "level_ids", "state")
    def _check_period(self):
        for rule in self.filtered(lambda rule: rule.state == "active"):
            if not rule.period and not any(rule.level_ids.mapped("period")):
                raise ValidationError(
                    self.env._("Say after how many days or months customers fall.")
                )

    # Switching

    def action_preview(self):
        """Show what the rule would do, before it is switched on."""
        self.ensure_one()
        self.pool_id._check_manager()
        preview = self.env["crm.pool.rule.preview"].create({"rule_id": self.id})
        return preview._open()

    def action_activate(self):
        """Switch the rules on: they hold from tomorrow at the earliest."""
        self.check_access("write")
        for rule in self:
            tomorrow = rule.pool_id._today() + timedelta(days=1)
            rule.valid_from = max(rule.valid_from or tomorrow, tomorrow)
            rule.sudo().state = "active"

    def action_switch_off(self):
        """Switch the rules off. The facts stay, so do the days they give."""
        self.check_access("write")
        self.sudo().write({"state": "off"})

    def action_edit(self):
        """Take rules out of force to change them."""
        self.check_access("write")
        self.sudo().write({"state": "draft"})

    @api.model_create_multi
    def create(self, vals_list):
        """Rules begin as drafts, whatever a client sends."""
        if not self.env.su:
            vals_list = [{**vals, "state": "draft"} for vals in vals_list]
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        """The buttons switch a rule on and off; one in force is not changed."""
        if "state" in vals and not self.env.su:
            raise UserError(self.env._("Switch rules on and off with their buttons."))
        if vals.keys() - FREE:
            self._check_changeable()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self._check_changeable()
        self.env.registry.clear_cache()
        return super().unlink()

    def _check_changeable(self):
        """Rules in force are what people were told."""
        if not self.env.su and any(rule.state == "active" for rule in self):
            raise UserError(
                self.env._(
                    "The rule is in force. Press Change, look at the preview, and switch "
                    "it on again: it then holds from tomorrow."
                )
            )


class CrmPoolRuleLevel(models.Model):
    """The period of a rule for the customers of one level."""

    _name = "crm.pool.rule.level"
    _description = "Period of a Pool Rule for a Level"
    _order = "level_id, id"
    _rec_name = "level_id"

    rule_id = fields.Many2one(
        "crm.pool.rule", required=True, index=True, ondelete="cascade"
    )
    level_id = fields.Many2one(
        "crm.customer.level", required=True, index=True, ondelete="cascade"
    )
    period = fields.Integer(
        required=True, default=30, help="0: the rule is not about this level."
    )

    _level_uniq = models.UniqueIndex(
        "(rule_id, level_id)", "A level has one period in a rule."
    )
    _period_positive = models.Constraint(
        "CHECK(period >= 0)", "The period of a level cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.rule_id._check_changeable()
        self.env.registry.clear_cache()
        return rows

    def write(self, vals):
        self.rule_id._check_changeable()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.rule_id._check_changeable()
        self.env.registry.clear_cache()
        return super().unlink()
