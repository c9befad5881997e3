from odoo.tests import tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestCustomer360(CrmRmaCommon):
    """X03: deliveries and RMAs with their place on the page of the customer."""

    def _fetch(self, user=None):
        view = self.env["crm.customer.view"].with_user(user or self.env.user)
        page = view.customer_fetch(self.customer.id)
        groups = {
            group["name"]: group
            for section in page["sections"]
            for group in section["data"].get("groups", ())
        }
        return page, groups

    def test_rma_with_its_place_and_alert(self):
        lot = self.make_lots(self.product, ["OV-1"])
        self.deliver(lot)
        rma = self.rma(lot)
        self.walk(rma, until="action_start_repair")
        page, groups = self._fetch(self.user)
        [item] = groups["rmas"]["items"]
        self.assertEqual((item["id"], item["badge"]), (rma.id, "Bench"))
        self.assertEqual(page["phases"]["after"], 1)
        alert = next(alert for alert in page["alerts"] if alert["name"] == "rma")
        self.assertEqual(self.env["crm.rma"].search(alert["action"]["domain"]), rma)
        self.assertIn("crm.rma", [start["name"] for start in page["actions"]])

    def test_closed_rma_is_not_open(self):
        lot = self.make_lots(self.product, ["OV-2"])
        self.deliver(lot)
        self.walk(self.rma(lot))
        page, groups = self._fetch()
        self.assertNotIn("rmas", groups)
        self.assertEqual(page["phases"]["after"], 0)

    def test_delivery_under_way(self):
        self.sell({self.product: 1}).action_confirm()
        page, groups = self._fetch()
        self.assertEqual(groups["deliveries"]["count"], 1)
        self.assertEqual(groups["orders"]["count"], 1)
        self.assertEqual(page["phases"]["during"], 2)
