from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .common_facts import FactCommon


def _nothing(*_args):
    """Stand in for a hook that is switched off."""


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFacts(FactCommon):
    """A01: what counts, for whom, on which day, at which moment."""

    def test_a01_exact_before_and_after_the_queue_is_worked_off(self):
        """A01: the same figure at any moment, from any of the three tables."""
        order = self._order("2026-03-04 10:00:00", 100)
        self._make_invoice(self.ernst, "2026-03-05", 70)
        self._make_invoice(self.ernst, "2026-03-06", 20, refund=True)
        self._deliver(order)
        for moment in ("waiting", "settled"):
            by_hand = self._get_by_hand()
            for groupby in ([], ["user_id"], ["partner_id"], ["product_id"]):
                with self.subTest(moment, groupby=groupby):
                    self.assertEqual(self._get_reported(*groupby), by_hand)
            self._work_off()

    def test_a01_changes_of_settled_documents_show_at_once(self):
        """A01: a change, a cancellation and a deletion are seen without waiting."""
        order = self._order("2026-03-04 10:00:00", 100)
        self._work_off()
        order.order_line.price_unit = 130
        self.assertEqual(self._read_report([], ["booked"])[0], self._total("booked"))
        self.assertEqual(self._mine("booked"), 130)
        self._work_off()
        order._action_cancel()
        self.assertEqual(self._mine("booked"), 0)
        order.unlink()
        self.assertEqual(self._mine("booked"), 0)
        self._work_off()
        self.assertEqual(self._mine("booked"), 0)
        self.assertFalse(self.Fact.search([("partner_id", "=", self.ernst.id)]))

    def _mine(self, measure):
        domain = [("partner_id", "=", self.ernst.id), ("series", "=", "current")]
        return self._read_report(domain, [measure])[0] or 0

    def _total(self, measure):
        return self._get_by_hand()[measure]

    def test_a01_line_that_goes_takes_its_figure_along(self):
        """A01: deleting a line of a confirmed order is a change of the order."""
        order = self._order("2026-03-04 10:00:00", 100)
        order.order_line = [
            Command.create({"product_id": self.chai.id, "price_unit": 7.0})
        ]
        self._work_off()
        self.assertEqual(self._mine("booked"), 107)
        order.order_line[1].product_uom_qty = 0
        self.assertEqual(self._mine("booked"), 100)

    def test_a01_quotations_do_not_count(self):
        """A01: neither a draft nor a draft invoice reaches the queue."""
        self._work_off()
        self.env["sale.order"].create(
            {
                "partner_id": self.ernst.id,
                "order_line": [Command.create({"product_id": self.chai.id})],
            }
        )
        self.env.flush_all()
        self.env.cr.flush()
        self.assertFalse(self.Dirty.search([]))

    def test_a01_day_is_that_of_the_company(self):
        """A01: half past eleven at night in Shanghai is still that day's sale."""
        self.company.partner_id.tz = "Asia/Shanghai"
        self._order("2026-03-31 15:30:00", 100)
        self._order("2026-03-31 16:30:00", 7)
        rows = self._read_report(
            self._get_year(2026), ["booked"], ["document_date:day"], user=self.nancy
        )
        self.assertEqual(
            {str(day): value for (day,), (value,) in rows.items() if value},
            {"2026-03-31": 100, "2026-04-01": 7},
        )

    def test_a01_credit_stays_with_who_sold(self):
        """A01: handing the order over does not rewrite history."""
        order = self._order("2026-03-04 10:00:00", 100)
        order.write({"user_id": self.robert.id, "team_id": self.other_team.id})
        self.assertEqual(
            self._read_report(self._get_month(2026, 3), ["booked"], ["user_id"]),
            {(self.nancy,): (100,)},
        )
        self.assertEqual(order.credit_team_id, self.team)

    def test_a01_credit_of_older_orders_is_settled_when_it_would_change(self):
        """A01: orders confirmed before the addon came keep their salesperson, too."""
        order = self._order("2026-03-04 10:00:00", 100)
        order.write(dict.fromkeys(("credit_user_id", "credit_date"), False))
        order.user_id = self.robert
        self.assertEqual(order.credit_user_id, self.nancy)

    def test_a01_credit_begins_anew_with_the_order(self):
        """A01: cancelled, given to a colleague and confirmed again: the colleague's."""
        order = self._order("2026-03-04 10:00:00", 100)
        order._action_cancel()
        order.action_draft()
        order.user_id = self.robert
        order.action_confirm()
        self.assertEqual(order.credit_user_id, self.robert)

    def test_a01_nobody_takes_the_credit(self):
        """A01: only a sales administrator corrects whose sale it was."""
        order = self._order("2026-03-04 10:00:00", 100, user_id=self.robert.id)
        own = order.with_user(self.robert)
        with self.assertRaises(AccessError):
            own.write({"credit_user_id": self.robert.id})
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.nancy).create(
                {"partner_id": self.ernst.id, "credit_user_id": self.nancy.id}
            )
        boss = self._new_user("boss", "sales_team.group_sale_manager")
        order.with_user(boss).credit_user_id = self.nancy
        self.assertEqual(
            self._read_report(self._get_month(2026, 3), ["booked"], ["user_id"]),
            {(self.nancy,): (100,)},
        )

    def test_a01_salesperson_confirms_without_further_rights(self):
        """A01: settling the credit needs no right of its own."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.ernst.id,
                "user_id": self.nancy.id,
                "order_line": [Command.create({"product_id": self.chai.id})],
            }
        )
        order.with_user(self.nancy).action_confirm()
        self.assertEqual(order.credit_user_id, self.nancy)

    def test_a01_delivered_minus_returned(self):
        """A01: goods that come back lower the delivered figure, not the booked one."""
        order = self._make_order(self.ernst, "2026-03-04 10:00:00", quantity=4)
        picking = self._deliver(order)
        self._return(picking, 1)
        domain = [("partner_id", "=", self.ernst.id), ("series", "=", "current")]
        self.assertEqual(
            self._read_report(
                domain, ["booked", "delivered", "delivered_quantity", "invoiced"]
            ),
            (72, 54, 3, 0),
        )

    def test_a01_foreign_currency_at_the_rate_of_the_document(self):
        """A01: yesterday's order does not move with today's rate."""
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-06-01", 4.0)]
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": euro.id}
        )
        self._order("2026-03-04 10:00:00", 100, pricelist_id=pricelist.id)
        self._order("2026-07-04 10:00:00", 100, pricelist_id=pricelist.id)
        self.assertEqual(self._mine("booked"), 75)

    def test_a01_contact_counts_for_its_company_of_today(self):
        """A01: a contact that joins a company brings its past along."""
        self._order("2026-03-04 10:00:00", 100, partner=self.roland)
        self._work_off()
        self.assertEqual(self._mine("booked"), 100)
        self.roland.parent_id = self.vins
        self.assertEqual(self._mine("booked"), 0)

    def test_a01_same_figure_as_the_customer_report(self):
        """A01: two reports, one figure: revenue and margin of every customer."""
        order = self._make_order(self.ernst, "2026-03-01", quantity=4, cost=11.0)
        self._invoice_order(order, "2026-03-04")
        self._make_invoice(self.vins, "2026-03-06", 20, refund=True)
        self._work_off()
        year = self._get_year(2026)
        ours = self.Report._read_group(
            [*year, ("kind", "=", "invoiced")],
            ["partner_id"],
            ["invoiced:sum", "invoiced_margin:sum", "invoiced_ly:sum"],
        )
        theirs = self.env["crm.customer.report.month"]._read_group(
            [*year, ("document_kind", "=", "invoice")],
            ["partner_id"],
            ["revenue:sum", "margin:sum", "revenue_ly:sum"],
        )
        self.assertEqual(sorted(ours, key=repr), sorted(theirs, key=repr))

    def test_a01_number_of_queries_of_a_confirmation(self):
        """A01: queue and credit cost a confirmation two statements at most."""
        self._count_confirmation()  # fills what is cached
        watched = self._count_confirmation()
        self.assertTrue(self.Dirty.search([("kind", "=", "booked")]))
        self.patch(self.registry["crm.analytics.dirty"], "_note", _nothing)
        self.patch(self.registry["sale.order"], "_freeze_credit", _nothing)
        self.assertLessEqual(watched - self._count_confirmation(), 2)

    def _count_confirmation(self):
        """Return the number of queries of confirming one order, commit included."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.ernst.id,
                "order_line": [Command.create({"product_id": self.chai.id})],
            }
        )
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        order.action_confirm()
        self.env.cr.flush()
        return self.cr.sql_log_count - before

    def test_a01_many_changes_wake_the_refresh(self):
        """A01: a mass change does not wait for the next turn of the clock."""
        cron = self.env.ref("crm_analytics.ir_cron_analytics_refresh")
        domain = [("cron_id", "=", cron.id)]
        before = self.env["ir.cron.trigger"].search_count(domain)
        self._order("2026-03-04 10:00:00", 100)
        self.env.flush_all()
        self.env.cr.flush()
        self.assertEqual(self.env["ir.cron.trigger"].search_count(domain), before)
        self.patch(self.registry["crm.analytics.dirty"], "_many", 1)
        self._order("2026-03-04 10:00:00", 100)
        self.env.flush_all()
        self.env.cr.flush()
        self.assertGreater(self.env["ir.cron.trigger"].search_count(domain), before)

    def test_a01_refresh_by_the_clock(self):
        """A01: the scheduled action empties the queue; a second run does nothing."""
        self._order("2026-03-04 10:00:00", 100)
        self.env.flush_all()
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref(
                "crm_analytics.ir_cron_analytics_refresh"
            ).method_direct_trigger()
        self.assertFalse(self.Dirty.search_count([]))
        self.assertEqual(self._mine("booked"), 100)
