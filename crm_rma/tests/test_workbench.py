from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestRmaWorkbench(CrmRmaCommon):
    """RMAs wait for their technician on the workbench (X04)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, "rma_seller", groups="sales_team.group_sale_salesman"
        )
        cls.customer.user_id = cls.seller
        lots = cls.make_lots(cls.product, ["WB-1"])
        cls.deliver(lots)
        cls.request = cls.rma(lots, user_id=cls.user.id)
        cls.bench = cls.env["crm.workbench"].with_user(cls.user)

    def waiting(self):
        self.env.flush_all()
        return [row["res_id"] for row in self.bench.bucket("rmas")["rows"]]

    def test_waits_while_the_move_is_ours(self):
        self.assertIn(self.request.id, self.waiting())
        self.request.action_approve()
        self.assertNotIn(self.request.id, self.waiting(), "the customer sends it in")
        self.request.action_receive()
        self.assertIn(self.request.id, self.waiting())
        counts = {b["name"]: b["count"] for b in self.bench.counts()["buckets"]}
        self.assertEqual(counts["rmas"], len(self.waiting()))

    def test_planned_rma_leaves(self):
        self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.rma"),
                "res_id": self.request.id,
                "user_id": self.user.id,
                "date_deadline": fields.Date.today(),
            }
        )
        self.assertNotIn(self.request.id, self.waiting())

    def test_report_is_logged_on_the_rma(self):
        self.bench.finish(
            {"model": "crm.rma", "res_id": self.request.id},
            {"channel": "call", "text": "Asked for the serial"},
            reason="They send it in",
        )
        rows = self.env["crm.interaction"].search(
            [("res_model", "=", "crm.rma"), ("res_id", "=", self.request.id)]
        )
        self.assertIn("Asked for the serial", rows.mapped("subject"))
        self.assertNotIn(self.request.id, self.waiting())

    def test_counts_in_twelve_queries(self):
        self.env.flush_all()
        self.bench.counts()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self.bench.counts()

    def test_seller_sees_the_open_rma_of_the_customer(self):
        preview = (
            self.env["crm.workbench"]
            .with_user(self.seller)
            .preview("res.partner", self.customer.id)
        )
        self.assertIn(
            (self.request.name, "New"),
            [(doc["name"], doc["state"]) for doc in preview["open"]],
        )
