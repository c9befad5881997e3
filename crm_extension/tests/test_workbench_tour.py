from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestWorkbenchTour(HttpCase, CrmExtensionCommon):
    """A salesperson works through the first page of the day (X04)."""

    def test_a_day_starts(self):
        today = fields.Date.today()
        for summary in ("Call back about samples", "Send the catalogue"):
            self.plan(self.customer, self.seller, summary=summary, date_deadline=today)
        self.start_tour(
            "/odoo/workbench",
            "crm_extension_workbench",
            login="crm_seller",
            timeout=300,
        )
        row = self.history(channel="call")
        self.assertEqual(row.subject, "Wants forty boxes")
        todos = self.env["mail.activity"].search([("user_id", "=", self.seller.id)])
        self.assertEqual(len(todos), 2, "the next step, and what was taken back")
