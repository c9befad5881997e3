import random
from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools.pool_clock import Term, Verdict, add_period, decide
from .common_pool import DAY, NOW, TODAY, PoolCommon, day


@tagged("post_install", "-at_install")
class TestPoolClock(PoolCommon):
    """X09: the clock is computed from what was done and says why."""

    def test_counts_from_the_last_real_contact(self):
        """X09: the day, the days left and the sentence follow from the contact."""
        self.log(date=NOW - 18 * DAY)
        self.assertEqual(self.due(), day(12))
        self.assertEqual(
            self.words(),
            "12 days left: last real contact 05/24/2025, customers must be contacted "
            "every 30 days",
        )
        self.assertEqual(self.customer.pool_tone, "info")
        self.assertEqual(self.contact.pool_due_date, day(12), "people show the company")

    def test_written_follow_up_moves_it_at_once(self):
        """X09: a follow-up counts in the moment it is written, also a back-dated one."""
        self.log(date=NOW - 40 * DAY)
        self.assertEqual(self.due(), day(-10))
        self.assertTrue(self.words().startswith("Falls into the pool tonight: "))
        late = self.log(user=self.seller, date=NOW - 20 * DAY)
        self.assertEqual(self.due(), day(10), "logged late: it counts for its own day")
        newer = self.log(user=self.mate, date=NOW - 1 * DAY)
        self.assertEqual(self.due(), day(29))
        newer.date = NOW - 15 * DAY
        self.assertEqual(self.due(), day(15))
        newer.write({"active": False, "edit_reason": "Never happened"})
        self.assertEqual(self.due(), day(10))
        late.sudo().unlink()
        self.assertEqual(self.due(), day(-10))

    def test_notes_are_no_contact(self):
        self.log(date=NOW - 40 * DAY)
        self.log(date=NOW, channel="note")
        self.assertEqual(self.due(), day(-10))

    def test_never_contacted(self):
        """X09: without a contact it counts from the day of the salesperson."""
        self.assertEqual(self.due(), day(-70))
        self.set_assigned(self.customer, 28)
        self.assertEqual(self.due(), day(2))
        self.assertEqual(
            self.words(),
            "2 days left: no real contact yet, with the salesperson since 05/14/2025, "
            "customers must be contacted every 30 days",
        )

    def test_level(self):
        """X09: each level has its own period; 0 takes the rule off a level."""
        self.rule.state = "draft"
        self.make_rule(levels={self.level_a: 14})
        self.log(date=NOW - 10 * DAY)
        self.assertEqual(self.due(), day(20))
        self.customer.customer_level_id = self.level_a
        self.assertEqual(self.due(), day(4))
        self.assertIn("level A must be contacted every 14 days", self.words())
        self.env["crm.pool.rule.level"].search([]).period = 0
        self.assertFalse(self.due())
        self.assertFalse(self.words())

    def test_words_in_the_language_of_the_reader(self):
        """X09: the sentence is Chinese for whoever reads Chinese."""
        self.log(date=NOW - 18 * DAY)
        words = self.words(lang="zh_CN")
        self.assertIn("12", words)
        self.assertIn("联系", words)
        self.assertNotRegex(words, "[A-Za-z]")

    def test_several_rules_the_earliest_day_decides(self):
        self.log(date=NOW - 1 * DAY)
        self.make_rule(fact="order", period=2, unit="months")
        order = self.make_order()
        order.action_confirm()
        order.date_order = NOW - 50 * DAY
        self.pool.keep_order = False
        self.assertEqual(self.due(), date(2025, 6, 22), "22 April and two months")
        self.assertIn("last order 04/22/2025", self.words())
        self.assertIn("must order every 2 months", self.words())

    def test_quotation_and_opportunity(self):
        """X09: no quotation, no opportunity within N days."""
        self.rule.state = "off"
        quotation = self.make_rule(fact="quotation", period=60)
        order = self.make_order()
        self.assertEqual(self.due(), day(-40), "a draft did not reach the customer")
        order.write({"state": "sent", "date_order": NOW - 59 * DAY})
        self.assertEqual(self.due(), day(1))
        quotation.state = "off"
        self.make_rule(fact="opportunity", period=90)
        self.assertEqual(self.due(), day(-10))
        lead = self.make_lead(self.contact, user_id=self.seller.id)
        self.set_created(lead, 20)
        lead.action_set_lost()
        self.assertEqual(self.due(), day(70), "somebody tried")

    def test_inquiry_only(self):
        """X09: customers who only asked are kept for some months after they asked."""
        self.rule.state = "off"
        self.make_rule(fact="inquiry", period=6, unit="months", for_whom="inquiry")
        lead = self.make_lead(self.contact)
        self.set_created(lead, 1)
        lead.active = False
        self.assertEqual(self.due(), date(2025, 12, 10))
        self.assertIn("customers without an order", self.words())
        self.make_order().action_confirm()
        self.assertFalse(self.due(), "who has ordered is no inquirer any more")

    def test_bought_only(self):
        self.rule.state = "off"
        self.make_rule(for_whom="bought")
        self.assertFalse(self.due())
        self.make_order().action_confirm()
        self.pool.keep_order = False
        self.assertEqual(self.due(), day(-70))

    def test_product_line(self):
        """X09: orders of one product line are asked for."""
        self.rule.state = "off"
        ovens = self.env["product.category"].create({"name": "Ovens"})
        small = self.env["product.category"].create(
            {"name": "Small", "parent_id": ovens.id}
        )
        self.pool.keep_order = False
        self.make_rule(fact="order", period=30, categ_id=ovens.id)
        order = self.make_order()
        order.action_confirm()
        self.assertEqual(self.due(), day(-70), "other products do not count")
        self.products[0].categ_id = small
        self.assertEqual(self.due(), day(30), "categories below count")

    def test_choice_of_customers(self):
        self.rule.state = "draft"
        self.rule.customer_domain = "[('city', '=', 'Graz')]"
        self.rule.state = "active"
        self.assertFalse(self.due())
        self.customer.city = "Graz"
        self.assertEqual(self.due(), day(-70))
        self.rule.state = "draft"
        with self.refused("cannot be read", error=ValidationError):
            self.rule.customer_domain = "[('pool_due_date', '=', False)]"
        with self.refused("cannot be read", error=ValidationError):
            self.rule.customer_domain = "__import__('os')"

    # What holds a customer

    def test_protection(self):
        """X09: a new salesperson has some days, and they end."""
        self.log(date=NOW - 60 * DAY)
        self.customer.user_id = self.mate
        self.assertEqual(self.due(), day(5))
        self.assertIn("protected until 06/16/2025", self.words(user=self.mate))
        self.log(date=NOW - 20 * DAY)
        self.assertEqual(self.due(), day(10), "the contact reaches further")

    def test_a_transfer_is_no_contact(self):
        """X09: passing a customer on gives the days of protection, not the period."""
        self.log(date=NOW - 29 * DAY)
        self.customer.user_id = self.mate
        self.customer.user_id = self.seller
        self.assertEqual(self.due(), day(5))

    def test_planned_follow_up(self):
        """X09: a planned follow-up holds until its day; overdue ones and those too far
        ahead do not."""
        todo = self.plan(self.customer, self.seller, date_deadline=day(3))
        self.assertEqual(self.due(), day(3))
        self.assertIn("follow-up planned on 06/14/2025", self.words())
        todo.date_deadline = day(-1)
        self.assertEqual(self.due(), day(-70))
        todo.date_deadline = day(31)
        self.assertEqual(self.due(), day(-70))
        self.pool.plan_days = 0
        self.assertEqual(self.due(), day(31))
        todo.unlink()
        lead = self.make_lead(self.contact)
        self.plan(lead, self.seller, date_deadline=day(4))
        self.pool.keep_opportunity = False
        self.assertEqual(self.due(), day(4), "on a lead of the customer")
        self.pool.keep_plan = False
        self.assertEqual(self.due(), day(-70))

    def test_planned_meeting(self):
        self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": NOW + 6 * DAY,
                "stop": NOW + 6 * DAY,
                "partner_ids": [Command.set(self.contact.ids)],
            }
        )
        self.assertEqual(self.due(), day(6))

    def test_stays(self):
        """X09: an open opportunity, an open order, a deal, a pin stop the clock."""
        lead = self.make_lead(self.contact)
        self.assertFalse(self.due())
        self.assertEqual(self.words(), "Stays with the salesperson: open opportunity")
        lead.action_set_lost()
        self.assertEqual(self.due(), day(-70))
        order = self.make_order()
        order.action_confirm()
        self.assertFalse(self.due())
        self.assertIn("open order", self.words())
        order._action_cancel()
        self.assertEqual(self.due(), day(-70))
        self.pool.keep_order = False
        self.make_order().action_confirm()
        self.assertEqual(self.due(), day(-70))
        self.pool.keep_deal = True
        self.assertIn("has bought from us", self.words())

    def test_who_is_no_customer_of_the_pool(self):
        self.log(date=NOW - 60 * DAY)
        self.customer.user_id = self.colleague
        self.assertFalse(self.due(), "no member of the pool")
        self.pool.team_ids = False
        self.assertEqual(self.due(), day(5), "a pool without members is everybody's")
        self.customer.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self.due(), "a customer of another company")

    def test_switching_rules_off_and_on_moves_no_day(self):
        """X09: the day follows from the facts, not from the switch."""
        self.log(date=NOW - 18 * DAY)
        rule = self.rule.with_user(self.manager)
        rule.action_switch_off()
        self.assertFalse(self.due())
        rule.action_activate()
        self.assertEqual(self.due(), day(12))

    def test_a_new_rule_holds_from_tomorrow(self):
        """X09: a rule that is switched on takes nobody before the night after
        tomorrow, and it is seen at once."""
        rule = self.rule.with_user(self.manager)
        rule.action_switch_off()
        rule.action_activate()
        self.assertEqual(rule.valid_from, day(1))
        self.assertEqual(self.due(), day(1), "overdue for long")
        self.assertIn("the rule is new and holds from 06/12/2025", self.words())

    def test_a_rule_in_force_is_not_changed(self):
        rule = self.rule.with_user(self.manager)
        with self.refused("The rule is in force"):
            rule.period = 10
        with self.refused("with their buttons"):
            rule.state = "draft"
        rule.action_edit()
        rule.period = 10
        rule.action_activate()
        self.assertEqual(rule.state, "active")

    def test_time_zone_of_the_company(self):
        """X09: the day is that of the company, whoever asks from wherever."""
        self.company.partner_id.tz = "Asia/Shanghai"
        self.log(date="2025-05-31 17:00:00")  # 1 June in Shanghai
        self.assertEqual(self.due(), date(2025, 7, 1))
        self.seller.tz = "America/New_York"
        self.assertEqual(self.due(), date(2025, 7, 1))

    # Lists

    def test_search_and_sort(self):
        """X09: customers are found and sorted by the computed day."""
        some = self.make_customer("B", user_id=self.seller.id)
        some |= self.make_customer("C", user_id=self.seller.id)
        some |= self.make_customer("D")
        self.set_assigned(some, 100)
        self.log(date=NOW - 25 * DAY)
        self.log(some[0], date=NOW - 28 * DAY)
        self.log(some[1], date=NOW - 10 * DAY)
        partners = self.env["res.partner"].with_user(self.seller)
        ours = [("id", "in", (self.customer | some).ids)]

        def found(*leaf):
            return partners.search([*ours, ("pool_due_date", *leaf)])

        self.assertEqual(found("<", "today +3d"), some[0])
        self.assertEqual(found("<=", day(5)), some[0] | self.customer)
        self.assertEqual(found(">", day(5)), some[1])
        self.assertEqual(found("=", day(20)), some[1])
        self.assertEqual(found("=", False), some[2])
        self.assertEqual(found("!=", False), self.customer | some[:2])
        order = [some[0], self.customer, some[1], some[2]]
        self.assertEqual(list(partners.search(ours, order="pool_due_date")), order)
        down = partners.search(ours, order="pool_due_date desc, id")
        self.assertEqual(list(down), [some[1], self.customer, some[0], some[2]])
        self.assertTrue(
            partners.fields_get(["pool_due_date"])["pool_due_date"]["sortable"]
        )

    def test_colleagues_clocks_are_not_told(self):
        """X09: whoever may not read a history learns nothing from the clock."""
        self.log(date=NOW - 10 * DAY)
        other = self.customer.with_user(self.colleague)
        self.assertFalse(other.pool_due_date)
        self.assertFalse(other.pool_clock)
        self.assertFalse(
            other.search([("id", "=", other.id), ("pool_due_date", "!=", False)])
        )
        self.assertEqual(self.customer.with_user(self.mate).pool_due_date, day(20))
        self.assertEqual(self.customer.with_user(self.boss).pool_due_date, day(20))
        mine = self.make_customer("Mine", user_id=self.colleague.id)
        names = other.search([("id", "in", (mine | other).ids)], order="pool_due_date")
        self.assertEqual(len(names), 2)

    def test_the_number_of_customers_costs_no_query(self):
        """X09: a list reads the clock of all its customers in the same few queries."""
        names = ["pool_due_date", "pool_clock", "pool_tone"]
        customers = self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "is_company": True,
                    "user_id": self.seller.id,
                }
                for number in range(40)
            ]
        )
        self.log(customers[7])
        self.env.flush_all()
        customers.with_user(self.seller).read(names)

        def queries(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.seller).read(names)
            return self.env.cr.sql_log_count - before

        few, many = queries(customers[:2]), queries(customers)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 9)

    def test_without_rules_nothing_is_asked(self):
        self.rule.state = "off"
        clock = self.env["crm.pool.clock"]
        clock._compiled_rules()
        with self.assertQueryCount(0):
            self.assertIsNone(clock._clock_sql())
            self.assertEqual(clock._verdicts(self.customer.ids), {})

    def test_the_statement_and_the_words_agree(self):
        """X09: the SQL that drops and the Python that explains give the same day, for
        random facts, rules and holds."""
        generator = random.Random(9)
        other = self.make_pool("Other", self.team, keep_opportunity=False)
        self.make_rule(fact="order", period=3, unit="months")
        self.make_rule(other, fact="opportunity", period=40, for_whom="inquiry")
        self.make_rule(other, fact="quotation", levels={self.level_a: 20}, period=0)
        self.make_rule(fact="inquiry", period=10, valid_from=day(2))
        customers = self.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "is_company": True,
                    "user_id": generator.choice([self.seller, self.mate]).id,
                    "customer_level_id": generator.choice([False, self.level_a.id]),
                }
                for number in range(40)
            ]
        )
        for customer in customers:
            self.set_assigned(customer, generator.randrange(150))
            ago = NOW - generator.randrange(90) * DAY
            match generator.randrange(6):
                case 0:
                    self.log(customer, date=ago)
                case 1:
                    order = self.make_order(customer, self.products[:1])
                    order.write({"state": "sale", "date_order": ago})
                case 2:
                    lead = self.make_lead(customer, active=generator.random() < 0.5)
                    self.set_created(lead, generator.randrange(60))
                case 3:
                    self.plan(customer, date_deadline=day(generator.randrange(-5, 40)))
                case 4:
                    order = self.make_order(customer, self.products[:1])
                    order.write({"state": "sent", "date_order": ago})
        self.env.flush_all()
        clock = self.env["crm.pool.clock"]
        dues = dict(self.env.execute_query(clock._clock_sql()))
        verdicts = clock._verdicts(customers.ids)
        for customer in customers:
            verdict = verdicts.get(customer.id)
            self.assertEqual(dues[customer.id], verdict and verdict.due)
        kinds = {(v.rule, v.hold, v.stay) for v in verdicts.values()}
        self.assertGreater(len(kinds), 6, "the cases differ")


@tagged("post_install", "-at_install")
class TestPoolClockTools(PoolCommon):
    """The clock in plain Python."""

    def test_months_end_as_in_the_database(self):
        """X09: a period of months ends on the same day in Python and in PostgreSQL."""
        for start in (date(2024, 1, 31), date(2025, 12, 31), date(2024, 2, 29)):
            for count in (1, 2, 6, 12, 13):
                self.env.cr.execute(
                    "SELECT (%s::date + make_interval(months => %s))::date",
                    (start, count),
                )
                [expected] = self.env.cr.fetchone()
                self.assertEqual(add_period(start, count, "months"), expected)
        self.assertEqual(add_period(date(2025, 11, 18), 30, "days"), date(2025, 12, 18))

    def test_decide(self):
        first = Term(rule=1, pool=1, start=day(-30), due=day(1))
        second = Term(rule=2, pool=2, start=day(-9), due=day(2), known=False)
        self.assertIsNone(decide([], {}, {}))
        self.assertEqual(decide([first, second], {}, {}), Verdict(day(1), 1, day(-30)))
        self.assertEqual(
            decide([first, second], {1: {"plan": day(9)}}, {}),
            Verdict(day(2), 2, day(-9), known=False),
        )
        self.assertEqual(
            decide([first], {1: {"plan": day(9), "protection": day(3)}}, {}),
            Verdict(day(9), 1, day(-30), hold="plan"),
        )
        self.assertEqual(
            decide([first], {1: {"plan": None}}, {1: "order"}), Verdict(stay="order")
        )
        self.assertEqual(
            decide([first, second], {}, {1: "order"}),
            Verdict(day(2), 2, day(-9), known=False),
            "the other pool does not stay",
        )

    def test_holds_never_bring_the_day_forward(self):
        """X09: whatever holds a customer, the day is never before its period's end."""
        generator = random.Random(4)
        for _turn in range(300):
            terms = [
                Term(n, generator.randrange(2), TODAY, day(generator.randrange(60)))
                for n in range(generator.randrange(1, 5))
            ]
            holds = {
                pool: {"plan": generator.choice([None, day(generator.randrange(60))])}
                for pool in range(2)
            }
            verdict = decide(terms, holds, {})
            self.assertGreaterEqual(verdict.due, min(term.due for term in terms))
            latest = max(
                filter(None, (h["plan"] for h in holds.values())), default=TODAY
            )
            self.assertLessEqual(
                verdict.due, max(latest, min(term.due for term in terms))
            )
            self.assertEqual(verdict.start + timedelta(0), TODAY)
