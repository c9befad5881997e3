from freezegun import freeze_time

from odoo.tests import HttpCase, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestProjectQuotes(HttpCase, CrmExtensionCommon):
    """X02: what the customer does with a quotation enters the timeline."""

    def _sent(self):
        order = self.make_order(user=self.seller, user_id=self.seller.id)
        order.action_quotation_sent()
        return order

    def _look(self, order):
        self.env.flush_all()
        self.assertEqual(self.url_open(order.get_portal_url()).status_code, 200)
        self.env.invalidate_all()

    def _row(self, event):
        return self.history().filtered(lambda row: row.event == f"sale.order:{event}")

    def test_x02_viewed_in_the_portal(self):
        order = self._sent()
        self._look(order)
        self.assertRecordValues(
            self._row("viewed"),
            [
                {
                    "headline": f"Quotation {order.name} viewed",
                    "direction": "in",
                    "user_id": self.seller.id,
                    "res_id": order.id,
                }
            ],
        )

    def test_viewed_once_a_day(self):
        order = self._sent()
        for day in ("2026-01-05", "2026-01-06"):
            with freeze_time(day):
                order._timeline_project_viewed()
                order._timeline_project_viewed()
        self.assertEqual(len(self._row("viewed")), 2)

    def test_our_own_look_is_no_view(self):
        order = self._sent()
        self.authenticate("crm_seller", "crm_seller")
        self._look(order)
        self.assertFalse(self._row("viewed"))

    def test_x02_signed_in_the_portal(self):
        order = self._sent()
        order.require_signature = True
        self.env.flush_all()
        answer = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {
                "access_token": order._portal_ensure_token(),
                "name": "Roland Mendel",
                "signature": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                "YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
            },
        )
        self.assertTrue(answer.get("force_refresh"), answer)
        self.env.invalidate_all()
        self.assertEqual(
            self._row("signed").headline,
            f"Quotation {order.name} signed by Roland Mendel",
        )
        self.assertTrue(self._row("confirmed"))
