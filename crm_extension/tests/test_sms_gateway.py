import json
import time
from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import BaseCase, HttpCase, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.answer_rule import RuleError, check_path, check_rule, holds, look_up
from ..tools.fill_in import PlaceError, check_places, fill_in
from ..tools.sms_http import HttpGateway, build, judge, report_signature, send
from .servers import HttpServer

NUMBER = "+8613800138000"
HOSTILE = (
    "__import__('os').system('id')",
    "(lambda: 1)()",
    "[x for x in status]",
    "f'{status}'",
    "status ** 9 ** 9",
    "status if True else 1",
    "a := 1",
    "(" * 300,
    "status ==",
    "x" * 600,
)


@tagged("post_install", "-at_install")
class TestAnswerRule(BaseCase):
    """Conditions on an answer: small, and nothing is executed."""

    def test_rules(self):
        answer = {
            "status": 200,
            "text": "fine",
            "Code": "OK",
            "data": {"list": [{"n": 7}]},
        }
        for rule, expected in (
            ('status == 200 and Code == "OK"', True),
            ('Code in ["OK", "DONE"]', True),
            ('Code not in ["OK"]', False),
            ("data.list[0].n == 7", True),
            ("data['list'][0]['n'] >= 7", True),
            ("data.list[9].n == 7", False),
            ("missing == None", True),
            ("missing > 3", False),
            ("not (status >= 300 or Code != 'OK')", True),
            ("'fin' in text", True),
            ("199 < status < 300", True),
        ):
            with self.subTest(rule=rule):
                check_rule(rule)
                self.assertEqual(holds(rule, answer), expected)
        self.assertEqual(look_up("data.list[0].n", answer), 7)
        self.assertIsNone(look_up("data.nothing", answer))

    def test_attributes_are_keys(self):
        """``__class__`` and ``open`` are names of keys like any other."""
        self.assertIsNone(look_up("status.__class__.__mro__", {"status": 200}))
        self.assertIsNone(look_up("open", {"status": 200}))

    def test_hostile(self):
        for rule in HOSTILE:
            with self.subTest(rule=rule[:40]), self.assertRaises(RuleError):
                check_rule(rule)
        with self.assertRaises(RuleError):
            check_path("status == 1")
        with self.assertRaises(RuleError):
            check_path("'text'")


@tagged("post_install", "-at_install")
class TestFillIn(BaseCase):
    """X07, case 40: a fixed list of places, plain substitution."""

    def test_fill_in(self):
        check_places("Dear {name}, {{so}} it is", ["name"])
        text = fill_in("Dear { name }, {{so}} it is", {"name": "{name} {x}"})
        self.assertEqual(text, "Dear {name} {x}, {so} it is")
        with self.assertRaises(KeyError):
            fill_in("{other}", {"name": "x"})

    def test_hostile(self):
        for text in (
            "{name.__class__}",
            "{name!r}",
            "{0}",
            "{}",
            "{name",
            "name}",
            "{name:>10000000}",
            "{{ object.user_id.password }} {x}",
            "${object.name}",
            "%(name)s",
            "<t t-out='object'/>",
            "{% for x in y %}",
            "{name[0]}",
        ):
            with self.subTest(text=text), self.assertRaises(PlaceError):
                check_places(text, ["name"])


@tagged("post_install", "-at_install")
class TestSmsHttp(BaseCase):
    """One request, built from settings, and what its answer means."""

    def gateway(self, **vals):
        values = {
            "url": "http://127.0.0.1:1/send",
            "body": {"to": "{number}", "text": "{signature}{text}", "id": "{uuid}"},
            "success": 'status == 200 and code == "OK"',
            "account_rule": 'code == "NO_MONEY"',
            "number_rule": 'code == "BAD"',
            "busy_rule": 'code == "LIMIT"',
            "reason": "msg",
            "reference": "biz",
            "timeout": 1,
        }
        return HttpGateway(**{**values, **vals})

    def call(self, *answers, **vals):
        with HttpServer(*answers) as server:
            gateway = self.gateway(url=server.url, **vals)
            outcome = send(gateway, build(gateway, NUMBER, "Hello", "u1"))
        return outcome, server.requests

    def test_json(self):
        outcome, [request] = self.call(
            (200, {"code": "OK", "biz": 77}), signature="【ACME】"
        )
        self.assertEqual((outcome.state, outcome.reference), ("sent", "77"))
        self.assertEqual(
            request["data"], {"to": NUMBER, "text": "【ACME】Hello", "id": "u1"}
        )
        self.assertIn("application/json", request["headers"]["Content-Type"])

    def test_form_and_address(self):
        body = {"mobile": "{national}", "content": "{text}"}
        _outcome, [form] = self.call(body=body, body_format="form")
        self.assertEqual(form["data"], {"mobile": "13800138000", "content": "Hello"})
        _outcome, [query] = self.call(body=body, body_format="query", method="GET")
        self.assertEqual(query["path"], "/send?mobile=13800138000&content=Hello")

    def test_template_params_and_signed_request(self):
        """Mainland gateways: code and values of an approved template, a hash over
        account, secret and time."""
        gateway = self.gateway(
            body={
                "TemplateCode": "{template}",
                "TemplateParam": "{params}",
                "sign": "{SIGN}",
            },
            headers={"X-Time": "{timestamp}"},
            account="acc",
            secret="key",
            sign_method="md5",
            sign_text="{account}{secret}{timestamp}",
        )
        moment = datetime(2027, 5, 4, 8)
        request = build(
            gateway, NUMBER, "x", "u1", "SMS_1", {"name": '王"}'}, now=moment
        )
        data = json.loads(request["data"])
        self.assertEqual(data["TemplateCode"], "SMS_1")
        self.assertEqual(json.loads(data["TemplateParam"]), {"name": '王"}'})
        self.assertRegex(data["sign"], "^[0-9A-F]{32}$")
        self.assertEqual(
            request["headers"]["X-Time"].decode(), str(int(moment.timestamp()))
        )

    def test_a_text_cannot_change_the_request(self):
        gateway = self.gateway()
        text = '", "to": "+1", {secret} \n'
        data = json.loads(build(gateway, NUMBER, text, "u1")["data"])
        self.assertEqual(data, {"to": NUMBER, "text": text, "id": "u1"})

    def test_answers(self):
        for status, answer, expected in (
            (200, {"code": "OK"}, ("sent", "")),
            (200, {"code": "NO_MONEY"}, ("blocked", "account")),
            (401, "who are you", ("blocked", "account")),
            (200, {"code": "BAD"}, ("failed", "bad_address")),
            (200, {"code": "LIMIT"}, ("retry", "busy")),
            (500, "oops", ("retry", "busy")),
            (429, {"code": "slow"}, ("retry", "busy")),
            (502, "proxy", ("uncertain", "no_answer")),
            (504, "proxy", ("uncertain", "no_answer")),
            (200, "<html>login</html>", ("uncertain", "no_answer")),
            (200, {"code": "WORDS", "msg": "bad words"}, ("failed", "refused")),
            (302, "", ("failed", "refused")),
        ):
            with self.subTest(status=status, answer=answer):
                text = answer if isinstance(answer, str) else json.dumps(answer)
                outcome = judge(self.gateway(), status, text)
                self.assertEqual((outcome.state, outcome.reason), expected)
        outcome = judge(self.gateway(), 200, '{"code": "X", "msg": "bad words"}')
        self.assertEqual(outcome.detail, "200: bad words")

    def test_lost_answer(self):
        """Case 32: a slow gateway is not waited for; repeated only where that is
        safe."""
        slow = (200, {"code": "OK"}, 12)
        outcome, [_request] = self.call(slow)
        self.assertEqual((outcome.state, outcome.reason), ("uncertain", "no_answer"))
        outcome, [_request] = self.call((0, ""), is_idempotent=True)
        self.assertEqual((outcome.state, outcome.reason), ("retry", "no_answer"))

    def test_hung_up(self):
        outcome, [_request] = self.call((0, ""))
        self.assertEqual(outcome.state, "uncertain")

    def test_nobody_there(self):
        """Case 31: no server, no such name: certainly not sent."""
        with HttpServer() as server:
            url = server.url
        gateway = self.gateway(url=url)
        outcome = send(gateway, build(gateway, NUMBER, "Hello", "u1"))
        self.assertEqual((outcome.state, outcome.reason), ("retry", "unreachable"))


@tagged("post_install", "-at_install")
class TestSmsGateway(TransactionCase):
    """The settings: refused with a sentence when they cannot work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway = cls.env["crm.sms.gateway"].create(
            {"name": "Provider", "url": "https://sms.example.com/send"}
        )

    def test_bad_settings(self):
        for vals in (
            {"url": "ftp://x"},
            {"url": "https://{unknown}/"},
            {"body": "{not json"},
            {"body": '{"to": "{number.__class__}"}'},
            {"body": '["{number}"]', "body_format": "form"},
            {"headers": "no colon"},
            {"headers": "X: {nonsense}"},
            {"sign_text": "{sign}", "sign_method": "md5"},
            {"success_rule": "__import__('os')"},
            {"reference_path": "a == b"},
            {"report_uuid_path": "a + b"},
        ):
            with self.subTest(**vals), self.assertRaises(ValidationError):
                self.gateway.write(vals)

    def test_preview(self):
        self.gateway.write({"signature": "【ACME】", "secret": "s3cret"})
        self.gateway.headers = "Authorization: Bearer {secret}"
        self.assertIn("POST https://sms.example.com/send", self.gateway.preview)
        self.assertIn("【ACME】", self.gateway.preview)
        self.assertNotIn("s3cret", self.gateway.preview)

    def test_one_active_gateway(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.gateway.copy()

    def test_administrators_only(self):
        user = new_test_user(self.env, "gw", groups="sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self.gateway.with_user(user).read(["secret"])
        with self.assertRaises(AccessError):
            self.gateway.with_user(user).action_test()

    def test_test_message(self):
        action = self.gateway.with_context(test_number=NUMBER).action_test()
        message = self.env["crm.outbox"].browse(action["res_id"])
        self.assertEqual((message.address, message.state), (NUMBER, "todo"))

    def test_new_secret(self):
        old = self.gateway.report_secret
        self.gateway.action_new_secret()
        self.assertEqual(self.gateway.report_secret_old, old)
        self.assertNotEqual(self.gateway.report_secret, old)


@tagged("post_install", "-at_install")
class TestSmsReports(HttpCase):
    """Delivery reports over HTTP: signed, lately, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway = cls.env["crm.sms.gateway"].create(
            {"name": "Provider", "url": "https://sms.example.com/send"}
        )
        cls.message = cls.env["crm.outbox"]._enqueue(
            [{"key": "t:1", "channel": "sms", "address": NUMBER, "body": "Hello"}]
        )
        cls.message.state = "sent"

    def report(self, content=None, **vals):
        """POST a report as the gateway does; ``vals`` spoil it."""
        if content is None:
            content = [{"id": self.message.uuid, "status": "delivered"}]
        body = vals.get("body") or json.dumps(content).encode()
        timestamp = str(vals.get("timestamp") or int(time.time()))
        nonce = vals.get("nonce") or f"nonce-{time.monotonic_ns()}"
        secret = vals.get("secret") or self.gateway.report_secret
        headers = {
            "X-Timestamp": timestamp,
            "X-Nonce": nonce,
            "X-Signature": vals.get("signature")
            or report_signature(secret, timestamp, nonce, body),
            "Content-Type": "application/json",
        }
        token = vals.get("token") or self.gateway.report_token
        response = self.url_open(f"/crm/sms/report/{token}", data=body, headers=headers)
        self.message.invalidate_recordset()
        return response.status_code

    def test_delivered_twice(self):
        """Case 34: twice and out of order: delivered stays."""
        self.assertEqual(self.report(), 200)
        self.assertEqual(self.message.delivery, "delivered")
        late = [{"id": self.message.uuid, "status": "failed"}]
        self.assertEqual(self.report(late), 200)
        self.assertEqual(self.report(), 200)
        self.assertEqual(self.message.delivery, "delivered")

    def test_reason(self):
        self.gateway.write({"report_list_path": "r", "report_reason_path": "why"})
        report = {"id": self.message.uuid, "status": "FAILED", "why": "switched off"}
        self.assertEqual(self.report({"r": [report]}), 200)
        self.assertEqual(
            (self.message.delivery, self.message.detail),
            ("undelivered", "switched off"),
        )

    def test_forged_late_repeated(self):
        """Case 36: signature, 300 seconds, nonce."""
        now = int(time.time())
        for vals in (
            {"signature": "0" * 64},
            {"secret": "other"},
            {"timestamp": now - 400},
            {"timestamp": now + 400},
            {"timestamp": "soon"},
            {"nonce": "short"},
        ):
            with self.subTest(**vals):
                self.assertEqual(self.report(**vals), 403)
        self.assertFalse(self.message.delivery)
        self.assertEqual(self.report(nonce="nonce-number-1"), 200)
        self.assertEqual(self.report(nonce="nonce-number-1"), 403)

    def test_change_of_secrets(self):
        old = self.gateway.report_secret
        self.gateway.action_new_secret()
        self.assertEqual(self.report(secret=old), 200)
        self.assertEqual(self.report(), 200)
        self.gateway.report_secret_old = False
        self.assertEqual(self.report(secret=old), 403)

    def test_unknown(self):
        """Case 35: an unknown address, an unknown or another company's message."""
        self.assertEqual(self.report(token="x" * 32), 404)
        self.assertEqual(self.report([{"id": "0" * 32, "status": "delivered"}]), 404)
        other = self.env["res.company"].create({"name": "Other"})
        self.message.company_id = other
        self.assertEqual(self.report(), 404)
        self.assertFalse(self.message.delivery)

    def test_unreadable(self):
        for body in (b"{", b"\xff\xfe", b"7", b"[[]]", b'[{"id": {"a": 1}}]'):
            with self.subTest(body=body):
                self.assertIn(self.report(body=body), (400, 404))
        self.assertEqual(self.report(body=b"x" * 300_000), 413)
