from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models

from ..tools.insert_once import insert_once

CRON = "crm_extension.ir_cron_outbox"
# What a message of each channel can be made of
TEXTS = {
    "email": ("body", "body_html", "mail_template_id"),
    "sms": ("body", "sms_template_id"),
}
# A message that could not be sent for so many hours is not sent any more.
GRACE_HOURS = 72
# Why a message was not sent, or why nobody knows.
REASONS = [
    ("no_address", "No address or number"),
    ("bad_address", "The address or number cannot be right"),
    ("archived", "The contact is archived"),
    ("deceased", "The contact has died"),
    ("opt_out", "The contact does not want such messages"),
    ("blacklist", "The address or number is on the blacklist"),
    ("same_address", "The same address or number got this message already"),
    ("too_late", "The time for it is over"),
    ("by_hand", "Skipped by hand"),
    ("withdrawn", "Withdrawn by the document"),
    ("neutralized", "Copy of a database"),
    ("no_text", "There is no text"),
    ("template", "The template cannot be filled in"),
    ("too_long", "The text is too long"),
    ("unreachable", "The gateway cannot be reached"),
    ("busy", "The gateway is busy"),
    ("refused", "The gateway refused the message"),
    ("account", "The account of the gateway is not usable"),
    ("no_answer", "The gateway was called and did not answer"),
    ("crash", "The server stopped while the gateway was called"),
    ("undelivered", "The message did not arrive"),
    ("unknown", "Unknown error"),
]


class CrmOutbox(models.Model):
    """Everything that leaves the house: one row per message and recipient.

    A request only writes a row (:meth:`_enqueue`); a scheduled action sends it. Each row
    has a unique text key, so what is told twice is sent once. The worker claims a row,
    commits, calls the gateway for this one message and commits the answer: after a
    crash between the two commits the row is *uncertain* and a person decides. See
    ``docs/outbox.md``.
    """

    _name = "crm.outbox"
    _description = "Outgoing Message"
    _order = "id desc"
    _rec_names_search = ["subject", "address", "key", "partner_id"]
    _check_company_auto = True

    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        help="What is said to whom on which occasion: the same is never sent twice.",
    )
    uuid = fields.Char(
        string="Number at the Gateway",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid4().hex,
        help="Sent along with each attempt, so that a gateway can tell a repetition.",
    )
    channel = fields.Selection(
        [("email", "Email"), ("sms", "SMS")], required=True, readonly=True
    )
    origin = fields.Selection(
        [
            ("greeting", "Greeting"),
            ("handover", "Handover"),
            ("sale", "Sale"),
            ("service", "Service"),
            ("other", "Other"),
        ],
        required=True,
        readonly=True,
        default="other",
        help="What the message is about.",
    )
    purpose = fields.Selection(
        [("courtesy", "Courtesy"), ("service", "The customer's own business")],
        required=True,
        readonly=True,
        default="courtesy",
        help="Courtesy: who opted out or is on a blacklist gets nothing. The customer's "
        "own business (a repair, an order) is told all the same.",
    )
    state = fields.Selection(
        [
            ("todo", "To Send"),
            ("sending", "Being Sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("uncertain", "In Doubt"),
            ("skipped", "Skipped"),
        ],
        required=True,
        readonly=True,
        default="todo",
        copy=False,
    )
    reason = fields.Selection(REASONS, readonly=True, copy=False)
    detail = fields.Char(
        readonly=True, copy=False, help="What the gateway or the server said."
    )
    # To whom
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        check_company=True,
    )
    address = fields.Char(
        string="Address or Number",
        readonly=True,
        help="Empty while waiting: the contact's address of that day is used.",
    )
    address_group = fields.Char(
        readonly=True,
        help="Messages of one group go to each address or number only once.",
    )
    address_key = fields.Char(readonly=True, copy=False)
    # What
    subject = fields.Char(readonly=True)
    body = fields.Text(string="Text", readonly=True)
    body_html = fields.Html(string="Letter", readonly=True, sanitize="email_outgoing")
    mail_template_id = fields.Many2one(
        "mail.template",
        readonly=True,
        ondelete="set null",
        help="Filled in when it is sent, in the language of the contact.",
    )
    sms_template_id = fields.Many2one(
        "sms.template", readonly=True, ondelete="set null"
    )
    email_layout_xmlid = fields.Char(
        string="Frame of the Letter",
        readonly=True,
        help="Odoo's mail layout around the letter; empty: none.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "crm_outbox_attachment_rel",
        string="Attachments",
        readonly=True,
        bypass_search_access=True,
    )
    # About what, by whom
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="In the Name of",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    # When
    due = fields.Datetime(
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="Not sent earlier.",
    )
    next_try = fields.Datetime(readonly=True, copy=False)
    expires = fields.Datetime(
        string="Not After", readonly=True, help="Skipped when it is later than this."
    )
    window_from = fields.Float(
        string="From Hour",
        readonly=True,
        help="Hours of the day, at the contact's place, at which it may arrive. "
        "Without them those of the company hold.",
    )
    window_to = fields.Float(string="To Hour", readonly=True)
    tz = fields.Char(string="Time Zone", readonly=True)
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Important"), ("2", "At Any Hour")],
        required=True,
        readonly=True,
        default="0",
    )
    attempts = fields.Integer(readonly=True, copy=False)
    lease_until = fields.Datetime(
        readonly=True,
        copy=False,
        help="Being sent since shortly before; later the answer counts as lost.",
    )
    # What came of it
    sent_date = fields.Datetime(string="Sent on", readonly=True, copy=False)
    reference = fields.Char(
        string="Reference of the Gateway", readonly=True, copy=False
    )
    delivery = fields.Selection(
        [
            ("accepted", "Taken by the Gateway"),
            ("delivered", "Delivered"),
            ("undelivered", "Not Delivered"),
        ],
        readonly=True,
        copy=False,
    )
    delivery_date = fields.Datetime(string="Delivered on", readonly=True, copy=False)
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )
    is_told = fields.Boolean(
        readonly=True, copy=False, help="Stands in the chatter and the timeline."
    )

    _key_uniq = models.UniqueIndex("(key)", "This message is in the outbox already.")
    _uuid_uniq = models.UniqueIndex("(uuid)")
    _address_key_uniq = models.UniqueIndex(
        "(address_key) WHERE address_key IS NOT NULL"
    )
    _todo_idx = models.Index("(next_try, id) WHERE state = 'todo'")
    _sending_idx = models.Index("(lease_until) WHERE state = 'sending'")
    _attention_idx = models.Index("(id) WHERE state IN ('failed', 'uncertain')")
    _untold_idx = models.Index("(id) WHERE state = 'sent' AND NOT is_told")
    _document_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("channel", "subject", "partner_id", "address")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for message in self:
            whom = message.partner_id.name or message.address
            what = message.subject or labels.get(message.channel, "")
            message.display_name = f"{what} ({whom})" if whom else what

    # Into the outbox

    @api.model
    @api.private
    def _enqueue(self, vals_list):
        """Put messages into the outbox, each once, whoever the user is.

        Nothing is sent in the caller's transaction: a scheduled action does it after
        the commit, when the message is due.

        :param vals_list: list of dicts. ``key`` (unique text, for example
            ``"crm.rma,12:received:1"``; no partner ids of contacts that may be merged)
            and ``channel`` (``"email"``, ``"sms"``) are mandatory, and ``partner_id``
            or ``address``. The text is ``body`` (plain), ``body_html`` (email) or
            ``mail_template_id`` / ``sms_template_id``, filled in for the document
            (``res_model``, ``res_id``; default the contact) when it is sent. ``due``
            defaults to now, ``grace`` is in hours (72; 0: for ever), ``company_id``
            to the current company, ``user_id`` to the current user. All other stored
            fields of the model may be given; ``attachment_ids`` is a list of ids.
        :return: the rows that were created (sudo); known keys are skipped
        :raise ValueError: a message without key, channel, recipient or text
        """
        model = self.sudo()
        values = [model._prepare_outbox(vals) for vals in vals_list]
        files = {vals["key"]: vals.pop("attachment_ids", ()) for vals in values}
        rows = insert_once(model, values)
        for row in rows if any(files.values()) else ():
            row.attachment_ids = files[row.key]
        rows._wake()
        return rows

    @api.model
    def _prepare_outbox(self, vals):
        """Complete one row and refuse one that could never be sent."""
        vals = dict(vals)
        due = fields.Datetime.to_datetime(vals.get("due")) or fields.Datetime.now()
        grace = vals.pop("grace", GRACE_HOURS)
        user = self.env.user
        values = {
            "uuid": uuid4().hex,
            "origin": "other",
            "purpose": "courtesy",
            "state": "todo",
            "priority": "0",
            "attempts": 0,
            "is_told": False,
            "company_id": self.env.company.id,
            "user_id": False if user._is_superuser() else user.id,
            "expires": due + timedelta(hours=grace) if grace else False,
            **vals,
            "due": due,
            "next_try": due,
        }
        self._check_outbox(values)
        return values

    @api.model
    def _check_outbox(self, values):
        """Mistakes of the caller, told at once and not when the message is due."""
        key, channel = values.get("key"), values.get("channel")
        if not key or not isinstance(key, str):
            raise ValueError("A message in the outbox needs a key")
        if channel not in self._fields["channel"].get_values(self.env):
            raise ValueError(f"{key}: nothing sends by channel {channel!r}")
        if not values.get("partner_id") and not values.get("address"):
            raise ValueError(f"{key}: a message needs a contact or an address")
        if not any(values.get(name) for name in TEXTS[channel]):
            raise ValueError(f"{key}: a message needs a text or a template")
        for name in ("origin", "purpose", "priority"):
            if values[name] not in self._fields[name].get_values(self.env):
                raise ValueError(f"{key}: {name} cannot be {values[name]!r}")

    def _wake(self):
        """Let the worker run when the first of these messages is due."""
        if self:
            cron = self.env.ref(CRON).sudo()
            cron._trigger(at=max(min(self.mapped("due")), fields.Datetime.now()))

    @api.private
    def _withdraw(self, reason="withdrawn"):
        """Take back what has not been sent yet; what is on its way stays.

        :return: the messages that were taken back
        """
        waiting = self.sudo().try_lock_for_update()
        waiting = waiting.filtered(lambda m: m.state in ("todo", "failed"))
        waiting.write({"state": "skipped", "reason": reason, "detail": False})
        waiting._after_settle()
        return waiting

    def _after_settle(self):
        """Hook: these messages (sudo) are sent, failed, in doubt, skipped, or wait
        again. Called in the transaction that writes the state."""

    def _document(self):
        """What the message is about: the document, else the contact; may be empty."""
        self.ensure_one()
        if self.res_model in self.env and self.res_id:
            document = self.env[self.res_model].browse(self.res_id).exists()
            if document:
                return document
        return self.partner_id
