"""What tests of the outbox share: messages, the worker, a text message class."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.sms.tools.sms_api import SmsApiBase

from .common import CrmExtensionCommon

NUMBER = "+8613800138000"


class SmsNotebook(SmsApiBase):
    """A class of a provider: writes down what it gets and answers as it is told."""

    sent = []
    answer = {"state": "success"}

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        [message] = messages
        [number] = message["numbers"]
        self.sent.append((number["number"], message["content"]))
        if isinstance(self.answer, Exception):
            raise self.answer
        return [{"uuid": number["uuid"], **self.answer}]


class OutboxCommon(CrmExtensionCommon):
    """A contact with a mobile phone, an outbox, and a provider that writes down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outbox = cls.env["crm.outbox"]
        cls.contact.write({"phone": NUMBER, "tz": "UTC"})
        # at any hour, so that no test depends on the clock
        cls.company.write({"crm_send_from": 0, "crm_send_to": 24})
        cls.provider = type("Provider", (SmsNotebook,), {"sent": []})
        cls.startClassPatcher(
            patch.object(
                type(cls.company),
                "_get_sms_api_class",
                lambda company: cls.provider,
            )
        )

    def setUp(self):
        super().setUp()
        self.provider.sent.clear()
        self.provider.answer = {"state": "success"}

    @classmethod
    def enqueue(cls, key="test:1", user=None, **vals):
        """One message in the outbox, a text message to the contact by default."""
        values = {
            "key": key,
            "channel": "sms",
            "partner_id": cls.contact.id,
            "body": "Hello",
            **vals,
        }
        rows = cls.outbox.with_user(user or cls.seller)._enqueue([values])
        return rows.with_env(cls.env)

    def work(self):
        """Run the worker as its scheduled action does."""
        with self.enter_registry_test_mode():
            self.env.ref("crm_extension.ir_cron_outbox").method_direct_trigger()
        self.env.invalidate_all()

    @contextmanager
    def mail_goes_out(self, server):
        """Let Odoo send mail to a real server on this machine."""
        self.env["ir.mail_server"].search([]).active = False
        self.env["ir.mail_server"].create(
            {
                "name": "Test",
                "smtp_host": "127.0.0.1",
                "smtp_port": server.port,
                "smtp_encryption": "none",
            }
        )
        servers = type(self.env["ir.mail_server"])
        with patch.object(servers, "_disable_send", lambda self: False):
            yield
