import random

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, Form, new_test_user, tagged

from ..tools.price_limits import (
    ALL,
    KINDS,
    OWN,
    RANKS,
    Limit,
    LimitTable,
    Line,
    closeness,
)
from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestLimitTable(BaseCase):
    """X12: which limit binds whom, and how far down it lets them go."""

    def _floor(self, limits, rank=OWN, **line):
        found = LimitTable(limits, [Line(**line)]).floor(0, rank)
        return found and found.price

    def test_x12_the_nearest_right_above_counts(self):
        limits = [Limit(1, "discount", 10, OWN), Limit(2, "discount", 20, ALL)]
        prices = [self._floor(limits, rank, list_price=100) for rank in RANKS]
        self.assertEqual(prices, [90, 80, 80, None])

    def test_x12_what_says_more_about_a_line_counts(self):
        limits = [
            Limit(1, "discount", 10, OWN),
            Limit(2, "discount", 5, OWN, category=7),
            Limit(3, "discount", 4, OWN, category=8),
            Limit(4, "discount", 30, OWN, product=1),
            Limit(5, "discount", 1, OWN, team=3),
        ]
        line = {"list_price": 100, "product": 2, "categories": (7, 8)}
        self.assertEqual(self._floor(limits, **line), 96)
        self.assertEqual(self._floor(limits, **{**line, "categories": (7,)}), 95)
        self.assertEqual(self._floor(limits, **{**line, "product": 1}), 70)
        self.assertEqual(self._floor(limits, list_price=100), 90)
        self.assertEqual(self._floor(limits, list_price=100, team=3), 99)

    def test_x12_of_several_kinds_the_strictest_holds(self):
        limits = [
            Limit(1, "discount", 50, OWN),
            Limit(2, "margin", 20, OWN),
            Limit(3, "price", 0, OWN),
        ]
        line = {"list_price": 100, "cost": 40, "floors": {3: 55}}
        self.assertEqual(self._floor(limits, **line), 55)
        self.assertEqual(self._floor(limits, **{**line, "cost": 80}), 100)
        self.assertEqual(self._floor(limits, **{**line, "floors": {}}), 50)

    def test_properties_of_limits(self):
        """P: a higher right is never bound where a limit names only lower ones; who may
        give a price may give a higher one; nobody else is named."""
        rng = random.Random(15)
        for _round in range(400):
            limits = [
                Limit(
                    n,
                    rng.choice(KINDS),
                    rng.uniform(0, 90),
                    rng.choice(RANKS),
                    product=rng.choice([None, 1]),
                    category=rng.choice([None, 7, 8]),
                )
                for n in range(rng.randrange(6))
            ]
            line = Line(
                list_price=rng.uniform(0, 200),
                cost=rng.uniform(0, 200),
                product=rng.choice([1, 2]),
                categories=rng.choice([(), (7,), (7, 8)]),
                floors={n: rng.uniform(0, 200) for n in range(6)},
            )
            table, price = LimitTable(limits, [line]), rng.uniform(0, 250)
            for rank in RANKS:
                floor = table.floor(0, rank)
                below = table.is_below(0, price, rank)
                if floor is None:
                    self.assertFalse(below)
                    continue
                self.assertGreaterEqual(floor.limit.rank, rank)
                self.assertIsNotNone(closeness(floor.limit, line))
                self.assertEqual(below, price < floor.price - 1e-6)
                self.assertFalse(table.is_below(0, floor.price + 1, rank))
                higher = table.rank_for(0, price, rank)
                if higher is not None:
                    self.assertGreater(higher, rank)
                    self.assertFalse(table.is_below(0, price, higher))


class LimitCommon(CrmExtensionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls.make_user("leader", "crm_extension.crm_extension_group_team")
        cls.team.user_id = cls.leader
        cls.product = cls.products[2]  # 30
        cls.product.standard_price = 18
        cls.limit = cls.make_limit("own", "discount", 10)
        cls.order = cls.make_order(
            products=cls.product, user=cls.seller, team_id=cls.team.id
        )
        cls.line = cls.order.order_line

    @classmethod
    def make_limit(cls, role, kind, value=0.0, **vals):
        return cls.env["crm.price.limit"].create(
            {"role": role, "kind": kind, "value": value, **vals}
        )

    def breaches(self, user=None, order=None):
        return (order or self.order)._price_breaches(user or self.seller)

    def ask(self, reason="They buy 1,000 a year"):
        order = self.order.with_user(self.seller)
        action = order.action_open_approval_request()
        wizard = self.env[action["res_model"]].with_user(self.seller)
        form = Form(wizard.with_context(**action["context"]))
        form.reason = reason
        form.save().action_request()
        return self.order.approval_ids.sorted("id")[-1:]


@tagged("post_install", "-at_install")
class TestPriceLimit(LimitCommon):
    """X12: the price floor of a quotation."""

    def test_x12_discounts_below_the_limit(self):
        self.line.discount = 10
        self.assertEqual(self.breaches(), [])
        self.line.discount = 11
        [breach] = self.breaches()
        self.assertEqual((breach["line"], round(breach["floor"], 2)), (self.line, 27))
        self.line.write({"discount": 0, "price_unit": 26})
        self.assertEqual(len(self.breaches()), 1)
        self.assertEqual(self.breaches(self.leader), [])

    def test_x12_the_pricelist_is_no_discount(self):
        """What the customer's own pricelist gives was decided with the pricelist."""
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "VIP",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": 40,
                        }
                    )
                ],
            }
        )
        order = self.make_order(products=self.product, pricelist_id=pricelist.id)
        self.assertEqual(self.breaches(order=order), [])

    def test_x12_margin_price_and_floor_pricelist(self):
        self.limit.active = False
        margin = self.make_limit("own", "margin", 25)  # 18 / 0.75 = 24
        self.line.price_unit = 23.9
        self.assertEqual(round(self.breaches()[0]["floor"], 2), 24)
        margin.active = False
        dozen = self.env["uom.uom"].create(
            {
                "name": "Dozen of tests",
                "relative_factor": 12,
                "relative_uom_id": self.product.uom_id.id,
            }
        )
        price = self.make_limit(
            "own", "price", 20, product_tmpl_id=self.product.product_tmpl_id.id
        )
        self.line.write({"product_uom_id": dozen.id, "price_unit": 239})
        self.assertEqual(round(self.breaches()[0]["floor"], 2), 240)
        price.active = False
        floor = self.env["product.pricelist"].create(
            {
                "name": "Floor",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "0_product_variant",
                            "product_id": self.product.id,
                            "compute_price": "fixed",
                            "fixed_price": 21,
                        }
                    )
                ],
            }
        )
        self.make_limit("own", "pricelist", floor_pricelist_id=floor.id)
        self.assertEqual(round(self.breaches()[0]["floor"], 2), 252)

    def test_x12_scope_of_a_limit(self):
        self.line.discount = 20
        category = self.env["product.category"].create({"name": "Drinks"})
        self.limit.categ_id = category
        self.assertEqual(self.breaches(), [])
        self.product.categ_id = self.env["product.category"].create(
            {"name": "Tea", "parent_id": category.id}
        )
        self.assertEqual(len(self.breaches()), 1)
        self.limit.team_id = self.other_team
        self.assertEqual(self.breaches(), [])
        self.limit.write({"team_id": False, "company_id": False})
        self.assertEqual(len(self.breaches()), 1)

    def test_x12_discounts_on_the_whole_quotation_count(self):
        wizard = self.env["sale.order.discount"].create(
            {
                "sale_order_id": self.order.id,
                "discount_type": "so_discount",
                "discount_percentage": 0.2,
            }
        )
        wizard.action_apply_discount()
        [breach] = self.breaches()
        self.assertAlmostEqual(breach["net"], 24)

    def test_x12_the_same_limit_in_another_currency(self):
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("id", "!=", self.company.currency_id.id)], limit=1)
        currency.active = True
        currency.rate_ids.unlink()
        currency.rate_ids = [Command.create({"rate": 4, "name": "2020-01-01"})]
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        self.make_limit("own", "price", 28)
        order = self.make_order(products=self.product, pricelist_id=pricelist.id)
        self.assertEqual(order.order_line.price_unit, 120)
        order.order_line.price_unit = 111
        self.assertEqual(round(self.breaches(order=order)[0]["floor"], 2), 112)

    def test_x12_values_that_make_no_sense_are_refused(self):
        for role, kind, value in (
            ("own", "discount", 101),
            ("own", "discount", -1),
            ("own", "margin", 100),
            ("own", "price", -1),
            ("own", "pricelist", 0),
        ):
            with (
                self.subTest(kind=kind, value=value),
                self.assertRaises(ValidationError),
            ):
                self.make_limit(role, kind, value)

    def test_x12_rows_of_the_fast_entry_know_the_floor(self):
        quote = self.env["crm.quote"].with_user(self.seller)
        asked = {"product_id": self.product.id, "uom_id": False, "quantity": 1}
        [facts] = quote.quote_facts(self.order.id, [{**asked, "net": 26}])
        self.assertEqual(facts["floor"]["price"], 27)
        self.assertTrue(facts["floor"]["below"])
        self.assertIn("crm_leader", facts["floor"]["text"])
        [facts] = quote.quote_facts(self.order.id, [{**asked, "net": 28}])
        self.assertFalse(facts["floor"]["below"])
        quote = quote.with_user(self.manager)
        self.assertFalse(quote.quote_facts(self.order.id, [asked])[0]["floor"])

    def test_x26_a_floor_made_of_costs_tells_no_cost(self):
        self.limit.active = False
        self.make_limit("own", "margin", 25)
        self.line.price_unit = 20
        quote = self.env["crm.quote"].with_user(self.seller)
        asked = {
            "product_id": self.product.id,
            "uom_id": False,
            "quantity": 1,
            "net": 20,
        }
        [facts] = quote.quote_facts(self.order.id, [asked])
        self.assertEqual(facts["floor"]["price"], False)
        self.assertTrue(facts["floor"]["below"])
        self.assertNotIn("24", facts["floor"]["text"])
        text = self.order.with_user(self.seller).approval_text
        self.assertIn("below the floor", text)
        self.assertNotIn("24", text)

    def test_x12_without_limits_nothing_is_asked(self):
        self.limit.unlink()
        self.line.discount = 90
        self.order.with_user(self.seller).action_confirm()
        self.assertEqual(self.order.state, "sale")


@tagged("post_install", "-at_install")
class TestPriceApproval(LimitCommon):
    """X12: what is below the floor waits for an approval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.line.discount = 20
        cls.env.flush_all()

    def as_user(self, user):
        self.env.invalidate_all()
        return self.order.with_user(user)

    def test_x12_send_and_confirm_are_refused_by_every_way(self):
        order = self.as_user(self.seller)
        ways = {
            "confirm": order.action_confirm,
            "send": order.action_quotation_send,
            "mark as sent": order.action_quotation_sent,
            "write sent": lambda: order.write({"state": "sent"}),
            "write sale": lambda: order.write({"state": "sale"}),
            "mail": lambda: order.with_context(mark_so_as_sent=True).message_post(
                body="Offer"
            ),
        }
        for name, way in ways.items():
            with self.subTest(way=name), self.assertRaisesRegex(UserError, "approval"):
                way()
        self.assertEqual(self.order.state, "draft")
        with self.assertRaisesRegex(UserError, "approval"):
            order.create(
                {
                    "partner_id": self.customer.id,
                    "state": "sale",
                    "order_line": [
                        Command.create({"product_id": self.product.id, "price_unit": 1})
                    ],
                }
            )

    def test_x12_a_confirmed_order_does_not_go_below_either(self):
        self.line.discount = 0
        self.as_user(self.seller).action_confirm()
        line = self.line.with_user(self.seller)
        with self.assertRaisesRegex(UserError, "approval"):
            line.discount = 20
        with self.assertRaisesRegex(UserError, "approval"):
            line.create(
                {
                    "order_id": self.order.id,
                    "product_id": self.product.id,
                    "price_unit": 1,
                }
            )
        line.with_user(self.manager).discount = 20

    def test_x12_the_customer_cannot_sign_it(self):
        """The portal acts for the customer; the salesperson's limit counts."""
        public = self.env.ref("base.public_user")
        with self.assertRaisesRegex(UserError, "approval"):
            self.order.with_user(public).sudo()._validate_order()

    def test_x12_ask_with_a_reason_then_approve(self):
        order = self.as_user(self.seller)
        self.assertEqual(order.approval_state, "needed")
        self.assertIn("crm_leader", order.approval_text)
        approval = self.ask()
        self.assertEqual(
            (approval.state, approval.approver_id), ("waiting", self.leader)
        )
        [todo] = self.order.activity_ids
        self.assertEqual(todo.user_id, self.leader)
        self.assertIn("1,000 a year", todo.note)
        order = self.as_user(self.leader)
        self.assertEqual((order.approval_state, order.can_approve), ("waiting", True))
        order.action_approve_prices()
        self.assertRecordValues(
            approval, [{"state": "approved", "decided_by_id": self.leader.id}]
        )
        self.assertFalse(self.order.activity_ids)
        self.assertIn("approved", self.order.message_ids[0].body)
        self.assertIn(self.seller.partner_id, self.order.message_ids[0].partner_ids)
        order = self.as_user(self.seller)
        self.assertEqual(order.approval_state, "approved")
        order.action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_x12_an_approval_holds_for_what_was_asked(self):
        self.ask()
        self.as_user(self.leader).action_approve_prices()
        self.line.discount = 15
        self.assertEqual(self.as_user(self.seller).approval_state, "approved")
        self.line.discount = 21
        self.assertEqual(self.as_user(self.seller).approval_state, "needed")
        self.line.discount = 20
        self.order.partner_id = self.other_customer
        self.line.discount = 20
        self.assertEqual(self.as_user(self.seller).approval_state, "needed")

    def test_x12_refuse_with_a_reason_and_ask_again(self):
        approval = self.ask()
        action = self.as_user(self.leader).action_open_approval_refuse()
        wizard = self.env[action["res_model"]].with_user(self.leader)
        wizard = wizard.with_context(**action["context"]).create(
            {"note": "15 % at most"}
        )
        wizard.action_refuse()
        self.assertEqual((approval.state, approval.note), ("refused", "15 % at most"))
        order = self.as_user(self.seller)
        self.assertEqual(order.approval_state, "refused")
        self.assertIn("15 % at most", order.approval_text)
        with self.assertRaises(UserError):
            order.action_confirm()
        self.assertEqual(self.ask("New facts").state, "waiting")

    def test_x12_withdraw(self):
        approval = self.ask()
        self.as_user(self.seller).action_withdraw_approval()
        self.assertEqual(approval.state, "cancelled")
        self.assertFalse(self.order.activity_ids)

    def test_x12_asked_once_however_often(self):
        self.ask()
        with self.assertRaisesRegex(UserError, "already"):
            self.ask()
        self.line.discount = 5
        self.as_user(self.seller).action_withdraw_approval()
        with self.assertRaisesRegex(UserError, "needs no approval"):
            self.as_user(self.seller)._request_approval("x")

    def test_x12_decided_once(self):
        approval = self.ask()
        self.as_user(self.leader).action_approve_prices()
        with self.assertRaises(UserError):
            self.as_user(self.leader).action_approve_prices()
        with self.assertRaisesRegex(UserError, "already"):
            approval._decide("refused", "")

    def test_x12_nobody_approves_below_their_own_limit(self):
        self.make_limit("team", "discount", 15)
        self.ask()
        with self.assertRaises(AccessError):
            self.as_user(self.leader).action_approve_prices()
        self.assertEqual(self.order.approval_ids.state, "waiting")
        self.assertNotEqual(self.order.approval_ids.approver_id, self.leader)
        self.as_user(self.boss).action_approve_prices()
        self.assertEqual(self.order.approval_ids.state, "approved")

    def test_x12_nobody_is_asked_who_may_not_either(self):
        order = self.as_user(self.seller)
        with self.assertRaisesRegex(UserError, "may not give"):
            order._request_approval("x", self.colleague)

    def test_x12_a_named_approver_decides(self):
        self.limit.approver_id = self.mate
        self.make_limit("team", "discount", 15, approver_id=self.mate.id)
        self.assertEqual(self.ask().approver_id, self.mate)
        self.as_user(self.mate).action_approve_prices()
        self.assertEqual(self.order.approval_ids.state, "approved")

    def test_x12_nobody_may(self):
        self.make_limit("manager", "discount", 15)
        order = self.as_user(self.seller)
        self.assertIn("Nobody may approve", order.approval_text)
        with self.assertRaisesRegex(UserError, "Nobody may"):
            order._request_approval("x")

    def test_x26_who_may_decide(self):
        approval = self.ask()
        for user in (self.seller, self.colleague):
            order = self.as_user(user)
            with self.assertRaises(AccessError):
                order.action_approve_prices()
            with self.assertRaises(AccessError):
                approval.with_user(user).write({"state": "approved"})
        with self.assertRaises(AccessError):
            approval.with_user(self.colleague).check_access("read")
        with self.assertRaises(AccessError):
            approval.with_user(self.seller).create(
                {
                    "order_id": self.order.id,
                    "user_id": self.seller.id,
                    "state": "approved",
                }
            )

    def test_x12_it_stands_on_the_workbench_of_the_approver(self):
        self.ask()
        bench = self.env["crm.workbench"].with_user(self.leader)
        tiles = {tile["name"]: tile["count"] for tile in bench.counts()["buckets"]}
        self.assertEqual(tiles["approvals"], 1)
        self.assertEqual(tiles["today"], 0, "it is not told twice")
        [row] = bench.bucket("approvals")["rows"]
        self.assertEqual(row["document"]["id"], self.order.id)
        self.assertIn("1,000 a year", row["what"])
        self.as_user(self.leader).action_approve_prices()
        tiles = {tile["name"]: tile["count"] for tile in bench.counts()["buckets"]}
        self.assertEqual(tiles["approvals"], 0)

    def test_x12_an_accountant_reads_the_order(self):
        clerk = new_test_user(
            self.env, "crm_limit_clerk", groups="account.group_account_invoice"
        )
        self.ask()
        order = self.as_user(clerk)
        self.assertEqual(order.approval_state, "waiting")
        self.assertFalse(order.can_approve)

    def test_x12_the_form_costs_the_same_for_few_and_many_lines(self):
        counts = []
        for _round in range(3):
            self.env.flush_all()
            order = self.as_user(self.seller)
            before = self.env.cr.sql_log_count
            order.web_read(
                {"approval_state": {}, "approval_text": {}, "can_approve": {}}
            )
            counts.append(self.env.cr.sql_log_count - before)
            self.order.order_line = [
                Command.create({"product_id": product.id, "price_unit": 1})
                for product in self.make_products([9] * 20)
            ]
        self.assertLessEqual(counts[2], counts[1] + 2)
