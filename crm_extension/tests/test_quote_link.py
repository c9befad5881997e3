from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestQuoteLink(HttpCase, CrmExtensionCommon):
    """X12: the link to a quotation ends; that it was viewed enters the timeline."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.order = cls.make_order(user=cls.seller)
        cls.order.validity_date = cls.today + timedelta(days=10)
        cls.order.action_quotation_sent()
        cls.url = cls.order.get_portal_url()

    def _open(self, url=None):
        self.env.flush_all()
        return self.url_open(url or self.url)

    def test_x12_viewed_enters_the_timeline_until_the_link_ends(self):
        self.assertEqual(self.order.link_expiry, self.today + timedelta(days=40))
        page = self._open()
        self.assertIn(self.order.name, page.text)
        viewed = self.history(event="sale.order:viewed")
        self.assertEqual(viewed.res_id, self.order.id)
        self.order.invalidate_recordset()
        self.assertEqual(self.order.last_viewed, viewed.date)
        self.order.link_expiry = self.today - timedelta(days=1)
        page = self._open()
        self.assertEqual(page.status_code, 410)
        self.assertIn("This link has ended", page.text)
        self.assertNotIn("Product 1", page.text)
        answer = self.make_jsonrpc_request(
            self.order.get_portal_url(suffix="/accept"),
            {"name": "X", "signature": "eA=="},
        )
        self.assertIn("error", answer)
        self.assertEqual(self.order.state, "sent")

    def test_x12_confirmed_orders_keep_their_link(self):
        self.order.action_confirm()
        self.order.link_expiry = self.today - timedelta(days=1)
        self.assertEqual(self._open().status_code, 200)

    def test_x12_customers_who_log_in_still_see_it(self):
        portal = new_test_user(
            self.env,
            "crm_link_portal",
            groups="base.group_portal",
            partner_id=self.contact.id,
        )
        self.order.link_expiry = self.today - timedelta(days=1)
        self.env.flush_all()
        self.authenticate(portal.login, portal.login)
        self.assertEqual(self._open().status_code, 200)

    def test_x12_a_new_link_ends_the_old_one(self):
        with self.assertRaises(AccessError):
            self.order.with_user(self.colleague).action_renew_link()
        self.order.link_expiry = self.today - timedelta(days=1)
        self.order.with_user(self.seller).action_renew_link()
        page = self._open()
        self.assertNotIn("Product 1", page.text)
        page = self._open(self.order.get_portal_url())
        self.assertIn("Product 1", page.text)

    def test_x12_nobody_sees_or_signs_what_nobody_approved(self):
        self.env["crm.price.limit"].create(
            {"role": "own", "kind": "discount", "value": 5}
        )
        self.order.order_line[0].discount = 50
        page = self._open()
        self.assertEqual(page.status_code, 410)
        self.assertIn("being prepared", page.text)
        answer = self.make_jsonrpc_request(
            self.order.get_portal_url(suffix="/accept"),
            {"name": "X", "signature": "eA=="},
        )
        self.assertIn("error", answer)
        # nor does an employee for the customer, through the preview
        self.authenticate("crm_seller", "crm_seller")
        answer = self.make_jsonrpc_request(
            self.order.get_portal_url(suffix="/accept"),
            {"name": "X", "signature": "eA=="},
        )
        self.assertIn("error", answer)
        self.order.invalidate_recordset()
        self.assertEqual(self.order.state, "sent")

    def test_x12_no_days_no_end(self):
        self.company.crm_quote_link_days = -1
        order = self.make_order()
        order.validity_date = self.today
        self.assertFalse(order.link_expiry)
