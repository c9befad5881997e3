import json

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import file_open

from ..tools import build_dashboard, customer_dashboard, sales_dashboard, spreadsheet


@tagged("post_install", "-at_install")
class TestDashboard(TransactionCase):
    """A01: the dashboard is what its script builds, and reads what exists."""

    def test_a01_files_are_those_of_the_script(self):
        """A01: nobody edited the JSON by hand or forgot to build it."""
        for name, content in build_dashboard.build_all().items():
            with file_open(f"crm_analytics/data/files/{name}") as file:
                self.assertEqual(file.read(), content, name)

    def test_a01_measures_exist(self):
        """A01: each measure, group and filter is a field of the report."""
        for description in (customer_dashboard, sales_dashboard):
            fields = self.env[description.MODEL]._fields
            dashboard = description.build(sample=False)
            self.assertTrue(self.env.ref(description.MENU).action)
            for pivot in dashboard["pivots"].values():
                for measure in pivot["measures"]:
                    self.assertTrue(fields[measure["fieldName"]].aggregator)
                for row in pivot["rows"]:
                    self.assertIn(row["fieldName"], fields)
                for match in pivot["fieldMatching"].values():
                    self.assertIn(match["chain"], fields)

    def test_a01_sample_while_there_are_no_figures(self):
        """A01: an empty company sees the sample instead of empty charts."""
        company = self.env["res.company"].create({"name": "New"})
        for name, description in build_dashboard.DASHBOARDS.items():
            dashboard = self.env.ref(f"crm_analytics.spreadsheet_dashboard_{name}")
            dashboard = dashboard.with_context(allowed_company_ids=company.ids)
            self.assertTrue(dashboard._dashboard_is_empty())
            self.assertEqual(
                dashboard._get_sample_dashboard(),
                json.loads(spreadsheet.dump(description.build(sample=True))),
            )

    def test_a01_everybody_who_sells_reads_the_sales_dashboard(self):
        """A01: it names no figure that its readers may not see."""
        dashboard = self.env.ref("crm_analytics.spreadsheet_dashboard_sales")
        seller = new_test_user(
            self.env, "seller", groups="sales_team.group_sale_salesman"
        )
        self.assertLessEqual(dashboard.group_ids, seller.all_group_ids)
        fields = self.env[sales_dashboard.MODEL]._fields
        for pivot in sales_dashboard.build(sample=False)["pivots"].values():
            for measure in pivot["measures"]:
                self.assertFalse(fields[measure["fieldName"]].groups)

    def test_a01_dashboard_is_for_the_administrator(self):
        """A01: it shows margins, so only who may see them gets it."""
        dashboard = self.env.ref("crm_analytics.spreadsheet_dashboard_customer")
        manager = self.env.ref("crm_analytics.crm_analytics_group_manager")
        self.assertEqual(dashboard.group_ids, manager)
        self.assertIn(
            self.env.ref("crm_extension.crm_extension_group_margin"),
            manager.all_implied_ids,
        )
