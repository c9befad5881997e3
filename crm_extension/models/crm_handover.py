from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

MANAGER = "sales_team.group_sale_manager"
UNDO_DAYS = 30
KINDS = [
    ("leave", "Leaves the Company"),
    ("transfer", "Hands over Customers"),
    ("cover", "Is Away for a While"),
]
STATES = [
    ("draft", "Draft"),
    ("scheduled", "Scheduled"),
    ("running", "Under Way"),
    ("stopped", "Paused"),
    ("done", "Handed Over"),
    ("undoing", "Being Taken Back"),
    ("undone", "Taken Back"),
]
STEPS = [
    ("who", "Who Leaves"),
    ("what", "What There Is"),
    ("split", "Who Gets What"),
    ("preview", "Preview"),
    ("run", "Run"),
    ("result", "Result"),
]
METHODS = [
    ("equal", "Equally"),
    ("level", "By Customer Level"),
    ("territory", "By Territory"),
    ("hand", "By Hand"),
]
#: What the machinery writes; nobody else, whatever a client sends.
MACHINERY = frozenset(
    {"state", "error", "date_run", "date_done", "started_by_id", "sweeps"}
    | {"undone_by_id", "undone_date", "item_ids", "row_ids"}
)


class CrmHandover(models.Model):
    """Customers and all that belongs to them go from one person to others.

    How it works: the *rows* are the records that move, found through the registry
    (:meth:`_handover_models`); *items* gather the rows of one customer, which stays
    whole and goes to one receiver. The same rows are the preview, the progress (a
    scheduled job takes up to 2,000 at once and commits), the audit, and what undo puts
    back. Leavers, transfers and holiday cover differ in what is gathered and in
    whether it comes back by itself.
    """

    _name = "crm.handover"
    _description = "Customer Handover"
    _order = "id desc"
    _rec_names_search = ["name", "note"]

    name = fields.Char(compute="_compute_name", store=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="leave",
        help="Leaves: everything goes. Hands over: the customers you choose. "
        "Is away: everything that is due goes and comes back by itself.",
    )
    state = fields.Selection(STATES, required=True, default="draft", copy=False)
    step = fields.Selection(STEPS, required=True, default="who", copy=False)
    error = fields.Char(readonly=True, copy=False)
    from_user_id = fields.Many2one(
        "res.users",
        string="From",
        index=True,
        ondelete="restrict",
        domain="[('id', 'in', available_user_ids)]",
        help="Whose customers are handed over.",
    )
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        required=True,
        default=lambda self: self.env.companies,
        domain="[('id', 'in', allowed_company_ids)]",
        help="Only records of these companies move, and those of no company.",
    )
    date_start = fields.Date(
        string="On",
        required=True,
        default=fields.Date.context_today,
        help="The handover begins on this day, at midnight where the person works; "
        "at once when it is today.",
    )
    date_end = fields.Date(
        string="Back after", help="Last day away. Everything returns the next day."
    )
    partner_domain = fields.Char(
        string="Customers",
        default="[]",
        help="Only these customers move. Empty: all customers of the person.",
    )
    skipped_kinds = fields.Json(help="What stays where it is.")
    # Who gets what
    method = fields.Selection(
        METHODS,
        string="Split",
        required=True,
        default="equal",
        help="Equally: in turn, level after level, so that everybody gets good and "
        "small customers. A customer is never divided.",
    )
    to_owner = fields.Boolean(
        string="Colleagues' Customers to Their Salesperson",
        default=True,
        help="A lead or a to-do of the person on a colleague's customer goes to that "
        "colleague.",
    )
    receiver_ids = fields.One2many(
        "crm.handover.receiver", "handover_id", string="Receivers", copy=True
    )
    note = fields.Text(
        string="Note to Receivers",
        help="Everybody who receives something reads it, and it stands in the timeline "
        "of each customer.",
    )
    item_ids = fields.One2many("crm.handover.item", "handover_id", readonly=True)
    row_ids = fields.One2many("crm.handover.row", "handover_id", readonly=True)
    # How it went
    date_run = fields.Datetime(string="Started", readonly=True, copy=False)
    date_done = fields.Datetime(string="Finished", readonly=True, copy=False)
    started_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="set null"
    )
    undo_until = fields.Datetime(compute="_compute_undo_until")
    undone_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="set null"
    )
    undone_date = fields.Datetime(string="Taken Back on", readonly=True, copy=False)
    available_user_ids = fields.Many2many(
        "res.users", compute="_compute_available_user_ids"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")

    _work_idx = models.Index("(state) WHERE state IN ('running', 'undoing')")

    @api.depends("from_user_id", "kind")
    def _compute_name(self):
        for handover in self:
            name = handover.from_user_id.name
            handover.name = name or self.env._("Chosen Customers")

    @api.depends("name", "kind", "date_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for handover in self:
            kind = kinds.get(handover.kind, "")
            handover.display_name = f"{handover.name}: {kind} ({handover.date_start})"

    @api.depends("date_done")
    def _compute_undo_until(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        value = get_param("crm_extension.handover_undo_days", str(UNDO_DAYS))
        days = int(value) if str(value).isdigit() else UNDO_DAYS
        for handover in self:
            done = handover.date_done
            handover.undo_until = done and done + timedelta(days=days)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_available_user_ids(self):
        self.available_user_ids = self._handover_people()

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_mine(self):
        mine = self.sudo(False)._filtered_access("read")
        for handover in self:
            handover.is_mine = handover.id in mine._ids

    @api.model
    def _search_is_mine(self, operator, value):
        """Handovers that the rules of the current user let pass; for the rules of what
        belongs to them."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return Domain("id", "in", self.sudo(False)._search([]))

    # Who may

    @api.model
    def _handover_people(self):
        """People between whom the current user may hand over, archived ones too.

        Sales managers: everybody of their companies. Team leaders: the people of the
        teams they lead, and themselves.
        """
        user = self.env.user
        if self.env.su or user.has_group(MANAGER):
            users = self.env["res.users"].with_context(active_test=False)
            return users.search(
                [
                    ("share", "=", False),
                    ("company_ids", "in", self.env.companies.ids),
                ]
            )
        members = self.env["crm.workbench"]._workbench_members()
        return members and members | user

    def _check_people(self):
        """Refuse people and companies that the current user has no say over."""
        if self.env.su:
            return
        people = self._handover_people()
        for handover in self:
            named = handover.from_user_id | handover.receiver_ids.user_id
            if foreign := named - people:
                raise AccessError(
                    self.env._(
                        "You can hand over between the people you lead. Not yours: "
                        "%(names)s.",
                        names=", ".join(foreign.sudo().mapped("name")),
                    )
                )
            if not handover.from_user_id and not self._is_manager():
                raise AccessError(
                    self.env._("Say whose customers you hand over: you lead one team.")
                )
            if handover.company_ids - self.env.user.company_ids:
                raise AccessError(
                    self.env._("Choose companies that you work for yourself.")
                )

    @api.model
    def _is_manager(self):
        return self.env.su or self.env.user.has_group(MANAGER)

    # Constraints

    @api.constrains("kind", "from_user_id", "date_start", "date_end")
    def _check_dates(self):
        for handover in self:
            if handover.kind in ("leave", "cover") and not handover.from_user_id:
                raise ValidationError(self.env._("Say who leaves or is away."))
            if handover.kind != "cover":
                continue
            if not handover.date_end:
                raise ValidationError(
                    self.env._(
                        "Say on which day the person is back: the last day away."
                    )
                )
            if handover.date_end < handover.date_start:
                raise ValidationError(
                    self.env._("The last day away lies before the first one.")
                )

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for handover in self:
            handover._handover_partners()

    @api.constrains("company_ids")
    def _check_company_ids(self):
        if self.filtered(lambda handover: not handover.company_ids):
            raise ValidationError(self.env._("Choose at least one company."))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_machinery(vals_list)
        handovers = super().create(vals_list)
        handovers._check_people()
        return handovers

    def write(self, vals):
        self._check_machinery([vals])
        if not self.env.su and self.filtered(lambda h: h.state != "draft"):
            raise UserError(
                self.env._("This handover was started: nothing of it changes any more.")
            )
        result = super().write(vals)
        if {"from_user_id", "receiver_ids", "company_ids", "kind"} & vals.keys():
            self._check_people()
        return result

    def _check_machinery(self, vals_list):
        if self.env.su:
            return
        for vals in vals_list:
            if wrong := MACHINERY & vals.keys():
                raise UserError(
                    self.env._(
                        "Only the buttons of the handover change this: %(fields)s.",
                        fields=", ".join(sorted(wrong)),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if self.filtered(lambda handover: handover.state != "draft"):
            raise UserError(
                self.env._("A handover that was started stays: it is the record of it.")
            )

    # Days

    def _zone(self):
        """Time zone in which the days of the handover begin."""
        person = self.from_user_id or self.started_by_id
        return pytz.timezone(person.sudo().tz or self.env.user.tz or "UTC")

    def _today(self):
        return datetime.now(pytz.utc).astimezone(self._zone()).date()

    def _moment(self, day):
        """Midnight of a day where the person works, in UTC."""
        local = self._zone().localize(datetime.combine(day, time()))
        return local.astimezone(pytz.utc).replace(tzinfo=None)
