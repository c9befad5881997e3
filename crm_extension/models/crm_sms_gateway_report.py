import hmac
import json
import re
import secrets
import time

from odoo import api, fields, models
from odoo.tools.urls import urljoin

from ..tools.answer_rule import check_path, look_up
from ..tools.sms_http import report_signature

ROUTE = "/crm/sms/report/"
# A report that is older, or from the future, is not believed.
CLOCK_SECONDS = 300
MAX_REPORTS = 500
REPORT_PATHS = (
    "report_list_path",
    "report_uuid_path",
    "report_status_path",
    "report_reason_path",
)


class CrmSmsGateway(models.Model):
    """Delivery reports: who may bring them, and how they are read.

    A report is a POST to an address that only the gateway knows, signed with a secret
    over time, nonce and body; a nonce is taken once. While a secret is exchanged the
    former one is good, too.
    """

    _inherit = "crm.sms.gateway"

    report_token = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(24),
    )
    report_url = fields.Char(
        string="Address for Reports", compute="_compute_report_url", compute_sudo=True
    )
    report_secret = fields.Char(
        string="Secret of Reports",
        copy=False,
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(32),
        help="Signs X-Timestamp, X-Nonce and the body: HMAC-SHA256 in hex over "
        "timestamp.nonce.body, sent as X-Signature.",
    )
    report_secret_old = fields.Char(
        string="Former Secret",
        copy=False,
        groups="base.group_system",
        help="Still good until it is emptied.",
    )
    report_list_path = fields.Char(
        string="List in", help="Where the reports are; empty: the body is the list."
    )
    report_uuid_path = fields.Char(
        string="Number in", required=True, default="id", help="Our {uuid}."
    )
    report_status_path = fields.Char(
        string="Status in", required=True, default="status"
    )
    report_delivered = fields.Char(
        string="Delivered is",
        required=True,
        default="delivered",
        help="Values, separated by commas.",
    )
    report_undelivered = fields.Char(
        string="Not Delivered is", default="failed, undelivered, rejected, expired"
    )
    report_reason_path = fields.Char(string="Reason of a Failure in")

    @api.depends("report_token")
    def _compute_report_url(self):
        for gateway in self:
            base = gateway.get_base_url()
            gateway.report_url = urljoin(base, f"{ROUTE}{gateway.report_token}")

    @api.constrains(*REPORT_PATHS)
    def _check_report_paths(self):
        self._check_readable(REPORT_PATHS, check_path)

    def action_new_secret(self):
        """Another secret for reports; the former one is good until it is emptied."""
        self.ensure_one()
        self.check_access("write")
        gateway = self.sudo()
        gateway.report_secret_old = gateway.report_secret
        gateway.report_secret = secrets.token_urlsafe(32)

    @api.model
    @api.private
    def _by_token(self, token):
        """The gateway of a report's address (sudo), empty when nobody has it."""
        gateways = self.sudo().search([("active", "=", True)])
        return gateways.filtered(
            lambda g: hmac.compare_digest(
                (g.report_token or "").encode(), token.encode()
            )
        )[:1]

    def _is_authentic(self, timestamp, nonce, signature, body):
        """Whether one of the secrets signed this, lately, and for the first time."""
        self.ensure_one()
        if not re.fullmatch(r"[0-9]{1,12}", timestamp) or not 8 <= len(nonce) <= 128:
            return False
        if abs(time.time() - int(timestamp)) > CLOCK_SECONDS:
            return False
        known = filter(None, (self.report_secret, self.report_secret_old))
        good = [
            hmac.compare_digest(
                report_signature(secret, timestamp, nonce, body).encode(),
                signature.encode(),
            )
            for secret in known
        ]
        return any(good) and self._claim_nonce(nonce)

    def _claim_nonce(self, nonce):
        """True for the first report with this nonce."""
        token = report_signature("nonce", str(self.id), nonce, b"")
        return self.env["crm.request.token"].sudo()._claim(token)

    def _take_reports(self, body):
        """Note what the reports say about messages of this gateway's company.

        :return: how many messages were meant; False when the body cannot be read
        """
        self.ensure_one()
        try:
            content = json.loads(body)
        except ValueError:
            return False
        if self.report_list_path and isinstance(content, dict):
            content = look_up(self.report_list_path, content)
        reports = content if isinstance(content, list) else [content]
        if len(reports) > MAX_REPORTS:
            return False
        return sum(self._take_report(r) for r in reports if isinstance(r, dict))

    def _take_report(self, report):
        uuid = look_up(self.report_uuid_path, report)
        status = self._report_status(look_up(self.report_status_path, report))
        messages = self.env["crm.outbox"].sudo()
        domain = [("uuid", "=", str(uuid)), ("company_id", "=", self.company_id.id)]
        message = messages.search(domain, limit=1)
        if message:
            reason = status == "undelivered" and self._report_reason(report)
            message._report_delivery(status, reason)
        return len(message)

    def _report_status(self, value):
        """Put a value of the gateway into our words; an unknown one means: taken."""
        for status in ("delivered", "undelivered"):
            words = (self[f"report_{status}"] or "").lower().split(",")
            if str(value).lower() in [word.strip() for word in words]:
                return status
        return "accepted"

    def _report_reason(self, report):
        path = self.report_reason_path or self.report_status_path
        value = look_up(path, report)
        return str(value)[:200] if value is not None else False
