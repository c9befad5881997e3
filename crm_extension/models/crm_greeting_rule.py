from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.copies import name_copies
from ..tools.fill_in import PlaceError, check_places
from .crm_important_date import KINDS

# What a greeting can say about the person and us: the word in the text, in English and
# in Chinese, and what it is.
PLACES = {
    "name": "姓名",
    "customer": "客户",
    "occasion": "事由",
    "years": "周年",
    "salesperson": "销售员",
    "salesperson_phone": "销售员电话",
    "company": "公司",
}
KNOWN = (*PLACES, *PLACES.values(), "客戶", "銷售員", "銷售員電話")
TRADITIONAL = {
    "客戶": "customer",
    "銷售員": "salesperson",
    "銷售員電話": "salesperson_phone",
}
ENGLISH = {**{word: name for name, word in PLACES.items()}, **TRADITIONAL}
MAX_DAYS_BEFORE = 30


class CrmGreetingRule(models.Model):
    """Which people are greeted on which occasion, how, and with which words.

    A rule only chooses and words: what is sent, and that it is sent once, is the
    matter of ``crm.greeting`` and the outbox. The first rule that fits is taken.
    """

    _name = "crm.greeting.rule"
    _description = "Greeting Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, help="The first rule that fits is taken.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    # Who
    kind = fields.Selection(KINDS, string="Occasion", required=True, default="birthday")
    type_id = fields.Many2one(
        "crm.occasion.type",
        string="Own Kind",
        ondelete="restrict",
        help="Empty: any other occasion.",
    )
    level_ids = fields.Many2many(
        "crm.customer.level",
        "crm_greeting_rule_level_rel",
        string="Customer Levels",
        help="Level of the customer for whom the person works. Empty: all.",
    )
    domain = fields.Char(
        string="Further Conditions",
        default="[]",
        help="Conditions on the contact, for example a tag or a country.",
    )
    # When
    days_before = fields.Integer(
        help="So many days before the occasion; 0: on the day itself."
    )
    hour = fields.Float(
        default=9.0,
        help="By the clocks of the contact's place. Quiet hours come first.",
    )
    grace_days = fields.Integer(
        string="Days of Grace",
        default=2,
        help="After a standstill, or when nobody approved in time, the greeting still "
        "goes out for so many days; later it is listed as skipped.",
    )
    planned_from = fields.Date(
        default=fields.Date.context_today,
        required=True,
        help="Occasions of earlier days are no matter of this rule.",
    )
    # How
    channel = fields.Selection(
        [
            ("sms", "Text message"),
            ("email", "Email"),
            ("sms_email", "Text message, else email"),
            ("email_sms", "Email, else text message"),
        ],
        required=True,
        default="sms",
    )
    approval = fields.Selection(
        [
            ("none", "Goes out by itself"),
            ("owner", "The salesperson approves"),
            ("manager", "The person below approves"),
        ],
        required=True,
        default="owner",
    )
    manager_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        ondelete="restrict",
        help="Approves, also for customers without a salesperson and for leavers.",
    )
    # Words
    sms_text = fields.Text(string="Text Message", translate=True)
    subject = fields.Char(string="Subject of the Email", translate=True)
    email_text = fields.Text(string="Email", translate=True)
    provider_template = fields.Char(
        string="Template at the Gateway",
        help="Code of the approved template, where the gateway sends no free texts. "
        "The words in braces are its values.",
    )
    greeting_count = fields.Integer(compute="_compute_greeting_count")

    _days_check = models.Constraint(
        "CHECK (days_before BETWEEN 0 AND 30 AND grace_days BETWEEN 0 AND 30)",
        "Days before and days of grace lie between 0 and 30.",
    )
    _hour_check = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24)", "The hour lies between 0:00 and 23:59."
    )

    def _compute_greeting_count(self):
        counts = dict(
            self.env["crm.greeting"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.greeting_count = counts.get(rule, 0)

    @api.onchange("kind")
    def _onchange_kind(self):
        if self.kind != "other":
            self.type_id = False

    @api.constrains("sms_text", "subject", "email_text")
    def _check_texts(self):
        """Only the known words in braces, in every language."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for rule in self:
            for lang in languages:
                translated = rule.with_context(lang=lang)
                for name in ("sms_text", "subject", "email_text"):
                    translated._check_text(name)

    def _check_text(self, name):
        try:
            check_places(self[name], KNOWN)
        except PlaceError as error:
            raise ValidationError(
                self.env._(
                    "%(field)s: %(place)s cannot be filled in. Known are: %(known)s",
                    field=self._fields[name]._description_string(self.env),
                    place=error.args[0],
                    known=", ".join(f"{{{word}}}" for word in KNOWN),
                )
            ) from None

    @api.constrains("channel", "sms_text", "email_text", "subject")
    def _check_channel(self):
        for rule in self:
            if "sms" in rule.channel and not (rule.sms_text or "").strip():
                raise ValidationError(self.env._("Write the text message."))
            if "email" in rule.channel and not (
                (rule.email_text or "").strip() and (rule.subject or "").strip()
            ):
                raise ValidationError(self.env._("Write the email and its subject."))

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                self.env["res.partner"].search(rule._contact_domain(), limit=1)
            except Exception as error:  # noqa: BLE001  a domain may fail in any way
                raise ValidationError(
                    self.env._("The conditions cannot be used: %(error)s", error=error)
                ) from None

    def _contact_domain(self):
        """Domain of the contacts that the rule is about."""
        self.ensure_one()
        domain = Domain("company_id", "in", [False, self.company_id.id])
        domain &= Domain("partner_share", "=", True)  # colleagues are no customers
        if self.level_ids:
            domain &= Domain(
                "commercial_partner_id.customer_level_id", "in", self.level_ids.ids
            )
        return domain & Domain(literal_eval(self.domain or "[]"))

    def _fits(self, moment):
        """Whether an important date is of the kind of this rule."""
        same = self.kind == moment.kind
        return same and (not self.type_id or self.type_id == moment.type_id)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return vals_list if "name" in (default or {}) else name_copies(self, vals_list)

    def action_open_greetings(self):
        """The greetings of this rule."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_greeting_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}
