from odoo import fields, models

from odoo.addons.sms.tools.sms_api import SmsApiBase

from ..tools.sms_http import build, send, uses

# An outcome in the words of Odoo's text messages
STATES = {
    "sent": "success",
    "retry": "server_error",
    "uncertain": "server_error",
    "blocked": "insufficient_credit",
}


class SmsApiHttp(SmsApiBase):
    """The HTTP gateway of a company as Odoo knows providers.

    The settings are read once; after that no database is needed, so the outbox calls
    it with no transaction open.
    """

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiBase.PROVIDER_TO_SMS_FAILURE_TYPE | {
        "insufficient_credit": "sms_credit",
        "refused": "sms_server",
    }

    def __init__(self, env, account=None):
        super().__init__(env, account=account)
        self.gateway = None
        self.template, self.params = "", {}

    def _set_company(self, company):
        super()._set_company(company)
        self.gateway = company._crm_sms_gateway()._as_tool()

    def _set_outbox(self, message):
        """Template and values of the one message that follows."""
        self.template = message.provider_template or ""
        self.params = message.provider_params or {}

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """One request for each number; ``outcome`` says more than Odoo asks."""
        if self.gateway is None:
            self._set_company(self.company)
        return [
            self._send_one(number["number"], message["content"], number["uuid"])
            for message in messages
            for number in message["numbers"]
        ]

    def _send_one(self, number, text, uuid):
        request = build(self.gateway, number, text, uuid, self.template, self.params)
        outcome = send(self.gateway, request)
        state = STATES.get(outcome.state, "refused")
        if outcome.reason == "bad_address":
            state = "wrong_number_format"
        return {
            "uuid": uuid,
            "state": state,
            "failure_reason": outcome.detail or False,
            "outcome": outcome,
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_sms_max_parts = fields.Integer(
        string="Parts of a Text Message at Most",
        default=4,
        help="A longer text is not sent: each part is paid for.",
        prefetch="crm_settings",
    )
    crm_sms_price = fields.Float(
        string="Price of a Part",
        digits=(12, 4),
        help="To show what messages cost.",
        prefetch="crm_settings",
    )

    def _crm_sms_gateway(self):
        """The active HTTP gateway of the company (sudo), empty when there is none."""
        self.ensure_one()
        gateways = self.env["crm.sms.gateway"].sudo()
        return gateways.search([("company_id", "=", self.id)], limit=1)

    def _crm_sms_signature(self):
        """What the gateway puts in front of each text, and what is paid for, too."""
        gateway = self._crm_sms_gateway()
        if gateway.signature and uses(gateway._read_body(), "text"):
            return gateway.signature
        return ""

    def _crm_sms_as_sent(self, text):
        """The text as the phone gets it."""
        return f"{self._crm_sms_signature()}{text}" if text else ""

    def _get_sms_api_class(self):
        self.ensure_one()
        if self._crm_sms_gateway():
            return SmsApiHttp
        return super()._get_sms_api_class()


class SmsSms(models.Model):
    """Text messages that people write in Odoo go through the same gateway."""

    _inherit = "sms.sms"

    def _split_by_api(self):
        others = self.browse()
        for company, batch in self.grouped(lambda s: s._get_sms_company()).items():
            if company._crm_sms_gateway():
                sender = SmsApiHttp(self.with_company(company).env)
                sender._set_company(company)
                yield sender, batch
            else:
                others += batch
        if others:
            yield from super(SmsSms, others)._split_by_api()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Odoo's queue takes one company for the whole batch: ask each message."""
        has_gateway = any(c._crm_sms_gateway() for c in self._sms_companies())
        if self.env.context.get("sms_api") or not has_gateway:
            return super()._send(unlink_failed, unlink_sent, raise_exception)
        for sender, batch in self._split_by_api():
            batch.with_context(sms_api=sender)._send(
                unlink_failed, unlink_sent, raise_exception
            )
        return None

    def _sms_companies(self):
        return self.env["res.company"].union(*(s._get_sms_company() for s in self))


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_sms_max_parts = fields.Integer(
        related="company_id.crm_sms_max_parts", readonly=False
    )
    crm_sms_price = fields.Float(related="company_id.crm_sms_price", readonly=False)

    def action_open_sms_gateways(self):
        """The gateways of the companies."""
        self.check_access("read")
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.crm_sms_gateway_action"
        )
