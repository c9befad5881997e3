from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .masking_common import MaskingCommon

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestMaskingHttp(MaskingCommon, HttpCase):
    """X26: the same by the routes of the server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crm_masking = "masked"
        cls.customer.image_1920 = PIXEL
        cls.env.flush_all()

    def test_routes(self):
        """The client chooses the name of a downloaded picture, for one."""
        self.authenticate(self.colleague.login, self.colleague.login)
        picture = f"/web/image/res.partner/{self.customer.id}/image_1920"
        for url, status in (
            (f"{picture}?filename_field=phone&download=1", 200),
            (f"{picture}?filename_field=email&download=1", 200),
            (f"{picture}?filename_field=name&download=1", 200),
            (f"/web/image/res.partner/{self.customer.id}/avatar_128", 200),
            (f"/web/partner/vcard?partner_ids={self.customer.id}", 403),
            (f"/web_enterprise/partner/{self.customer.id}/vcard", 403),
        ):
            with self.subTest(url=url), mute_logger("odoo.http"):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, status)
                self.assertNoSecret([answer.text, dict(answer.headers)])

    def test_chatter(self):
        self.authenticate(self.colleague.login, self.colleague.login)
        order = self.make_order(user=self.colleague, user_id=self.colleague.id)
        order.message_subscribe(self.contact.ids)
        self.customer.message_post(body="the number is 5550123")
        self.env.flush_all()
        customer = {"thread_model": "res.partner", "thread_id": self.customer.id}
        document = {"thread_model": "sale.order", "thread_id": order.id}
        for route, params in (
            ("/mail/thread/messages", customer),
            ("/mail/thread/recipients", document),
            ("/mail/thread/recipients/get_suggested_recipients", document),
            (
                "/mail/data",
                {
                    "fetch_params": [
                        [
                            "mail.thread",
                            {
                                **document,
                                "request_list": ["followers", "suggestedRecipients"],
                            },
                        ]
                    ]
                },
            ),
        ):
            with self.subTest(route=route):
                self.assertNoSecret(self.make_jsonrpc_request(route, params))
