import psycopg2
from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.urls import urljoin

from odoo.addons.iap.tools.iap_tools import InsufficientCreditError
from odoo.addons.sms.tools.sms_tools import sms_content_to_rendered_html

from ..tools.outcome import Outcome
from ..tools.request_error import causes, never_left
from ..tools.sms import sms_size

# What an ``SmsApiBase`` class answers for one number. What is not listed is a refusal
# of this very message.
TAKEN = {"success", "sent", "delivered", "processing"}
ACCOUNT = {
    "insufficient_credit",
    "unregistered",
    "registration_needed",
    "twilio_acc_unverified",
    "twilio_authentication",
    "twilio_from_missing",
}
# The classes of Odoo answer so for a lost answer, too: it may have been sent.
IN_DOUBT = {"server_error", "unknown"}


class CrmOutbox(models.Model):
    """Text messages go one by one through the SMS class of the company."""

    _inherit = "crm.outbox"

    provider_template = fields.Char(
        string="Template at the Gateway",
        readonly=True,
        help="Code of the approved template, where the gateway sends no free texts.",
    )
    provider_params = fields.Json(string="Values of the Template", readonly=True)
    sms_parts = fields.Integer(string="Text Message Parts", readonly=True, copy=False)
    sms_cost = fields.Monetary(string="Cost", readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")

    def _send_sms(self):
        """Send this message; what the class of the company answers."""
        try:
            text = self._sms_text()
        except psycopg2.OperationalError:
            raise
        # a template of a user may fail in any way; nothing has left the house
        except Exception as error:  # noqa: BLE001
            self.env.cr.rollback()
            return Outcome("failed", "template", self._error_text(error))
        if not text:
            return Outcome("failed", "no_text")
        if not self._note_size(text):
            return Outcome("failed", "too_long")
        api_, messages, url = self._prepare_sms(text)
        # What was read and made is kept; while the gateway is called nothing is open.
        self.env.flush_all()
        self.env["ir.cron"]._commit_progress()
        try:
            [result] = api_._send_sms_batch(messages, delivery_reports_url=url)
        # requests, Odoo's service and other providers raise what they like
        except Exception as error:  # noqa: BLE001
            self.env.cr.rollback()
            return self._sms_error(error)
        return self._sms_outcome(result)

    def _sms_text(self):
        """The text; of a template in the contact's language, kept as it is sent."""
        if not self.body and self.sms_template_id:
            template = self.sms_template_id
            if self.partner_id.lang:
                template = template.with_context(lang=self.partner_id.lang)
            document = self._document()
            bodies = template._render_field("body", document.ids, compute_lang=True)
            self.body = bodies[document.id]
        return (self.body or "").strip()

    def _note_size(self, text):
        """Keep parts and cost; False when there are more parts than the company pays."""
        company = self.company_id
        size = sms_size(company._crm_sms_as_sent(text))
        self.sms_parts = size.parts
        self.sms_cost = size.parts * company.crm_sms_price
        return size.parts <= company.crm_sms_max_parts

    def _prepare_sms(self, text):
        """The API object of the company, its argument, and where reports come to."""
        company = self.company_id
        sender = company._get_sms_api_class()(self.with_company(company).env)
        sender._set_company(company)
        if hasattr(sender, "_set_outbox"):
            sender._set_outbox(self)
        self.env["sms.tracker"].search([("sms_uuid", "=", self.uuid)]) or self.env[
            "sms.tracker"
        ].create({"sms_uuid": self.uuid})
        number = {"number": self.address, "uuid": self.uuid}
        url = urljoin(self.get_base_url(), "/sms/status")
        return sender, [{"content": text, "numbers": [number]}], url

    def _sms_error(self, error):
        text = self._error_text(error)
        if any(isinstance(cause, InsufficientCreditError) for cause in causes(error)):
            return Outcome("blocked", "account", text)
        if never_left(error):
            return Outcome("retry", "unreachable", text)
        return Outcome("uncertain", "no_answer", text)

    @api.model
    def _sms_outcome(self, result):
        """Put the answer for one number into our words.

        Classes of ours say more: ``outcome`` holds an :class:`Outcome`.
        """
        if outcome := result.get("outcome"):
            return outcome
        state = result.get("state")
        text = str(result.get("failure_reason") or state or "")
        if state in TAKEN:
            reference = str(result.get("sms_twilio_sid") or "")
            return Outcome("sent", reference=reference)
        if state in ACCOUNT:
            return Outcome("blocked", "account", text)
        if state == "wrong_number_format":
            return Outcome("failed", "bad_address", text)
        if state in IN_DOUBT:
            return Outcome("uncertain", "no_answer", text)
        return Outcome("failed", "refused", text)

    def _sms_html(self):
        """The text as it stands in the chatter."""
        return Markup(sms_content_to_rendered_html(self.body or ""))
