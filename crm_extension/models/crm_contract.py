from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.contract_dates import notice_day
from .crm_contract_kind import DIRECTIONS, RENEWALS, UNITS

DECISIONS = [
    ("draft", "Draft"),
    ("to_sign", "To Sign"),
    ("signed", "Signed"),
    ("cancelled", "Not Concluded"),
]


class CrmContract(models.Model):
    """A paper between us and a customer: contract, certificate or letter.

    People decide (:attr:`decision`, termination); what follows from the calendar is
    computed: see :mod:`.crm_contract_state`. Dates are inclusive: a contract until 31
    December holds on that day.
    """

    _name = "crm.contract"
    _description = "Contract or Document"
    _inherit = ["crm.timeline.mixin", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "number", "customer_number", "partner_id"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    name = fields.Char(string="Title", required=True, tracking=True)
    number = fields.Char(
        string="Our Number",
        copy=False,
        index="btree_not_null",
        help="Given by the system when it is left empty.",
    )
    customer_number = fields.Char(
        string="Their Number", copy=False, help="What the customer calls it."
    )
    kind_id = fields.Many2one(
        "crm.contract.kind",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env["crm.contract.kind"].search([], limit=1),
    )
    category = fields.Selection(related="kind_id.category", store=True, precompute=True)
    direction = fields.Selection(
        DIRECTIONS,
        compute="_compute_direction",
        store=True,
        readonly=False,
        precompute=True,
    )
    # Parties
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Company of the Customer",
        compute="_compute_commercial_partner_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        index=True,
    )
    signer_ids = fields.Many2many(
        "res.partner",
        "crm_contract_signer_rel",
        string="Signed by the Customer",
        help="People of the customer who sign.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Our Company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    our_signer_id = fields.Many2one(
        "res.partner",
        string="Signed by Us",
        ondelete="restrict",
        help="Who signs for our company.",
    )
    party_ids = fields.One2many(
        "crm.contract.party", "contract_id", string="Further Parties", copy=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        ondelete="set null",
        index="btree_not_null",
        domain=[("share", "=", False)],
        tracking=True,
        help="Is reminded of notice and end. Without one, the customer's salesperson.",
    )
    # Dates
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Date of the paper: of a letter, when it came in or went out.",
    )
    date_signed = fields.Date(string="Signed on", copy=False, tracking=True)
    date_start = fields.Date(string="Valid From", copy=False, tracking=True)
    date_end = fields.Date(
        string="Until",
        copy=False,
        tracking=True,
        help="Last day. Empty: until somebody ends it.",
    )
    renewal = fields.Selection(
        RENEWALS,
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="Ends by itself: the last day is the end. By agreement: somebody must "
        "decide. Automatic: runs on by the term unless notice is given.",
    )
    renewal_count = fields.Integer(
        string="Renewal Term",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
    )
    renewal_unit = fields.Selection(
        UNITS,
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    notice_count = fields.Integer(
        string="Notice Period",
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        help="How long before the last day notice must arrive.",
    )
    notice_unit = fields.Selection(
        UNITS,
        compute="_compute_terms",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    notice_date = fields.Date(
        string="Notice by",
        compute="_compute_notice_date",
        store=True,
        help="The last day on which notice can arrive.",
    )
    decide_by = fields.Date(
        compute="_compute_notice_date",
        store=True,
        help="The notice date; without one, the last day.",
    )
    # Money
    amount = fields.Monetary(tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
    )
    # Decisions of people
    decision = fields.Selection(
        DECISIONS,
        required=True,
        default="draft",
        copy=False,
        tracking=True,
        help="What people decided. Whether a signed contract runs or has ended "
        "follows from its dates.",
    )
    # Links
    order_ids = fields.Many2many(
        "sale.order",
        "crm_contract_order_rel",
        string="Quotations and Orders",
        copy=False,
        check_company=True,
    )
    lead_ids = fields.Many2many(
        "crm.lead",
        "crm_contract_lead_rel",
        string="Opportunities",
        copy=False,
        check_company=True,
    )
    tag_ids = fields.Many2many("crm.tag", "crm_contract_tag_rel", string="Tags")
    note = fields.Html(string="Notes")

    _date_idx = models.Index("(date DESC, id DESC)")
    _decide_idx = models.Index("(decide_by) WHERE decision = 'signed'")
    _number_uniq = models.UniqueIndex(
        "(number, company_id) WHERE number IS NOT NULL",
        "Another contract of the company has this number already.",
    )
    _dates_check = models.Constraint(
        "CHECK(date_end >= date_start)", "A contract cannot end before it begins."
    )
    _periods_check = models.Constraint(
        "CHECK(renewal_count >= 0 AND notice_count >= 0)",
        "Terms and notice periods cannot be negative.",
    )

    # What follows from something else

    @api.depends("partner_id")
    def _compute_commercial_partner_id(self):
        """The customer of that day: who leaves a company leaves its papers there."""
        for contract in self:
            contract.commercial_partner_id = contract.partner_id.commercial_partner_id

    @api.depends("kind_id")
    def _compute_direction(self):
        for contract in self:
            kind = contract.kind_id
            is_letter = kind.category == "letter"
            contract.direction = is_letter and (
                kind.direction or contract.direction or "in"
            )

    @api.depends("kind_id")
    def _compute_terms(self):
        """A kind that is chosen for a draft brings its usual terms."""
        for contract in self:
            is_signed = contract.decision == "signed"
            for name in contract.kind_id._terms():
                own = is_signed and contract[name]
                contract[name] = own or contract.kind_id[name]

    @api.depends("date_end", "notice_count", "notice_unit")
    def _compute_notice_date(self):
        for contract in self:
            day = notice_day(
                contract.date_end or None,
                contract.notice_count,
                contract.notice_unit or "month",
            )
            contract.notice_date = day
            contract.decide_by = day or contract.date_end

    @api.depends("company_id")
    def _compute_currency_id(self):
        for contract in self:
            company = contract.company_id or self.env.company
            contract.currency_id = contract.currency_id or company.currency_id

    @api.depends("name", "number")
    def _compute_display_name(self):
        for contract in self:
            words = filter(None, (contract.number, contract.name))
            contract.display_name = " ".join(words)

    # Rules

    @api.constrains("renewal", "renewal_count")
    def _check_renewal(self):
        for contract in self:
            if contract.renewal == "auto" and not contract.renewal_count:
                raise ValidationError(
                    self.env._(
                        "%(contract)s renews itself: say for how long.",
                        contract=contract.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the papers; letters and certificates need no signature."""
        for vals in vals_list:
            if not vals.get("number"):
                vals["number"] = self._next_number(vals.get("company_id"))
        contracts = super().create(vals_list)
        contracts._crm_check_customer()
        told = [bool(vals.get("decision")) for vals in vals_list]
        for contract, is_told in zip(contracts, told, strict=True):
            if not is_told and contract.category != "contract":
                contract.decision = "signed"
        contracts.filtered(lambda c: c.decision == "signed")._project_signed()
        return contracts

    def write(self, vals):
        """Tell what was signed; keep the day of a letter in the history."""
        signed = self.browse()
        if vals.get("decision") == "signed":
            signed = self.filtered(lambda contract: contract.decision != "signed")
        result = super().write(vals)
        if "partner_id" in vals:
            self._crm_check_customer()
        signed._project_signed()
        if {"date", "date_signed"} & vals.keys():
            self._project_moved()
        return result

    @api.model
    def _next_number(self, company_id=None):
        company = self.env["res.company"].browse(company_id) or self.env.company
        sequences = self.env["ir.sequence"].with_company(company)
        return sequences.next_by_code("crm.contract")

    def _crm_check_customer(self):
        """No paper for a customer that is masked for the user."""
        if not self.env.su:
            self.partner_id._crm_check_open()
