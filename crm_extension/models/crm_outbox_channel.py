from datetime import timedelta

from odoo import api, fields, models

from ..tools.insert_once import insert_once
from .crm_outbox import CRON

# Minutes for which a channel rests after a failure of the gateway itself
PAUSES = (1, 2, 5, 10, 30, 60)
# The account is unusable until somebody has done something about it.
ACCOUNT_PAUSE = 60
# What says that the gateway, not the message, is at fault
GATEWAY_REASONS = ("unreachable", "busy", "no_answer", "account")
# The worker runs every few minutes; silence of so many minutes means that it does not.
SILENCE_MINUTES = 20


class CrmOutboxChannel(models.Model):
    """How one channel of one company is doing.

    After a failure of the gateway its messages wait a little, longer each time, so
    that those of other channels go on; a manager can stop a channel altogether.
    """

    _name = "crm.outbox.channel"
    _description = "Outgoing Channel"
    _order = "company_id, channel"
    _rec_names_search = ["company_id"]
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    channel = fields.Selection(
        lambda self: self.env["crm.outbox"]._fields["channel"].selection,
        required=True,
        readonly=True,
    )
    failures = fields.Integer(
        string="Failures in a Row", readonly=True, default=0, copy=False
    )
    paused_until = fields.Datetime(readonly=True, copy=False)
    is_stopped = fields.Boolean(
        string="Stopped", copy=False, help="Nothing goes out until a manager goes on."
    )
    reason = fields.Selection(
        lambda self: self.env["crm.outbox"]._fields["reason"].selection,
        readonly=True,
        copy=False,
    )
    detail = fields.Char(readonly=True, copy=False)
    last_success = fields.Datetime(string="Last Sent", readonly=True, copy=False)

    waiting_count = fields.Integer(compute="_compute_counts", string="Waiting")
    late_count = fields.Integer(compute="_compute_counts", string="Overdue")
    failed_count = fields.Integer(compute="_compute_counts", string="Failed")
    uncertain_count = fields.Integer(compute="_compute_counts", string="In Doubt")
    sent_count = fields.Integer(
        compute="_compute_counts", string="Sent in the Last 24 Hours"
    )
    health = fields.Selection(
        [
            ("good", "Running"),
            ("paused", "Resting after a Failure"),
            ("stopped", "Stopped by Hand"),
            ("silent", "The Worker Does not Run"),
        ],
        compute="_compute_health",
    )
    worker_date = fields.Datetime(string="Worker's Last Run", compute="_compute_health")

    _channel_uniq = models.UniqueIndex("(company_id, channel)")

    @api.depends("channel", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        for row in self:
            row.display_name = f"{labels.get(row.channel)} ({row.company_id.name})"

    @api.depends_context("uid")
    def _compute_counts(self):
        """All counts of all channels by one statement."""
        messages = self.env["crm.outbox"]
        now = fields.Datetime.now()
        mine = fields.Domain("company_id", "in", self.company_id.ids)
        domains = {
            "waiting_count": [("state", "in", ("todo", "sending"))],
            "late_count": [
                ("state", "=", "todo"),
                ("next_try", "<", now - timedelta(minutes=SILENCE_MINUTES)),
            ],
            "failed_count": [("state", "=", "failed")],
            "uncertain_count": [("state", "=", "uncertain")],
            "sent_count": [("sent_date", ">=", now - timedelta(days=1))],
        }
        for name, domain in domains.items():
            groups = messages._read_group(
                mine & fields.Domain(domain), ["company_id", "channel"], ["__count"]
            )
            counts = {(company, channel): n for company, channel, n in groups}
            for row in self:
                row[name] = counts.get((row.company_id, row.channel), 0)

    def _compute_health(self):
        now = fields.Datetime.now()
        cron = self.env.ref(CRON).sudo()
        limit = now - timedelta(minutes=SILENCE_MINUTES)
        is_silent = not cron.active or (cron.lastcall or cron.create_date) < limit
        for row in self:
            row.worker_date = cron.lastcall
            if row.is_stopped:
                row.health = "stopped"
            elif is_silent:
                row.health = "silent"
            elif row.paused_until and row.paused_until > now:
                row.health = "paused"
            else:
                row.health = "good"

    @api.model
    @api.private
    def _of(self, company, channel):
        """The row of a channel, made when it is needed (sudo)."""
        rows = self.sudo()
        domain = [("company_id", "=", company.id), ("channel", "=", channel)]
        if found := rows.search(domain, limit=1):
            return found
        vals = {
            "company_id": company.id,
            "channel": channel,
            "failures": 0,
            "is_stopped": False,
        }
        return insert_once(rows, [vals]) or rows.search(domain, limit=1)

    def _note(self, outcome):
        """Learn from the answer to one message."""
        if outcome.state == "sent":
            self._note_success()
        elif outcome.reason in GATEWAY_REASONS:
            self._note_failure(outcome)

    def _note_success(self):
        """Written once a minute at most: workers shall not meet in this row."""
        now = fields.Datetime.now()
        fresh = self.last_success and self.last_success > now - timedelta(minutes=1)
        if self and (self.failures or not fresh):
            self.write(
                {
                    "failures": 0,
                    "paused_until": False,
                    "reason": False,
                    "detail": False,
                    "last_success": now,
                }
            )

    def _note_failure(self, outcome):
        failures = self.failures + 1
        minutes = PAUSES[min(failures, len(PAUSES)) - 1]
        if outcome.state == "blocked":
            minutes = ACCOUNT_PAUSE
        self.write(
            {
                "failures": failures,
                "paused_until": fields.Datetime.now() + timedelta(minutes=minutes),
                "reason": outcome.reason,
                "detail": outcome.detail,
            }
        )

    # Buttons

    def action_stop(self):
        """Hold everything of this channel back."""
        self.check_access("write")
        self.write({"is_stopped": True})

    def action_go_on(self):
        """End a stop or a rest; the worker tries at once."""
        self.check_access("write")
        self.sudo().write(
            {
                "is_stopped": False,
                "paused_until": False,
                "failures": 0,
                "reason": False,
                "detail": False,
            }
        )
        self.env.ref(CRON).sudo()._trigger()

    def action_open_messages(self):
        """The messages of this channel, filtered by the context key ``show``."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_outbox_action"
        )
        action["domain"] = [
            ("company_id", "=", self.company_id.id),
            ("channel", "=", self.channel),
        ]
        shown = self.env.context.get("show") or "waiting"
        action["context"] = {f"search_default_{shown}": 1}
        return action
