from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestVisitSource(CrmExtensionCommon):
    """X06: where a customer came from, at first and the last time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair, cls.search, cls.friend = cls.env["utm.source"].create(
            [{"name": "Fair"}, {"name": "Search engine"}, {"name": "A friend"}]
        )
        cls.campaign = cls.env["utm.campaign"].create({"name": "Spring"})
        cls.phone = cls.env.ref("utm.utm_medium_phone")

    def assertTouches(self, first, last, customer=None):
        customer = customer or self.customer
        self.assertRecordValues(
            customer, [{"first_source_id": first.id, "last_source_id": last.id}]
        )

    def test_x06_lead_is_the_first_touch_of_the_company(self):
        lead = self.make_lead(
            self.contact,
            source_id=self.fair.id,
            medium_id=self.phone.id,
            campaign_id=self.campaign.id,
        )
        self.assertRecordValues(
            self.customer,
            [
                {
                    "first_source_id": self.fair.id,
                    "first_medium_id": self.phone.id,
                    "first_campaign_id": self.campaign.id,
                    "first_touch_date": lead.create_date,
                    "last_source_id": self.fair.id,
                }
            ],
        )
        self.assertFalse(self.contact.first_source_id, "held by the company")

    def test_x06_later_touches_move_the_last_one_only(self):
        self.make_lead(self.customer, source_id=self.fair.id)
        self.log(user=self.seller, source_id=self.search.id)
        self.assertTouches(self.fair, self.search)
        self.log(source_id=self.friend.id, date="2020-01-01 10:00:00")
        self.assertTouches(self.fair, self.search)

    def test_x06_order_of_the_web_shop_is_a_touch(self):
        self.log(source_id=self.fair.id, date="2020-01-01 10:00:00")
        order = self.make_order(source_id=self.friend.id)
        self.assertTouches(self.fair, self.friend)
        self.assertEqual(self.customer.last_touch_date, order.create_date)

    def test_x06_carried_through_conversion(self):
        """The lead knew its source before it knew its customer."""
        lead = self.make_lead(
            type="lead", source_id=self.fair.id, partner_name="New Ltd", user_id=False
        )
        row = self.log(self.env["res.partner"], lead_id=lead.id)
        self.assertEqual(row.source_id, self.fair)
        wizard = self.env["crm.lead2opportunity.partner"].with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        )
        wizard.create({"name": "convert", "action": "create"}).action_apply()
        customer = lead.partner_id.commercial_partner_id
        self.assertTouches(self.fair, self.fair, customer)
        self.assertEqual(customer.first_touch_date, lead.create_date)
        self.assertEqual(lead.source_id, self.fair)

    def test_rows_of_a_lead_carry_its_source_but_are_no_touch(self):
        lead = self.make_lead(self.customer, source_id=self.fair.id)
        self.make_lead(self.customer, source_id=self.search.id)
        order = self.make_order(opportunity_id=lead.id, source_id=self.fair.id)
        order.action_confirm()
        row = self.log(lead_id=lead.id)
        self.assertEqual((row | self.history(res_id=order.id)).source_id, self.fair)
        self.assertTouches(self.fair, self.search)

    def test_chosen_source_of_a_row_stays(self):
        lead = self.make_lead(self.customer, source_id=self.fair.id)
        row = self.log(lead_id=lead.id, source_id=self.friend.id)
        self.assertEqual(row.source_id, self.friend)
        self.assertTouches(self.fair, self.friend)

    def test_x06_typed_with_a_new_customer(self):
        customer = self.env["res.partner"].with_user(self.seller)
        customer = customer.create({"name": "New", "first_source_id": self.fair.id})
        self.assertTrue(customer.first_touch_date)
        self.make_lead(customer, source_id=self.search.id)
        self.assertTouches(self.fair, self.search, customer)

    def test_x06_first_touch_is_never_overwritten(self):
        self.customer.with_user(self.seller).first_source_id = self.fair
        with self.assertRaisesRegex(UserError, "is known already"):
            self.customer.with_user(self.seller).first_source_id = self.search
        with self.assertRaisesRegex(UserError, "is known already"):
            self.customer.with_user(self.seller).first_source_id = False
        self.customer.with_user(self.seller).first_source_id = self.fair
        self.customer.with_user(self.manager).first_source_id = self.search
        self.assertEqual(self.customer.first_source_id, self.search)

    def test_same_source_again_writes_the_customer_once_a_day(self):
        self.log(source_id=self.fair.id, date="2026-01-05 08:00:00")
        self.log(source_id=self.fair.id, date="2026-01-05 18:00:00")
        at = Datetime.to_datetime
        self.assertEqual(self.customer.last_touch_date, at("2026-01-05 08:00:00"))
        self.log(source_id=self.fair.id, date="2026-01-06 18:00:00")
        self.assertEqual(self.customer.last_touch_date, at("2026-01-06 18:00:00"))

    def test_x06_merge_of_customers_keeps_the_earliest_and_the_latest(self):
        twin = self.make_customer("Ernst Handel GmbH")
        self.log(twin, source_id=self.fair.id, date="2025-01-05 08:00:00")
        self.log(
            source_id=self.search.id,
            campaign_id=self.campaign.id,
            date="2026-01-05 08:00:00",
        )
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.customer | twin).ids, self.customer, extra_checks=False)
        self.assertTouches(self.fair, self.search)
        self.assertFalse(self.customer.first_campaign_id, "a touch is kept as a whole")
        self.assertEqual(self.customer.last_campaign_id, self.campaign)

    def test_x06_merge_of_leads_keeps_a_source(self):
        first = self.make_lead(self.customer)
        second = self.make_lead(self.customer, source_id=self.fair.id)
        merged = (first | second).merge_opportunity()
        self.assertEqual(merged.source_id, self.fair)

    def test_x06_filter_and_group(self):
        self.make_lead(self.customer, source_id=self.fair.id)
        self.log(source_id=self.fair.id)
        for model, name in (
            ("res.partner", "first_source_id"),
            ("res.partner", "last_source_id"),
            ("crm.interaction", "source_id"),
            ("crm.lead", "source_id"),
        ):
            rows = self.env[model].with_user(self.seller)
            groups = dict(rows._read_group([], [name], ["__count"]))
            self.assertTrue(groups.get(self.fair), (model, name))

    def test_x06_feeds_conversion_by_source(self):
        """What a report needs: won and lost by source of the lead and the customer."""
        won, lost = (
            self.make_lead(self.customer, source_id=self.fair.id) for _n in "ab"
        )
        won.action_set_won()
        lost.action_set_lost()
        leads = self.env["crm.lead"].with_context(active_test=False)
        domain = [
            ("partner_id.commercial_partner_id.first_source_id", "=", self.fair.id)
        ]
        groups = leads._read_group(domain, ["source_id", "won_status"], ["__count"])
        self.assertEqual(
            sorted(groups, key=lambda group: group[1]),
            [(self.fair, "lost", 1), (self.fair, "won", 1)],
        )

    def test_many_touches_cost_few_queries(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(50)]
        )
        touches = [
            {
                "partner_id": customer.id,
                "date": Datetime.now(),
                "campaign_id": False,
                "source_id": self.fair.id,
                "medium_id": False,
            }
            for customer in customers
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            self.env["res.partner"]._record_touches(touches)
            self.env.flush_all()
        self.assertEqual(customers.first_source_id, self.fair)
