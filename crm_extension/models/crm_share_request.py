from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("open", "Waiting"),
    ("accepted", "Shared"),
    ("refused", "Refused"),
    ("cancelled", "Withdrawn"),
]
MANAGER = "sales_team.group_sale_manager"
MAX_NOTE = 500


class CrmShareRequest(models.Model):
    """Somebody found a colleague's customer and asks to work with it.

    The owner gets a to-do and answers; the requester learns the answer. Until then
    the requester sees nothing of the customer but what the check told.
    """

    _name = "crm.share.request"
    _description = "Request to Share a Customer"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "asked"
    _check_company_auto = True

    requester_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="cascade"
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Asked",
        readonly=True,
        index=True,
        ondelete="set null",
        help="Salesperson of the customer; a sales manager where there is none.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        groups=MANAGER,
    )
    lead_id = fields.Many2one(
        "crm.lead",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        groups=MANAGER,
    )
    target = fields.Char(compute="_compute_target", compute_sudo=True, string="About")
    asked = fields.Char(
        string="Typed",
        readonly=True,
        help="What the requester typed to find the customer.",
    )
    note = fields.Text(readonly=True, string="Why")
    answer = fields.Text(help="A refusal needs a reason; the requester reads it.")
    answer_date = fields.Datetime(readonly=True)
    state = fields.Selection(STATES, default="open", required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    is_for_me = fields.Boolean(compute="_compute_is_for_me")

    @api.depends_context("uid")
    @api.depends("partner_id", "lead_id", "owner_id", "state", "asked")
    def _compute_target(self):
        """The name for those who answer and for whom it was shared; else what was
        typed."""
        for request in self:
            knows = request._may_answer() or request.state == "accepted"
            record = request._record()
            request.target = record.display_name if knows and record else request.asked

    @api.depends_context("uid")
    @api.depends("owner_id", "state")
    def _compute_is_for_me(self):
        for request in self:
            request.is_for_me = request.state == "open" and request._may_answer()

    def _may_answer(self):
        user = self.env.user
        return self.owner_id == user or user.has_group(MANAGER)

    def _record(self):
        sudo = self.sudo()
        return sudo.partner_id or sudo.lead_id

    def write(self, vals):
        """People write their answer; the rest follows from the buttons."""
        if not self.env.su and vals.keys() - {"answer"}:
            raise AccessError(self.env._("Only the answer can be changed."))
        if not self.env.su and not all(request._may_answer() for request in self):
            raise AccessError(
                self.env._("Only the salesperson or a sales manager can answer.")
            )
        return super().write(vals)

    # Asking

    @api.model
    def ask(self, log_id, number, note=""):
        """Ask the owner of an answer of the check to share the customer.

        :param log_id: ``log_id`` of ``crm.duplicate.check``
        :param number: place of the answer, from 0
        :param note: why
        :return: sentence for the requester
        """
        log = self.env["crm.duplicate.check.log"]
        record = log._record_of(log_id, number)
        if not record:
            raise UserError(self.env._("Check the customer first."))
        owner = self._ask_whom(record.sudo())
        if owner == self.env.user:
            raise UserError(self.env._("This customer is yours already."))
        asked = log.sudo().browse(log_id).asked
        request = self._open_request(record) or self._create_request(
            record, owner, asked, note
        )
        return self.env._("%(owner)s was asked.", owner=request.owner_id.name)

    @api.model
    def _ask_whom(self, record):
        """Salesperson, or the manager when there is none any more."""
        owner = record._duplicate_owner()
        if owner.active and owner:
            return owner
        managers = self.env.ref(MANAGER).sudo().all_user_ids.filtered("active")
        people = managers.filtered(lambda user: user.id > 1) or managers
        return people[:1]

    @api.model
    def _open_request(self, record):
        field = "partner_id" if record._name == "res.partner" else "lead_id"
        return self.sudo().search(
            [
                (field, "=", record.id),
                ("requester_id", "=", self.env.uid),
                ("state", "=", "open"),
            ],
            limit=1,
        )

    @api.model
    def _create_request(self, record, owner, asked, note):
        field = "partner_id" if record._name == "res.partner" else "lead_id"
        request = self.sudo().create(
            {
                "requester_id": self.env.uid,
                "owner_id": owner.id,
                field: record.id,
                "asked": asked,
                "note": note[:MAX_NOTE] if isinstance(note, str) else "",
                "company_id": self.env.company.id,
            }
        )
        request.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=owner.id,
            summary=self.env._("%(user)s asks to share", user=self.env.user.name),
            note=request.note,
        )
        return request

    # Answering

    def action_accept(self):
        """Let the requester work with the customer."""
        self._check_answer()
        for request in self:
            record = request._record()
            customer = record if record._name == "res.partner" else record.partner_id
            if customer:
                reason = self.env._("Asked to share")
                customer._crm_share(request.requester_id, reason=reason)
            request._close("accepted")

    def action_refuse(self):
        """Refuse with a reason."""
        self._check_answer()
        if any(not (request.answer or "").strip() for request in self):
            raise UserError(self.env._("Say why: the requester reads it."))
        for request in self:
            request._close("refused")

    def action_withdraw(self):
        """The requester needs it no more."""
        if self.requester_id - self.env.user:
            raise AccessError(self.env._("Only the requester can withdraw it."))
        for request in self.filtered(lambda request: request.state == "open"):
            request._close("cancelled")

    def _check_answer(self):
        for request in self:
            if not request._may_answer():
                raise AccessError(
                    self.env._("Only the salesperson or a sales manager can answer.")
                )
            if request.state != "open":
                raise UserError(self.env._("This request was answered already."))

    def _close(self, state):
        sudo = self.sudo()
        sudo.write({"state": state, "answer_date": fields.Datetime.now()})
        sudo.activity_ids.action_feedback()
        if state != "cancelled":
            sudo._tell_requester()

    def _tell_requester(self):
        words = {
            "accepted": self.env._("%(owner)s shares the customer: %(target)s"),
            "refused": self.env._("%(owner)s does not share the customer: %(target)s"),
        }
        target = self._record().display_name if self.state == "accepted" else self.asked
        body = words[self.state] % {"owner": self.env.user.name, "target": target}
        self.message_notify(
            partner_ids=self.requester_id.partner_id.ids,
            subject=self.env._("Request to share"),
            body=f"{body} {self.answer or ''}".strip(),
            model=self._name,
            res_id=self.id,
        )
        if self.env.user != self.requester_id and self.sudo().partner_id:
            self._project_answer()

    def _project_answer(self):
        """Tell the history of the customer."""
        self.env["crm.interaction"]._project(
            [
                {
                    "source_key": f"{self._name},{self.id}:{self.state}:1",
                    "partner_id": self.partner_id.id,
                    "company_id": self.partner_id.company_id.id,
                    "channel": "note",
                    "event_args": {"user": self.requester_id.name},
                    "preview": self.answer or self.note,
                }
            ]
        )


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model
    def _event_sentences(self):
        return {
            **super()._event_sentences(),
            "crm.share.request:accepted": self.env._(
                "Request of %(user)s to share was accepted"
            ),
            "crm.share.request:refused": self.env._(
                "Request of %(user)s to share was refused"
            ),
        }


class CrmLead(models.Model):
    _inherit = "crm.lead"

    crm_share_request_ids = fields.One2many(
        "crm.share.request", "lead_id", groups=MANAGER
    )
