from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmExtensionCommon

TODAY = date(2025, 6, 11)


@tagged("post_install", "-at_install")
class LevelCommon(CrmExtensionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2025-06-11 10:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.levels = cls.env["crm.customer.level"].search([])
        cls.level_a, cls.level_b, cls.level_c = (
            cls.env.ref(f"crm_extension.crm_customer_level_{name}") for name in "abc"
        )
        (cls.levels - cls.level_a - cls.level_b - cls.level_c).active = False
        cls.level_a.write(
            {
                "min_revenue": 1000,
                "min_orders": 2,
                "min_potential": 9000,
                "is_suggested": True,
            }
        )
        cls.level_b.write(
            {
                "min_revenue": 100,
                "min_orders": 1,
                "min_potential": 0,
                "is_suggested": True,
            }
        )
        cls.level_c.write(
            {
                "min_revenue": 0,
                "min_orders": 0,
                "min_potential": 0,
                "is_suggested": True,
            }
        )

    @classmethod
    def bought(cls, customer, amount, orders=1, day="2025-03-01"):
        """A posted invoice and confirmed orders."""
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice" if amount > 0 else "out_refund",
                "partner_id": customer.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.products[0].id,
                            "price_unit": abs(amount),
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        move.action_post()
        for _number in range(orders):
            order = cls.make_order(customer, cls.products[:1])
            order.action_confirm()
            order.date_order = day


class TestLevelReview(LevelCommon):
    """X22: levels are suggested from figures, looked at, and applied with a trace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.company.chart_template:
            chart = cls.env["account.chart.template"]
            chart.try_loading("generic_coa", company=cls.company, install_demo=False)
        cls.others = cls.env["res.partner"].search([("customer_level_id", "!=", False)])
        cls.others.is_level_kept = True

    def review(self, user=None):
        action = self.env["crm.customer.level.review"].with_user(user or self.manager)
        action = action.action_review()
        return self.env["crm.customer.level.review"].browse(action["res_id"])

    def suggested(self):
        review = self.review()
        return {p.partner_id: p.new_level_id for p in review.proposal_ids}

    def test_figures(self):
        """X22: turnover and number of orders, or the potential by itself."""
        self.bought(self.customer, 1200, orders=2)
        self.bought(self.other_customer, 1200, orders=1)
        small = self.make_customer("Small")
        self.bought(small, 20)
        hopeful = self.make_customer("Hopeful", potential_value=9000)
        nobody = self.make_customer("Nobody")
        suggested = self.suggested()
        self.assertEqual(suggested[self.customer], self.level_a)
        self.assertEqual(suggested[self.other_customer], self.level_b)
        self.assertEqual(suggested[small], self.level_c)
        self.assertEqual(suggested[hopeful], self.level_a)
        self.assertNotIn(nobody, suggested, "no figures, no level")
        self.assertNotIn(self.contact, suggested, "people have no level of their own")

    def test_period_and_credit_notes(self):
        """X22: only the last twelve months, credit notes taken off."""
        self.bought(self.customer, 5000, orders=3, day="2024-06-11")
        self.bought(self.customer, 1200, orders=2)
        self.bought(self.customer, -300, orders=0)
        self.assertEqual(self.suggested()[self.customer], self.level_b)

    def test_what_is_not_suggested(self):
        """X22: a level that fits, and one that somebody keeps, is left alone."""
        self.bought(self.customer, 1200, orders=2)
        self.bought(self.other_customer, 1200, orders=2)
        self.customer.customer_level_id = self.level_a
        self.other_customer.write(
            {"customer_level_id": self.level_c.id, "is_level_kept": True}
        )
        self.assertFalse(self.suggested())

    def test_preview_changes_nothing(self):
        """X22: the review shows who goes up and down; nothing changes before."""
        self.bought(self.customer, 1200, orders=2)
        self.customer.customer_level_id = self.level_b
        self.other_customer.customer_level_id = self.level_a
        review = self.review()
        self.assertRecordValues(
            review,
            [{"up_count": 1, "down_count": 1, "new_count": 0, "open_count": 2}],
        )
        self.assertEqual(self.customer.customer_level_id, self.level_b)
        self.assertEqual(self.other_customer.customer_level_id, self.level_a)
        up = review.proposal_ids.filtered(lambda p: p.direction == "up")
        self.assertIn("1,200.00 in 12 months, 2 orders", up.reason)

    def test_apply(self):
        """X22: applying gives the level and writes it down."""
        self.bought(self.customer, 1200, orders=2)
        self.bought(self.other_customer, 200)
        review = self.review().with_user(self.manager)
        mine = review.proposal_ids.filtered(lambda p: p.partner_id == self.customer)
        (review.proposal_ids - mine).action_ignore()
        review.action_apply_all()
        self.assertEqual(review.state, "done")
        self.assertEqual(self.customer.customer_level_id, self.level_a)
        self.assertFalse(self.other_customer.customer_level_id)
        change = self.customer.level_change_ids
        self.assertRecordValues(
            change,
            [
                {
                    "old_level_id": False,
                    "new_level_id": self.level_a.id,
                    "origin": "suggested",
                    "user_id": self.manager.id,
                    "proposal_id": mine.id,
                }
            ],
        )
        self.assertIn("2 orders", change.reason)
        mine.action_apply()
        self.assertEqual(len(self.customer.level_change_ids), 1, "twice is once")

    def test_big_review_is_worked_off(self):
        """X22: many proposals are applied by the scheduled action, in batches."""
        customers = self.env["res.partner"].create(
            [
                {"name": f"C {n}", "is_company": True, "potential_value": 9000}
                for n in range(5)
            ]
        )
        review = self.review().with_user(self.manager)
        module = "odoo.addons.crm_extension.models.crm_customer_level_review"
        self.patch(__import__(module, fromlist=["x"]), "AT_ONCE", 2)
        self.patch(__import__(module, fromlist=["x"]), "BATCH_SIZE", 2)
        review.action_apply_all()
        self.assertEqual(review.state, "applying")
        self.assertFalse(customers.customer_level_id)
        with self.enter_registry_test_mode():
            self.env.ref("crm_extension.ir_cron_customer_level").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(review.state, "done")
        self.assertEqual(customers.customer_level_id, self.level_a)

    def test_by_hand(self):
        """X22: a change by hand is in the history, too."""
        self.customer.with_user(self.seller).customer_level_id = self.level_b
        self.customer.with_user(self.seller).customer_level_id = self.level_b
        self.assertRecordValues(
            self.customer.level_change_ids,
            [{"new_level_id": self.level_b.id, "origin": "hand"}],
        )

    def test_rights(self):
        with self.assertRaises(AccessError):
            self.review(self.boss)
        self.levels.is_suggested = False
        with self.assertRaisesRegex(UserError, "Say on the levels"):
            self.review()

    def test_one_statement(self):
        """X22: the number of customers costs no query."""
        model = self.env["crm.customer.level.review"]

        def queries(count):
            self.env["res.partner"].create(
                [
                    {"name": f"C {n}", "is_company": True, "potential_value": 9000}
                    for n in range(count)
                ]
            )
            self.env.flush_all()
            review = model.create({})
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            review._fill()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(1), queries(30))


class TestLevelService(LevelCommon):
    """X22: the level says how the customer is served, wherever it is shown."""

    def test_service(self):
        self.level_a.write(
            {"service_level": "premium", "service_promise": "Answer within 4 hours"}
        )
        self.customer.customer_level_id = self.level_a
        self.assertEqual(self.contact.service_words, "Premium: Answer within 4 hours")
        page = self.env["crm.customer.view"].with_user(self.seller)
        header = page.customer_fetch(self.customer.id)["header"]
        self.assertEqual(header["level"]["service"], "Premium: Answer within 4 hours")
        self.assertEqual(self.level_a.customer_count, 1)
        action = self.level_a.action_open_customers()
        self.assertEqual(
            self.env["res.partner"].search(action["domain"]), self.customer
        )


class TestLevelRewards(LevelCommon):
    """X22: rewards and special offers through Odoo's loyalty, by level."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["loyalty.program"]
        programs.search([]).active = False
        cls.card_program = programs.create(
            {
                "name": "Points card",
                "program_type": "loyalty",
                "trigger": "auto",
                "applies_on": "both",
                "portal_point_name": "points",
                "rule_ids": [
                    Command.create(
                        {"reward_point_mode": "money", "reward_point_amount": 1}
                    )
                ],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 10,
                            "required_points": 100,
                            "description": "Ten off",
                        }
                    ),
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 30,
                            "required_points": 100,
                            "description": "Thirty off",
                            "customer_level_ids": [Command.set(cls.level_a.ids)],
                        }
                    ),
                ],
            }
        )
        cls.offer = programs.create(
            {
                "name": "A week",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "customer_level_ids": [Command.set(cls.level_a.ids)],
                "rule_ids": [Command.create({"minimum_qty": 0, "minimum_amount": 0})],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "discount",
                            "discount": 5,
                            "description": "Five off for A",
                        }
                    )
                ],
            }
        )
        cls.env["loyalty.card"].create(
            {
                "program_id": cls.card_program.id,
                "partner_id": cls.customer.id,
                "points": 120,
            }
        )

    def claimable(self, order):
        order._update_programs_and_rewards()
        rewards = order._get_claimable_rewards()
        return {r.description for some in rewards.values() for r in some}

    def test_rewards_of_the_level(self):
        """X22: the quotation offers what the level is entitled to, no more."""
        order = self.make_order(user=self.seller)
        self.assertEqual(self.claimable(order), {"Ten off"})
        self.customer.customer_level_id = self.level_a
        self.assertEqual(
            self.claimable(order), {"Ten off", "Thirty off", "Five off for A"}
        )

    def test_order_of_a_contact(self):
        self.customer.customer_level_id = self.level_a
        order = self.make_order(self.contact)
        self.assertIn("Five off for A", self.claimable(order))

    def test_level_that_falls(self):
        """X22: a reward leaves a quotation whose customer has lost the level."""
        self.customer.customer_level_id = self.level_a
        order = self.make_order()
        order._update_programs_and_rewards()
        rewards = order._get_claimable_rewards()
        for coupon, some in rewards.items():
            for reward in some:
                if reward.description == "Thirty off":
                    order._apply_program_reward(reward, coupon)
        self.assertTrue(order.order_line.filtered("reward_id"))
        self.customer.customer_level_id = self.level_b
        order._update_programs_and_rewards()
        self.assertFalse(order.order_line.filtered("reward_id"))

    def test_reward_by_force(self):
        order = self.make_order()
        order._update_programs_and_rewards()
        coupon = order.applied_coupon_ids
        reward = self.card_program.reward_ids.filtered("customer_level_ids")
        with self.assertRaisesRegex(UserError, "is for other customer levels"):
            order._apply_program_reward(reward, coupon)

    def test_code_of_another_level(self):
        """X22: a code of a program for another level is refused."""
        code = self.env["loyalty.program"].create(
            {
                "name": "Code",
                "program_type": "promo_code",
                "customer_level_ids": [Command.set(self.level_a.ids)],
                "rule_ids": [Command.create({"mode": "with_code", "code": "ONLYA"})],
                "reward_ids": [Command.create({"discount": 50})],
            }
        )
        self.assertTrue(code)
        order = self.make_order()
        self.assertIn("error", order._try_apply_code("ONLYA"))
        self.customer.customer_level_id = self.level_a
        self.assertNotIn("error", order._try_apply_code("ONLYA"))

    def test_offer_words(self):
        """X22: points and offers stand on the quotation and on the customer."""
        order = self.make_order(user=self.seller)
        self.assertEqual(order.loyalty_offer, "Points card: 120 points, Ten off")
        self.customer.customer_level_id = self.level_a
        self.env.invalidate_all()
        self.assertEqual(
            order.with_user(self.seller).loyalty_offer,
            "Points card: 120 points, Ten off, Thirty off · A week: Five off for A",
        )
        order.action_confirm()
        self.assertFalse(order.loyalty_offer, "too late")
        page = self.env["crm.customer.view"].with_user(self.seller)
        sections = page.customer_fetch(self.customer.id)["sections"]
        card = next(s for s in sections if s["name"] == "loyalty")
        offers = {item["title"]: item for item in card["data"]["items"]}
        self.assertEqual(offers["A week"]["badge"], "for its level")
        self.assertIn("points", offers["Points card"]["value"])

    def test_nothing_to_offer(self):
        order = self.make_order(self.other_customer, user=self.seller)
        self.assertFalse(order.loyalty_offer)

    def test_who_may_not_read_programs(self):
        user = self.make_user("history", "crm_extension.crm_extension_group_history")
        self.assertEqual(self.customer.with_user(user)._crm_loyalty(), [])
