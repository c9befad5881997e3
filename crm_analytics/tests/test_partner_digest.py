from odoo import fields
from odoo.tests import Form, freeze_time, tagged

from .common import TODAY
from .common_service import CustomerServiceCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestPartnerDigest(CustomerServiceCommon):
    """A01, A02: the customer's figures on the customer, and in the digest."""

    def test_a02_twelve_months_against_the_twelve_before(self):
        """A02: the smart button compares the last 12 months with those before."""
        self._make_invoice(self.ernst, "2026-11-22", 60)
        self._make_invoice(self.ernst, "2025-11-23", 60)
        self._make_invoice(self.ernst, "2025-11-22", 90)
        self._make_invoice(self.ernst, "2024-11-23", 10)
        self._make_invoice(self.ernst, "2024-11-22", 1000)
        for partner in (self.ernst, self.roland):
            self.assertEqual(partner.analytics_revenue, 120)
            self.assertEqual(partner.analytics_revenue_ly, 100)
            self.assertAlmostEqual(partner.analytics_growth, 0.2)
        self.assertEqual(self.vins.analytics_revenue, 0)

    def test_a08_profit_on_the_customer(self):
        """A08: margin, service cost and what is left of it."""
        self._make_invoice(self.ernst, "2026-11-20", 60)
        self._sell_washer(self.ernst)
        self._repair_unit(self.ernst, ("add", self.heater, 2))
        self.assertRecordValues(
            self.ernst,
            [
                {
                    "analytics_margin": 60,
                    "analytics_service_cost": 14,
                    "analytics_profit": 46,
                }
            ],
        )

    def test_a01_list_of_customers_is_one_query(self):
        """A01: the figures of many customers cost one query."""
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(20)]
        )
        partners = partners.with_user(self.nancy)
        partners.mapped("commercial_partner_id.name")
        self.Report.with_user(self.nancy)._read_group([], [], ["revenue:sum"])
        self.env.flush_all()
        with self.assertQueryCount(1):
            partners.mapped("analytics_revenue")

    def test_a01_form_of_a_salesperson(self):
        """A01: the salesperson's form shows the revenue but no margin."""
        self._make_invoice(self.ernst, "2026-11-20", 60)
        form = Form(self.ernst.with_user(self.nancy))
        self.assertEqual(form.analytics_revenue, 60)
        self.assertNotIn("analytics_margin", form._view["fields"])

    def test_a01_form_of_other_employees(self):
        """A01: who may not read the report opens the form as before."""
        clerk = self._new_user("clerk", "base.group_user,base.group_partner_manager")
        form = Form(self.ernst.with_user(clerk))
        self.assertNotIn("analytics_revenue", form._view["fields"])

    def test_a01_button_opens_the_customers_report(self):
        """A01: from a contact the button opens the figures of its company."""
        action = self.roland.with_user(self.nancy).action_open_analytics()
        self.assertEqual(action["res_model"], "crm.customer.report.month")
        self.assertEqual(action["domain"], [("partner_id", "=", self.ernst.id)])

    def _digest_value(self, kpi, user):
        digest = self.env["digest.digest"].create(
            {"name": "Sales", "company_id": self.company.id, kpi: True}
        )
        now = fields.Datetime.now()
        return digest.with_user(user).with_context(
            start_datetime=fields.Datetime.subtract(now, days=7), end_datetime=now
        )[f"{kpi}_value"]

    def test_a01_digest_counts_the_documents_of_the_receiver(self):
        """A01: own revenue for a salesperson, all for the manager."""
        self._make_invoice(self.ernst, "2026-11-20", 60)
        self._make_invoice(self.ernst, "2026-11-20", 40, invoice_user_id=self.robert.id)
        self._make_invoice(self.ernst, "2026-11-15", 1000)
        kpi = "kpi_crm_customer_revenue"
        self.assertEqual(self._digest_value(kpi, self.nancy.sudo(False)), 60)
        boss = self._new_user("boss", "sales_team.group_sale_manager")
        self.assertEqual(self._digest_value(kpi, boss), 100)

    def test_a08_digest_without_margin_rights_leaves_the_cost_out(self):
        """A08: a receiver without margin rights gets a digest without that figure."""
        digest = self.env["digest.digest"].create(
            {
                "name": "Sales",
                "company_id": self.company.id,
                "kpi_crm_customer_revenue": True,
                "kpi_crm_service_cost": True,
            }
        )
        names = [
            kpi["kpi_name"] for kpi in digest._compute_kpis(self.company, self.nancy)
        ]
        self.assertEqual(names, ["kpi_crm_customer_revenue"])
        boss = self._new_user("boss", "sales_team.group_sale_manager")
        names = [kpi["kpi_name"] for kpi in digest._compute_kpis(self.company, boss)]
        self.assertEqual(names, ["kpi_crm_customer_revenue", "kpi_crm_service_cost"])
