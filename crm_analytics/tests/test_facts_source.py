from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .common_facts import FactCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestFactsSource(FactCommon):
    """A01: building over an existing database, and the nightly check."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sources = cls.env["crm.analytics.source"].sudo().search([])
        cls.booked = cls.sources.filtered(lambda source: source.kind == "booked")

    def test_a01_one_row_per_kind(self):
        """A01: set up at the installation, once."""
        self.env["crm.analytics.source"].sudo()._setup()
        self.assertEqual(
            self.env["crm.analytics.source"].search([]).mapped("kind"),
            ["booked", "invoiced", "delivered"],
        )

    def test_a01_building_goes_on_where_it_stopped(self):
        """A01: in batches, with progress; a document changed meanwhile is right."""
        orders = self._order("2026-03-04 10:00:00", 1)
        orders += self._order("2026-03-04 10:00:00", 20)
        self._work_off()
        expected = self._get_tables()
        self.booked._begin()
        self.booked.last_id = self.booked.max_id - 1
        self.assertFalse(self.booked.is_built)
        self.assertGreater(self.booked.progress, 0)
        self.booked._build_batch()
        self.assertTrue(self.booked.is_built)
        self.assertEqual(self._get_tables(), expected)

    def test_a01_building_by_the_clock(self):
        """A01: the scheduled action finishes what was begun."""
        self._order("2026-03-04 10:00:00", 100)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_analytics_fact WHERE kind = 'booked'")
        self.booked._begin()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "crm_analytics.ir_cron_analytics_build"
            ).method_direct_trigger()
        self.assertTrue(self.booked.is_built)
        self.assertTrue(self.Fact.search([("kind", "=", "booked")]))

    def test_a01_check_finds_names_and_repairs(self):
        """A01: a change past Odoo is found the next night, named and put right."""
        order = self._order("2026-03-04 10:00:00", 100)
        self._work_off()
        self.booked.action_check()
        self.assertFalse(self.booked.difference_count)
        self.env.cr.execute(
            "UPDATE sale_order_line SET price_subtotal = 300 WHERE order_id = %s",
            [order.id],
        )
        self.booked.action_check()
        self.assertEqual(self.booked.difference_count, 1)
        self.assertEqual(self.booked.difference_note, order.name)
        self.env.invalidate_all()
        self.assertEqual(self._get_reported(), self._get_by_hand())

    def test_a01_check_repairs_the_sums(self):
        """A01: sums that are not those of their facts are counted again."""
        self._order("2026-03-04 10:00:00", 100)
        self._work_off()
        expected = self._get_tables()
        self.env.cr.execute("UPDATE crm_analytics_day SET amount = amount + 1")
        self.env.cr.execute("DELETE FROM crm_analytics_partner_month")
        self.sources._check()
        self.assertEqual(self._get_tables(), expected)

    def test_a01_check_leaves_the_queue_alone(self):
        """A01: a document that waits is no difference."""
        self._order("2026-03-04 10:00:00", 100)
        self.booked._check()
        self.assertFalse(self.booked.difference_count)

    def test_a01_only_an_administrator_counts_again(self):
        """A01: neither a salesperson nor a reader of reports."""
        for login in ("nancy", "robert"):
            user = self.env["res.users"].search([("login", "=", f"report_{login}")])
            for method in ("action_check", "action_rebuild"):
                with self.assertRaises(AccessError):
                    getattr(self.booked.with_user(user), method)()
