import json
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.answer_rule import RuleError, check_path, check_rule
from ..tools.fill_in import PlaceError, check_places
from ..tools.sms_http import PLACES, SIGNS, HttpGateway, build, check_body

RULES = ("success_rule", "account_rule", "number_rule", "busy_rule")
PATHS = ("reference_path", "reason_path")
EXAMPLE = """{
  "to": "{number}",
  "text": "{signature}{text}",
  "id": "{uuid}"
}"""


class CrmSmsGateway(models.Model):
    """A provider of text messages that takes one HTTP request for each message.

    Everything that differs between providers is a setting: the request, how its answer
    is read, and how delivery reports come back (``crm_sms_gateway_report.py``). Of
    interest to administrators only: it holds the keys of an account.
    """

    _name = "crm.sms.gateway"
    _description = "SMS Gateway"
    _order = "company_id, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(
        default=True, help="Text messages of the company go through its active gateway."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    # The request
    url = fields.Char(string="Address", required=True)
    method = fields.Selection(
        [("POST", "POST"), ("GET", "GET"), ("PUT", "PUT")],
        required=True,
        default="POST",
    )
    body_format = fields.Selection(
        [("json", "JSON"), ("form", "Form"), ("query", "In the Address")],
        string="Sent as",
        required=True,
        default="json",
    )
    headers = fields.Text(help="One in a line: Authorization: Bearer {secret}")
    body = fields.Text(
        string="Contents",
        required=True,
        default=EXAMPLE,
        help="A JSON value. The words in braces are filled in.",
    )
    timeout = fields.Integer(
        string="Seconds to Wait",
        default=10,
        help="An answer that comes later is lost; the message is then in doubt.",
    )
    # The account
    account = fields.Char(help="Fills in {account}.")
    secret = fields.Char(
        help="Fills in {secret} and signs the request.", groups="base.group_system"
    )
    signature = fields.Char(
        string="Signature of the Text",
        help="The registered name that mainland gateways want in front of each text, "
        "with its brackets. Fills in {signature}.",
    )
    template_code = fields.Char(
        help="Code of the approved template at the gateway, when a message has none of "
        "its own. Fills in {template}; {params} are its values as JSON.",
    )
    sign_method = fields.Selection(
        [
            ("md5", "MD5"),
            ("sha1", "SHA-1"),
            ("sha256", "SHA-256"),
            ("hmac-sha1", "HMAC-SHA-1"),
            ("hmac-sha256", "HMAC-SHA-256"),
        ],
        string="Request Signature",
    )
    sign_text = fields.Char(
        string="Signed Text",
        help="For example {account}{secret}{timestamp}. The result fills in {sign}, in "
        "capitals {SIGN}, as Base64 {sign64}.",
    )
    # The answer
    success_rule = fields.Char(
        string="Taken when",
        required=True,
        default="status == 200",
        help='For example: status == 200 and Code == "OK"',
    )
    account_rule = fields.Char(
        string="Account Unusable when",
        help="No credit, account locked: the channel stops and keeps its messages.",
    )
    number_rule = fields.Char(string="Bad Number when")
    busy_rule = fields.Char(
        string="Try Later when", help="Limits of frequency: tried again later."
    )
    reference_path = fields.Char(
        string="Reference in", help="Where the answer holds the gateway's own number."
    )
    reason_path = fields.Char(
        string="Reason in", help="Where the answer holds the words of a refusal."
    )
    is_idempotent = fields.Boolean(
        string="Refuses Repetitions",
        help="The gateway takes each {uuid} once only: a lost answer is then simply "
        "tried again, else a person is asked.",
    )
    preview = fields.Text(
        string="Request", compute="_compute_preview", compute_sudo=True
    )
    is_plain_http = fields.Boolean(compute="_compute_is_plain_http")
    test_number = fields.Char(store=False)

    _company_uniq = models.UniqueIndex(
        "(company_id) WHERE active", "Only one gateway of a company can be active."
    )
    _timeout_check = models.Constraint(
        "CHECK (timeout BETWEEN 1 AND 60)", "Wait between 1 and 60 seconds."
    )

    @api.depends("url")
    def _compute_is_plain_http(self):
        for gateway in self:
            gateway.is_plain_http = (gateway.url or "").lower().startswith("http:")

    @api.depends(
        *("url", "method", "body_format", "headers", "body", "account", "signature"),
        *("template_code", "sign_method", "sign_text"),
    )
    def _compute_preview(self):
        """The request of a sample message; the secret is not shown."""
        for gateway in self:
            try:
                request = gateway._sample_request()
            except (ValueError, TypeError, AttributeError):
                gateway.preview = self.env._("The settings are not complete.")
                continue
            lines = [f"{request['method']} {request['url']}"]
            lines += [f"{k}: {v.decode()}" for k, v in request["headers"].items()]
            body = request.get("data") or request.get("params")
            if isinstance(body, bytes):
                body = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
            lines += ["", str(body)]
            gateway.preview = "\n".join(lines)

    def _sample_request(self):
        gateway = self._as_tool(secret="••••••")
        words = {"name": "Wang"}
        text = self.env._("Happy birthday!")
        return build(gateway, "+8613800138000", text, "0" * 32, "", words)

    @api.constrains("url", "method", "body_format", "headers", "body", "sign_text")
    def _check_request(self):
        for gateway in self:
            try:
                body = gateway._read_body()
                check_body(body)
                for value in gateway._read_headers().values():
                    check_places(value, PLACES + SIGNS)
                check_places(gateway.url, PLACES + SIGNS)
                check_places(gateway.sign_text, PLACES)
            except PlaceError as error:
                raise ValidationError(
                    self.env._(
                        "%(place)s cannot be filled in. Known are: %(known)s",
                        place=error.args[0],
                        known=", ".join(f"{{{name}}}" for name in PLACES + SIGNS),
                    )
                ) from None
            if gateway.body_format != "json" and not isinstance(body, dict):
                raise ValidationError(
                    self.env._('A form needs names and values: {"to": "{number}"}')
                )
            if not gateway.url.lower().startswith(("http://", "https://")):
                raise ValidationError(
                    self.env._("The address of a gateway begins with https://")
                )

    @api.constrains(*RULES, *PATHS)
    def _check_rules(self):
        self._check_readable(RULES, check_rule)
        self._check_readable(PATHS, check_path)

    def _check_readable(self, names, check):
        """Refuse a setting that nothing can be read with, naming it and the part.

        :param names: fields of the settings; an empty one is fine
        :param check: function of the text that raises ``RuleError``
        """
        for gateway in self:
            for name in names:
                try:
                    check(gateway[name] or "status")
                except RuleError as error:
                    raise ValidationError(
                        self.env._(
                            "%(field)s cannot be understood: %(part)s",
                            field=self._fields[name]._description_string(self.env),
                            part=error.args[0],
                        )
                    ) from None

    def _read_body(self):
        """The contents as a JSON value, or a sentence saying where it is wrong."""
        try:
            return json.loads(self.body or "{}")
        except ValueError as error:
            raise ValidationError(
                self.env._("The contents are not JSON: %(error)s", error=error)
            ) from None

    def _read_headers(self):
        """``{name: value}``, or a sentence saying which line is wrong."""
        headers = {}
        for line in (self.headers or "").splitlines():
            name, colon, value = line.partition(":")
            if line.strip() and not (colon and name.strip().isascii()):
                raise ValidationError(
                    self.env._(
                        "A header is a name, a colon and a value: %(line)s", line=line
                    )
                )
            if colon:
                headers[name.strip()] = value.strip()
        return headers

    def _as_tool(self, secret=None):
        """The settings as a plain object that needs no database (sudo)."""
        self.ensure_one()
        gateway = self.sudo()
        return HttpGateway(
            url=gateway.url,
            method=gateway.method,
            body_format=gateway.body_format,
            headers=gateway._read_headers(),
            body=gateway._read_body(),
            account=gateway.account or "",
            secret=secret or gateway.secret or "",
            signature=gateway.signature or "",
            template=gateway.template_code or "",
            sign_text=gateway.sign_text or "",
            sign_method=gateway.sign_method or "",
            timeout=gateway.timeout,
            success=gateway.success_rule,
            account_rule=gateway.account_rule or "",
            number_rule=gateway.number_rule or "",
            busy_rule=gateway.busy_rule or "",
            reference=gateway.reference_path or "",
            reason=gateway.reason_path or "",
            is_idempotent=gateway.is_idempotent,
        )

    def action_test(self):
        """Put a test message for a number into the outbox and show it there."""
        self.ensure_one()
        self.check_access("write")
        number = self.env.context.get("test_number") or self.env.user.phone
        if not number:
            raise UserError(self.env._("Type the number of a mobile phone first."))
        message = self.env["crm.outbox"]._enqueue(
            [
                {
                    "key": f"sms.gateway,{self.id}:test:{uuid4().hex}",
                    "channel": "sms",
                    "address": number,
                    "subject": self.env._("Test of the gateway"),
                    "body": self.env._("This is a test of %(name)s.", name=self.name),
                    "purpose": "service",
                    "priority": "2",
                    "company_id": self.company_id.id,
                }
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.outbox",
            "res_id": message.id,
            "views": [(False, "form")],
            "target": "current",
        }
