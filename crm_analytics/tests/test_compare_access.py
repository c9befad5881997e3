import psycopg2.errors

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY
from .common_facts import FactCommon
from .common_hidden import HiddenFields


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestCompareAccess(HiddenFields, FactCommon):
    """A01: own, team, all and companies; margins; drill-down; a read replica."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team.member"].create(
            [
                {"crm_team_id": cls.team.id, "user_id": cls.nancy.id},
                {"crm_team_id": cls.other_team.id, "user_id": cls.robert.id},
            ]
        )
        south = {"team_id": cls.other_team.id, "user_id": cls.robert.id}
        cls._order("2026-03-04 10:00:00", 1)
        cls._order("2026-03-04 10:00:00", 10, user_id=cls.robert.id)
        cls._order("2026-03-04 10:00:00", 100, partner=cls.vins, **south)

    def _get_booked(self, user, groupby=()):
        rows = self._read_report(self._get_year(2026), ["booked"], groupby, user=user)
        return rows[0] if not groupby else sum(row[0] for row in rows.values())

    def test_a01_own_team_and_all_from_every_table(self):
        """A01: who sees what does not depend on the table that answers."""
        member = self._new_user("member", "crm_extension.crm_extension_group_team")
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team.id, "user_id": member.id}
        )
        everything = self._new_user("all", "sales_team.group_sale_salesman_all_leads")
        reader = self._new_user("reader", "crm_analytics.crm_analytics_group_user")
        for settled in (False, True):
            if settled:
                self._work_off()
            for groupby in ([], ["date:month"], ["partner_id"], ["product_id"]):
                for user, expected in (
                    (self.nancy, 1),
                    (self.robert, 110),
                    (member, 11),
                    (everything, 111),
                    (reader, 0),
                ):
                    with self.subTest(user=user.login, groupby=groupby):
                        self.assertEqual(self._get_booked(user, groupby) or 0, expected)

    def test_a01_others_are_refused(self):
        """A01: no report for other employees or the portal, no tables for sellers."""
        for login, groups in (
            ("clerk", "base.group_user"),
            ("guest", "base.group_portal"),
        ):
            with self.assertRaises(AccessError):
                self._get_booked(self._new_user(login, groups))
        for name in ("fact", "fact.line", "day", "partner.month", "dirty", "source"):
            with self.assertRaises(AccessError):
                self.env[f"crm.analytics.{name}"].with_user(self.nancy).search([])

    def test_a01_other_companies_are_out_of_reach(self):
        """A01: neither rules nor sudo open a company that is not chosen."""
        other = self.setup_other_company()["company"]
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
        root = self.env.ref("base.user_root")
        year = self._get_year(2026)
        for groupby in ([], ["partner_id"], ["product_id"]):
            rows = (
                self.Report.with_user(root)
                .with_context(allowed_company_ids=self.company.ids)
                ._read_group(year, groupby, ["invoiced:sum"])
            )
            self.assertFalse(sum(row[-1] or 0 for row in rows))
        with self.assertRaises(AccessError):
            self._read_report(
                [], ["booked"], user=self.nancy, companies=self.company + other
            )

    def test_a01_margins_are_refused_by_every_way(self):
        """A01: no read, sum, order, group, having, filter or export of a margin."""
        names = [name for name in self.Report._fields if "margin" in name]
        self.assertEqual(len(names), 12)
        self.assertHidden(self.Report, names)

    def test_a01_views_open_without_margin_rights(self):
        """A01: the views do not name what the reader may not see."""
        Report = self.Report.with_user(self.nancy)
        kinds = [(False, kind) for kind in ("pivot", "graph", "list", "search")]
        for kind, view in Report.get_views(kinds)["views"].items():
            self.assertNotIn("margin", view["arch"], kind)

    def test_a01_drill_down_adds_up_to_the_number(self):
        """A01: the orders behind a cell sum up to it, within the reader's rights."""
        march = self._get_month(2026, 3)
        for user, expected in ((self.nancy, 1), (self.env.user, 111)):
            Report = self.Report.with_user(user)
            action = Report.action_open_documents(march, "sale.order")
            orders = self.env["sale.order"].browse(action.get("res_id") or [])
            orders = orders or orders.search(action["domain"])
            self.assertEqual(sum(orders.mapped("amount_untaxed")), expected)

    def test_a01_rows_open_their_document(self):
        """A01: a row of the list opens its order, invoice or transfer."""
        order = self._order("2026-03-05 10:00:00", 7)
        picking = self._deliver(order)
        invoice = self._invoice_order(order, "2026-03-06")
        rows = self.Report.search(
            [
                ("series", "=", "current"),
                ("booked", "in", (0, 7)),
                ("date", ">", "2026-03-04"),
            ]
        )
        found = {
            (action["res_model"], action["res_id"])
            for action in (row.action_open_document() for row in rows)
        }
        for document in (order, picking, invoice):
            self.assertIn((document._name, document.id), found)

    def test_a01_ids_are_stable_and_unique(self):
        """A01: a row keeps its id when the queue is worked off."""
        self._invoice_order(self._order("2026-03-05 10:00:00", 7), "2026-03-06")
        before = sorted(self.Report.search([]).ids)
        self.assertEqual(len(before), len(set(before)))
        self._work_off()
        self.assertEqual(sorted(self.Report.search([]).ids), before)

    def test_a01_runs_on_a_read_only_cursor_with_two_currencies(self):
        """A01: a read replica can serve every column from every table."""
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
            if field.store
            and field.aggregator
            and name != "id"
            and "quantity" not in name
        ]
        self.env.flush_all()
        self.env.cr.flush()
        with (
            self.enter_registry_test_mode(),
            self.env.registry.cursor(readonly=True) as cr,
        ):
            reader = Report.with_env(Report.env(cr=cr))
            for group in ("date:month", "partner_id", "product_id", "fiscal_year"):
                reader.formatted_read_grouping_sets(
                    self._get_year(2026), [[group, "user_id"], []], measures
                )
            reader.search_read(self._get_year(2026), ["partner_id", "booked"], limit=5)
            with (
                self.assertRaises(psycopg2.errors.ReadOnlySqlTransaction),
                mute_logger("odoo.sql_db"),
            ):
                cr.execute("CREATE TEMPORARY TABLE x (id int)")

    def test_a01_two_currencies(self):
        """A01: the sums of another company come in ours, at the document's rate."""
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0)])
        daughter = self.setup_other_company(name="Daughter", currency_id=euro.id)[
            "company"
        ]
        euro.rate_ids.company_id = False
        self.env.user.company_ids += daughter
        move = (
            self.env["account.move"]
            .with_context(allowed_company_ids=daughter.ids)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.ernst.id,
                    "invoice_date": "2026-03-04",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "x",
                                "price_unit": 100,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()
        for _moment in ("waiting", "settled"):
            rows = self._read_report(
                self._get_year(2026),
                ["invoiced"],
                ["company_id"],
                companies=self.company + daughter,
            )
            self.assertEqual(rows[daughter,], (50,))
            self._work_off()

    def test_a01_number_of_queries_does_not_grow(self):
        """A01: a pivot is two queries, the queue and the figures, at any size."""
        self._work_off()
        Report = self.Report.with_user(self.nancy)
        groups = [["user_id", "date:month"], ["user_id"], ["date:month"], []]
        aggregates = ["booked:sum", "booked_growth:avg", "invoiced_lm:sum"]
        Report._read_grouping_sets([], groups, aggregates)
        with self.assertQueryCount(2):
            Report._read_grouping_sets([], groups, aggregates)
        with self.assertQueryCount(2):
            Report.search_fetch([], ["partner_id", "booked", "date"], limit=80)

    def test_a01_smallest_table_that_knows_the_columns(self):
        """A01: month by salesperson reads the days, a customer the documents."""
        for groupby, domain, grain in (
            (["date:month", "user_id"], [("team_id.name", "=", "x")], "day"),
            (["fiscal_year"], [("series", "=", "current")], "day"),
            (["partner_id.country_id"], [], "document"),
            (["user_id"], [("partner_id", "child_of", 1)], "document"),
            (["user_id"], [("product_categ_id", "=", 1)], "line"),
            (["user_id"], [("id", "=", 1)], "line"),
        ):
            Report = self.Report._with_scope(domain, groupby, ["booked:sum"], None)
            self.assertEqual(Report._get_grain(), grain, (groupby, domain))
