from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.mail import html_to_inner_content

CHANNELS = [
    ("call", "Call"),
    ("visit", "Visit"),
    ("meeting", "Meeting"),
    ("email", "Email"),
    ("sms", "SMS"),
    ("chat", "Chat"),
    ("letter", "Letter"),
    ("note", "Note"),
    ("document", "Document"),
    ("service", "Service"),
]
# Channels in which somebody speaks with the customer: they count as a follow-up.
FOLLOWUP_CHANNELS = {"call", "visit", "meeting", "email", "sms", "chat", "letter"}
PREVIEW_LENGTH = 240
# Two clocks are never equal: what lies this little ahead is still "now".
CLOCK_TOLERANCE = timedelta(minutes=5)
# Where a row comes from and which note tells it: written by the system alone.
SYSTEM_FIELDS = {
    "source_key",
    "event",
    "event_args",
    "origin",
    "res_model",
    "res_id",
    "mail_message_id",
    "edit_user_id",
    "edit_date",
}


class CrmInteraction(models.Model):
    """One row per contact with a customer: past facts only.

    *Authored* rows are typed by people and may be back-dated. *Projected* rows are
    headers of what happens in other documents; they are written by
    :meth:`_project` only and nobody edits them. The future (to-dos, meetings)
    stays in ``mail.activity`` and ``calendar.event``.

    The customer is stored on the row, so that the first page of a timeline costs
    the page and not the history (index ``_timeline_idx``).
    """

    _name = "crm.interaction"
    _description = "Interaction"
    _order = "date desc, id desc"
    _rec_name = "subject"
    _rec_names_search = ["subject", "preview", "partner_id"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    # Who
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        ondelete="restrict",
        check_company=True,
        help="The person or the company that was spoken to.",
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_commercial_partner_id",
        store=True,
        precompute=True,
        ondelete="restrict",
        help="The company whose history this row belongs to.",
    )
    participant_ids = fields.Many2many(
        "res.partner",
        "crm_interaction_participant_rel",
        string="Participants",
        help="Other people of the customer who took part.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        default=lambda self: self.env.user,
        ondelete="set null",
        index="btree_not_null",
        domain=[("share", "=", False)],
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        ondelete="set null",
        help="Empty: seen from every company.",
    )
    # When
    date = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        help="When it happened. May lie in the past, never in the future.",
    )
    duration = fields.Integer(string="Minutes")
    # What
    channel = fields.Selection(CHANNELS, required=True, default="call")
    type_id = fields.Many2one(
        "crm.interaction.type",
        ondelete="restrict",
        domain="['|', ('channel', '=', False), ('channel', '=', channel)]",
    )
    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming"), ("internal", "Internal")],
        compute="_compute_direction",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    outcome_id = fields.Many2one(
        "crm.interaction.outcome",
        ondelete="restrict",
        domain="['|', ('channel', '=', False), ('channel', '=', channel)]",
    )
    is_followup = fields.Boolean(
        string="Real Contact",
        compute="_compute_is_followup",
        store=True,
        readonly=False,
        precompute=True,
        help="Somebody really spoke with the customer: counts as a follow-up. "
        "Notes, documents and attempts that reached nobody do not.",
    )
    subject = fields.Char()
    body = fields.Html(string="Details")
    preview = fields.Char(
        size=PREVIEW_LENGTH,
        compute="_compute_preview",
        store=True,
        precompute=True,
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "crm_interaction_attachment_rel",
        string="Attachments",
        bypass_search_access=True,
    )
    # Context
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", readonly=True
    )
    # Provenance
    origin = fields.Selection(
        [("authored", "Authored"), ("projected", "Projected")],
        required=True,
        default="authored",
        readonly=True,
        help="Authored: typed by a person. Projected: written by the system from "
        "another document.",
    )
    source_key = fields.Char(readonly=True, copy=False)
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    activity_id = fields.Many2one(
        "mail.activity",
        string="To-do",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The to-do that was finished by this interaction.",
    )
    # Late changes
    edit_reason = fields.Char(
        string="Reason of the Change",
        copy=False,
        help="Why a manager changed the row after its author could not any more.",
    )
    edit_user_id = fields.Many2one(
        "res.users",
        string="Changed by",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    edit_date = fields.Datetime(string="Changed on", readonly=True, copy=False)
    can_edit = fields.Boolean(compute="_compute_can_edit")

    _timeline_idx = models.Index("(commercial_partner_id, date DESC, id DESC)")
    _partner_idx = models.Index("(partner_id, date DESC, id DESC)")
    _document_idx = models.Index(
        "(res_model, res_id, date DESC, id DESC) WHERE res_id IS NOT NULL"
    )
    _user_date_idx = models.Index("(user_id, date DESC, id DESC)")
    _source_key_uniq = models.UniqueIndex(
        "(source_key) WHERE source_key IS NOT NULL",
        "This event is in the history already.",
    )
    _duration_positive = models.Constraint(
        "CHECK(duration >= 0)", "The duration cannot be negative."
    )

    @api.depends("partner_id")
    def _compute_commercial_partner_id(self):
        """The customer of that day: who leaves a company leaves its history there,
        see :meth:`_history_join` of ``res.partner``."""
        for interaction in self:
            interaction.commercial_partner_id = (
                interaction.partner_id.commercial_partner_id
            )

    @api.depends("user_id")
    def _compute_team_id(self):
        """The salesperson's own team; a team that was chosen stays."""
        for interaction in self:
            team = interaction.user_id.sudo().sale_team_id
            if not interaction.team_id and (
                not team.company_id or team.company_id == interaction.company_id
            ):
                interaction.team_id = team

    @api.depends("channel")
    def _compute_direction(self):
        for interaction in self:
            if interaction.channel == "note":
                interaction.direction = "internal"
            elif interaction.direction in (False, "internal"):
                interaction.direction = "out"

    @api.depends("channel", "outcome_id")
    def _compute_is_followup(self):
        for interaction in self:
            outcome = interaction.outcome_id
            interaction.is_followup = interaction.channel in FOLLOWUP_CHANNELS and (
                not outcome or outcome.is_reached
            )

    @api.depends("subject", "body")
    def _compute_preview(self):
        for interaction in self:
            interaction.preview = self._make_preview(
                interaction.body or interaction.subject
            )

    @api.depends("headline", "preview", "channel")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for interaction in self:
            text = interaction.headline or interaction.preview
            interaction.display_name = text or labels.get(interaction.channel)

    @api.depends_context("uid")
    @api.depends("origin", "create_uid", "user_id", "create_date")
    def _compute_can_edit(self):
        for interaction in self:
            interaction.can_edit = interaction._is_editable()

    @api.constrains("date")
    def _check_date(self):
        """Refuse the future: what is planned is a to-do, not history."""
        limit = fields.Datetime.now() + CLOCK_TOLERANCE
        if any(interaction.date > limit for interaction in self):
            raise ValidationError(
                self.env._(
                    "An interaction is something that has happened: its date cannot "
                    "lie in the future. Plan a next step instead."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Authored rows only; each posts one internal note where it belongs."""
        interactions = super().create(vals_list)
        if not self.env.su:
            interactions._check_authored()
        if any(vals.get("attachment_ids") for vals in vals_list):
            interactions._own_attachments()
        interactions.filtered(lambda row: row.origin == "authored")._post_note()
        return interactions

    def _check_authored(self):
        """Refuse what only the system may say, defaults of the context included, and
        notes in the chatter of a document that the user may not read."""
        if any(
            row.origin != "authored"
            or row.source_key
            or row.mail_message_id
            or row.event
            for row in self
        ):
            raise UserError(
                self.env._("Projected rows of the history are written by the system.")
            )
        for row in self:
            if document := row._note_document():
                document.check_access("read")

    def write(self, vals):
        """Hold the rules of late changes and keep the note in the chatter equal."""
        if not self.env.su:
            vals = self._check_edit(vals)
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        if {"subject", "body", "channel", "outcome_id"} & vals.keys():
            self._update_note()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        """History is archived with a reason, not deleted."""
        if not self.env.su:
            raise UserError(
                self.env._(
                    "The history of a customer is kept: archive the row instead."
                )
            )

    def _own_attachments(self):
        """Uploads belong to nobody until the row exists; then whoever may read the
        row may read them."""
        for row in self:
            files = row.attachment_ids.sudo().filtered(
                lambda file: not file.res_id and file.res_model in (False, self._name)
            )
            files.write({"res_model": self._name, "res_id": row.id})

    def _timeline_assign(self, partner):
        """Give rows of a lead the customer it found, and the customer's company."""
        company = partner.company_id
        self.filtered(lambda row: company and row.company_id != company).write(
            {"company_id": company.id, "team_id": False}
        )
        self.partner_id = partner

    @api.model
    def _make_preview(self, content):
        """First 240 characters of a text or of an HTML fragment, on one line."""
        if not content:
            return False
        is_html = "<" in content
        text = html_to_inner_content(content) if is_html else content
        text = " ".join(text.split())
        if len(text) > PREVIEW_LENGTH:
            text = text[: PREVIEW_LENGTH - 1].rstrip() + "…"
        return text or False

    # Rules of change

    @api.model
    def _edit_hours(self):
        """Hours in which an author may correct a row (setting, 24 by default)."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return float(get_param("crm_extension.interaction_edit_hours", 24))

    def _is_in_edit_window(self):
        """True for its author while the row is younger than the setting."""
        self.ensure_one()
        if self.env.uid not in (self.create_uid.id, self.user_id.id):
            return False
        age = fields.Datetime.now() - (self.create_date or fields.Datetime.now())
        return age <= timedelta(hours=self._edit_hours())

    def _is_editable(self):
        self.ensure_one()
        if self.env.su or not self._origin:
            return True
        if self.origin == "projected":
            return False
        return self._is_in_edit_window() or self._is_history_manager()

    @api.model
    def _is_history_manager(self):
        return self.env.user.has_group("sales_team.group_sale_manager")

    def _check_edit(self, vals):
        """Return the values to write, or say why the rows cannot be changed."""
        if any(row.origin == "projected" for row in self):
            raise UserError(
                self.env._(
                    "This row was written by the system from a document or a message "
                    "and cannot be changed. Change the document, or log a note."
                )
            )
        if SYSTEM_FIELDS & vals.keys():
            raise UserError(self.env._("The origin of a row cannot be changed."))
        late = self.filtered(lambda row: not row._is_in_edit_window())
        if not late:
            return vals
        if not self._is_history_manager():
            raise UserError(
                self.env._(
                    "An interaction can be changed by its author for %(hours)s hours. "
                    "After that a sales manager can do it and gives a reason.",
                    hours=f"{self._edit_hours():g}",
                )
            )
        if not (vals.get("edit_reason") or "").strip():
            raise UserError(
                self.env._(
                    "Give the reason of the change: the author's time to correct "
                    "this interaction is over."
                )
            )
        return {
            **vals,
            "edit_user_id": self.env.uid,
            "edit_date": fields.Datetime.now(),
        }
