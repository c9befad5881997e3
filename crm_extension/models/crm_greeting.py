from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain

from ..tools.sms import sms_size
from .crm_important_date import KINDS
from .crm_outbox import REASONS

CRON = "crm_extension.ir_cron_greeting"
# Why a greeting cannot go out as it is: the reasons of the outbox, and ours.
PROBLEMS = [
    *REASONS,
    ("missing", "A word of the text has no value"),
    ("moved", "The date was changed or deleted"),
]
# What the person who approves may change
OWN_WORDS = {"text", "subject"}
STATES = [
    ("waiting", "To Approve"),
    ("approved", "Scheduled"),
    ("sending", "On Its Way"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("uncertain", "In Doubt"),
    ("skipped", "Skipped"),
]
OPEN = ("waiting", "approved")
# What becomes of a greeting when its message changes
OF_OUTBOX = {"todo": "sending"}


class CrmGreeting(models.Model):
    """One person greeted on one occasion in one year.

    Planned some weeks ahead by ``crm_greeting_plan.py``, approved by a person where the
    rule says so, put into the outbox when it is due. There is one for each important
    date and year (of the lunar calendar for lunar dates), and the message in the outbox
    carries the same key: so nobody is greeted twice.
    """

    _name = "crm.greeting"
    _description = "Greeting"
    _order = "day, id"
    _rec_names_search = ["partner_id", "text"]
    _check_company_auto = True

    occasion_id = fields.Many2one(
        "crm.important.date",
        string="Important Date",
        readonly=True,
        ondelete="set null",
        copy=False,
    )
    year = fields.Integer(
        required=True,
        readonly=True,
        copy=False,
        help="Year of the occasion; of the lunar calendar for lunar dates.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer",
        store=True,
        index=True,
    )
    rule_id = fields.Many2one(
        "crm.greeting.rule", readonly=True, ondelete="set null", check_company=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="In whose name it is sent.",
    )
    approver_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, ondelete="set null"
    )
    kind = fields.Selection(KINDS, string="Occasion", required=True, readonly=True)
    occasion = fields.Char(
        string="Whose or What",
        readonly=True,
        help="For whom or why, where the important date says so.",
    )
    day = fields.Date(
        required=True,
        readonly=True,
        index=True,
        default=fields.Date.context_today,
        help="The day of the occasion, in the solar calendar.",
    )
    due = fields.Datetime(
        string="Will Be Sent",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
    )
    expires = fields.Datetime(string="Not After", readonly=True)
    channel = fields.Selection(
        [("sms", "Text message"), ("email", "Email")],
        required=True,
        readonly=True,
        default="sms",
    )
    address = fields.Char(string="Address or Number", readonly=True)
    subject = fields.Char()
    text = fields.Text()
    params = fields.Json(readonly=True)
    is_edited = fields.Boolean(
        readonly=True, help="Somebody chose the words: the rule does not change them."
    )
    state = fields.Selection(
        STATES,
        compute="_compute_state",
        store=True,
        readonly=True,
        required=True,
        precompute=True,
        copy=False,
    )
    decision = fields.Selection(
        [("waiting", "Waiting"), ("approved", "Approved"), ("skipped", "Skipped")],
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
    )
    problem = fields.Selection(PROBLEMS, readonly=True, copy=False)
    problem_detail = fields.Char(readonly=True, copy=False)
    outbox_id = fields.Many2one(
        "crm.outbox", readonly=True, ondelete="set null", copy=False, index=True
    )
    parts = fields.Integer(compute="_compute_size", string="Text Message Parts")
    cost = fields.Monetary(compute="_compute_size")
    currency_id = fields.Many2one(related="company_id.currency_id")
    size_text = fields.Char(compute="_compute_size", string="Size")

    _once_uniq = models.UniqueIndex(
        "(occasion_id, year) WHERE occasion_id IS NOT NULL",
        "This occasion has its greeting already.",
    )
    _due_idx = models.Index("(due) WHERE state IN ('waiting', 'approved')")

    @api.depends("decision", "outbox_id.state")
    def _compute_state(self):
        for greeting in self:
            message = greeting.outbox_id.state
            greeting.state = OF_OUTBOX.get(message, message) or greeting.decision

    @api.depends("text", "channel", "company_id")
    def _compute_size(self):
        signatures = {c: c._crm_sms_signature() for c in self.company_id}
        for greeting in self:
            company = greeting.company_id
            text = signatures.get(company, "") + (greeting.text or "")
            is_sms = greeting.channel == "sms" and greeting.text
            greeting.parts = sms_size(text).parts if is_sms else 0
            greeting.cost = greeting.parts * company.crm_sms_price
            greeting.size_text = bool(is_sms) and greeting.rule_id._size_text(text)

    @api.depends("partner_id", "occasion", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for greeting in self:
            greeting.display_name = f"{greeting.partner_id.name}: {greeting._what()}"

    def _what(self):
        """The occasion in the reader's language."""
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        kind = kinds.get(self.kind, "")
        return f"{kind} ({self.occasion})" if self.occasion else kind

    def write(self, vals):
        """People change the words, as long as nobody approved them."""
        if not self.env.su:
            if vals.keys() - OWN_WORDS:
                raise AccessError(
                    self.env._("Only the words of a greeting can be changed.")
                )
            if any(greeting.decision != "waiting" for greeting in self):
                raise UserError(
                    self.env._(
                        "An approved greeting is not changed. Take it back first."
                    )
                )
            self._check_mine()
            vals = {**vals, "is_edited": True}
        return super().write(vals)

    # Buttons

    def action_approve(self):
        """Schedule these greetings; those with a problem stay where they are."""
        greetings = self._decide(("waiting",))
        good = greetings.filtered(lambda g: not g.problem)
        good.write({"decision": "approved", "approver_id": self.env.uid})
        good._wake()
        left = greetings - good
        if left and not good:
            raise UserError(left[0]._problem_sentence())
        return self._tell_approved(good, left)

    def action_approve_all(self):
        """Schedule everything that waits for the current user and has no problem."""
        domain = Domain("state", "=", "waiting") & Domain("problem", "=", False)
        domain &= self._waits_for_domain(self.env.user)
        return self.search(domain).action_approve()

    def action_skip(self):
        """Do not greet this time."""
        greetings = self._decide(OPEN)
        greetings.write({"decision": "skipped", "problem": "by_hand"})

    def action_take_back(self):
        """Undo an approval or a skip, as long as nothing is on its way."""
        greetings = self._decide(("approved", "skipped"))
        greetings.write({"decision": "waiting", "approver_id": False, "problem": False})
        greetings._plan_again()

    def action_plan_again(self):
        """Read contact, rule and words anew."""
        self._decide(("waiting",))._plan_again(forget_words=True)

    def action_open_outbox(self):
        """The message of this greeting."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.outbox",
            "res_id": self.outbox_id.id,
            "views": [(False, "form")],
        }

    def _tell_approved(self, good, left):
        message = self.env._("%(count)s greetings scheduled", count=len(good))
        if left:
            message = self.env._(
                "%(good)s greetings scheduled, %(left)s have a problem",
                good=len(good),
                left=len(left),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _problem_sentence(self):
        """Why this greeting cannot go out, for the person who wants it to."""
        self.ensure_one()
        reasons = dict(self._fields["problem"]._description_selection(self.env))
        reason = reasons.get(self.problem, "")
        if self.problem_detail:
            reason = f"{reason} ({self.problem_detail})"
        return f"{self.display_name}: {reason}"

    # Whose decision it is

    @api.model
    def _waits_for_domain(self, user):
        """What a person is asked to approve."""
        own = Domain("user_id", "=", user.id)
        own &= Domain("rule_id.approval", "!=", "manager")
        managed = Domain("rule_id.manager_id", "=", user.id)
        managed &= Domain("rule_id.approval", "=", "manager")
        return own | managed

    def _check_mine(self):
        """Refuse what somebody else decides. Managers decide about everything."""
        if self.env.su or self.env.user.has_group("sales_team.group_sale_manager"):
            return
        for greeting in self:
            rule = greeting.sudo().rule_id
            people = rule.manager_id
            if rule.approval != "manager":
                people |= greeting.user_id
            if self.env.user not in people:
                raise AccessError(
                    self.env._(
                        "%(greeting)s is approved by %(people)s.",
                        greeting=greeting.display_name,
                        people=", ".join(people.mapped("name")),
                    )
                )

    def _decide(self, decisions):
        """Those of the greetings with one of the decisions, of which nothing is on its
        way, locked (sudo). A second click finds none."""
        self.check_access("write")
        self._check_mine()
        greetings = self.sudo()
        try:
            greetings.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._("Somebody else decides about one of them at this moment.")
            ) from None
        greetings.invalidate_recordset()
        return greetings.filtered(lambda g: g.decision in decisions and not g.outbox_id)

    def _wake(self):
        """Be there when the first one is due."""
        if self:
            due = max(min(self.mapped("due")), fields.Datetime.now())
            self.env.ref(CRON).sudo()._trigger(at=due)
