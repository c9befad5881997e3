from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCompanyTimezone(TransactionCase):
    """One answer to "which day is it in this company", for warranties and reports."""

    def test_order(self):
        """The address wins, then the working calendar, then UTC; never the reader."""
        company = self.env["res.company"].create({"name": "Far away"})
        self.env.user.tz = "Pacific/Auckland"
        company.partner_id.tz = "Asia/Taipei"
        company.resource_calendar_id.tz = "America/New_York"
        self.assertEqual(company._local_timezone(), "Asia/Taipei")
        company.partner_id.tz = False
        self.assertEqual(company._local_timezone(), "America/New_York")
        company.resource_calendar_id = False
        self.assertEqual(company._local_timezone(), "UTC")
