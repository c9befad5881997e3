from odoo.tests import HttpCase, tagged

from .test_quote import QuoteCommon


@tagged("post_install", "-at_install")
class TestQuoteTour(HttpCase, QuoteCommon):
    """X12: paste, choose, add and undo in the browser."""

    def test_x12_fast_entry(self):
        action = self.env.ref("sale.action_quotations_with_onboarding")
        self.start_tour(
            f"/odoo/action-{action.id}/{self.order.id}",
            "crm_extension_quote",
            login="crm_seller",
            timeout=300,
        )
        self.assertFalse(self.order.order_line)
        code = self.env["crm.product.code"].search([("code", "=", "Sir Rodney")])
        self.assertEqual(code.product_id, self.scones)
