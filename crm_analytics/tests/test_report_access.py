import psycopg2.errors

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, CustomerReportCommon
from .common_hidden import HiddenFields

MARGIN_FIELDS = (
    "cost",
    "margin",
    "margin_ly",
    "margin_percent",
    "profit",
    "profit_ly",
    "revenue_uncosted",
    "service_cost",
    "service_cost_ly",
    "service_percent",
)


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestReportAccess(HiddenFields, CustomerReportCommon):
    """A01: own, team, all and companies; margins only for their group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team.member"].create(
            [
                {"crm_team_id": cls.team.id, "user_id": cls.nancy.id},
                {"crm_team_id": cls.other_team.id, "user_id": cls.robert.id},
            ]
        )
        south = {"team_id": cls.other_team.id, "invoice_user_id": cls.robert.id}
        cls._make_invoice(cls.ernst, "2026-03-04", 1)
        cls._make_invoice(cls.ernst, "2026-03-04", 10, invoice_user_id=cls.robert.id)
        cls._make_invoice(cls.vins, "2026-03-04", 100, **south)
        cls._make_invoice(
            cls.vins, "2026-03-04", 1000, **{**south, "invoice_user_id": False}
        )

    def _revenue_of(self, user):
        return self._read_report(self._get_year(2026), ["revenue"], user=user)[0]

    def test_a01_own_documents(self):
        """A01: a salesperson reads own documents and those of nobody."""
        self.assertEqual(self._revenue_of(self.nancy), 1 + 1000)
        self.assertEqual(self._revenue_of(self.robert), 10 + 100 + 1000)

    def test_a01_team_documents(self):
        """A01: with the team level, own and the team's."""
        member = self._new_user("member", "crm_extension.crm_extension_group_team")
        self.assertEqual(self._revenue_of(member), 1000)
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team.id, "user_id": member.id}
        )
        self.assertEqual(self._revenue_of(member), 1 + 10 + 1000)

    def test_a01_team_leader(self):
        """A01: who leads a team reads it without being a member."""
        leader = self._new_user("leader", "crm_extension.crm_extension_group_team")
        self.other_team.user_id = leader
        self.assertEqual(self._revenue_of(leader), 100 + 1000)

    def test_a01_all_documents(self):
        """A01: all documents, and the analytics administrator without sales rights."""
        for login, groups in (
            ("all", "sales_team.group_sale_salesman_all_leads"),
            ("boss", "sales_team.group_sale_manager"),
            ("analyst", "crm_analytics.crm_analytics_group_manager"),
        ):
            self.assertEqual(
                self._revenue_of(self._new_user(login, groups)), 1111, login
            )

    def test_a01_analytics_user_without_sales_rights_sees_no_colleague(self):
        """A01: the group alone opens only what belongs to nobody."""
        user = self._new_user("reader", "crm_analytics.crm_analytics_group_user")
        self.assertEqual(self._revenue_of(user), 1000)

    def test_a01_others_are_refused(self):
        """A01: no report for other employees or the portal."""
        for login, groups in (
            ("clerk", "base.group_user"),
            ("guest", "base.group_portal"),
        ):
            with self.assertRaises(AccessError):
                self._revenue_of(self._new_user(login, groups))

    def test_a01_other_companies_are_out_of_reach(self):
        """A01: neither the switcher nor sudo opens a company that is not chosen."""
        other = self.setup_other_company()["company"]
        boss = self._new_user("boss", "sales_team.group_sale_manager")
        self.env["account.move"].with_company(other).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ernst.id,
                "invoice_date": "2026-03-04",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "x", "price_unit": 5, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        ).action_post()
        self.assertEqual(self._revenue_of(boss), 1111)
        self.assertEqual(
            self._read_report(
                self._get_year(2026),
                ["revenue"],
                user=self.env.ref("base.user_root"),
                companies=self.company,
            ),
            (1111,),
        )
        boss.company_ids += other
        rows = self._read_report(
            self._get_year(2026),
            ["revenue"],
            ["company_id"],
            user=boss,
            companies=self.company + other,
        )
        self.assertEqual(rows[other,], (5,))
        with self.assertRaises(AccessError):
            self._read_report(
                [], ["revenue"], user=self.nancy, companies=self.company + other
            )

    def test_a01_margins_are_refused_by_every_way(self):
        """A01: no read, sum, order, group, having, filter or export of a margin."""
        self.assertHidden(self.Report, MARGIN_FIELDS)

    def test_a01_margins_for_their_group(self):
        """A01: the margin group opens the margin of own documents."""
        self.nancy.group_ids += self.env.ref("crm_extension.crm_extension_group_margin")
        [margin] = self._read_report(self._get_year(2026), ["margin"], user=self.nancy)
        self.assertEqual(margin, 1001)

    def test_a01_views_open_without_margin_rights(self):
        """A01: the report's views do not name what the reader may not see."""
        Report = self.Report.with_user(self.nancy)
        views = Report.get_views([(False, "pivot"), (False, "graph"), (False, "list")])
        for kind in ("pivot", "graph", "list"):
            self.assertNotIn("margin", views["views"][kind]["arch"], kind)
            self.assertNotIn("service_cost", views["views"][kind]["arch"], kind)

    def test_a01_runs_on_a_read_only_cursor_with_two_currencies(self):
        """A01: a read replica can serve every column of the report."""
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        other = self.setup_other_company(name="Daughter", currency_id=euro.id)[
            "company"
        ]
        Report = self.Report.with_context(
            allowed_company_ids=(self.company + other).ids
        )
        self.assertTrue(Report._is_multi_currency())
        measures = [
            self._get_aggregate(name)
            for name, field in Report._fields.items()
            if field.store and field.aggregator and name != "id"
        ]
        self.assertIn("revenue_growth:avg", measures)
        self.env.cr.flush()
        with (
            self.enter_registry_test_mode(),
            self.env.registry.cursor(readonly=True) as cr,
        ):
            reader = Report.with_env(Report.env(cr=cr))
            reader.formatted_read_grouping_sets(
                self._get_year(2026), [["partner_id", "date:month"], []], measures
            )
            reader.search_read(self._get_year(2026), ["partner_id", "revenue"], limit=5)
            with (
                self.assertRaises(psycopg2.errors.ReadOnlySqlTransaction),
                mute_logger("odoo.sql_db"),
            ):
                cr.execute("CREATE TEMPORARY TABLE x (id int)")

    def test_a01_number_of_queries_does_not_grow(self):
        """A01: a pivot is one query, however many rows and levels it has."""
        Report = self.Report.with_user(self.nancy)
        groups = [["partner_id", "date:month"], ["partner_id"], ["date:month"], []]
        Report._read_grouping_sets([], groups, ["revenue:sum", "revenue_growth:avg"])
        with self.assertQueryCount(1):
            Report._read_grouping_sets(
                [], groups, ["revenue:sum", "revenue_growth:avg"]
            )
        with self.assertQueryCount(1):
            Report.search_fetch([], ["partner_id", "revenue", "date"], limit=80)
