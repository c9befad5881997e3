"""The scorecard under every way to count the value of stock.

Standard, average and FIFO cost; periodic and real-time valuation; by product and by
lot. A unit that cost 60 is sold and comes back while another one, bought at 100, is in
stock. Whatever happens to it, what is ours is counted as if it had never come, until
it becomes ours: then it enters at 60.
"""

from itertools import product as every

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .test_correctness import CorrectnessCommon

# By lot is looked at where it is hardest: in real time.
METHODS = ("standard", "average", "fifo")
WAYS = [
    *every(METHODS, ("periodic", "real_time"), (0,)),
    *every(METHODS, ("real_time",), (1,)),
]
FEW = list(every(METHODS, ("real_time",), (0,)))


class ScorecardCommon(CorrectnessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["account.account"].create(
            {"name": "Stock", "code": "RMASTK", "account_type": "asset_current"}
        )
        cls.put_in_stock(cls.part, 200)

    def make_case(self, method, valuation="periodic", by_lot=0):
        category = {
            "name": f"{method} {valuation} {by_lot}",
            "property_cost_method": method,
            "property_valuation": valuation,
            "property_stock_valuation_account_id": self.account.id,
        }
        self.category = self.env["product.category"].create(category)
        return self._case(method, by_lot)

    def _case(self, method, by_lot):
        now = fields.Datetime.now()
        days = {"made": 40, "bought": 30, "sold": 20, "again": 10}
        at = {k: fields.Datetime.subtract(now, days=d) for k, d in days.items()}
        with freeze_time(at["made"]):
            goods = self.make_product(
                f"Oven {self.category.name}",
                categ_id=self.category.id,
                lot_valuated=bool(by_lot),
                warranty_term_id=self.term.id,
                standard_price=100.0 if method == "standard" else 0.0,
            )
        names = [f"{self.category.name}-60", f"{self.category.name}-100"]
        old, new = self.make_lots(goods, names)
        with freeze_time(at["bought"]):
            self.buy(old, 60.0)
        with freeze_time(at["sold"]):
            order = self.deliver(old)
            order._create_invoices().action_post()
        with freeze_time(at["again"]):
            self.buy(new, 100.0)
        return goods, old, new, order

    def each_way(self, check, ways=WAYS):
        for way in ways:
            with self.subTest(cost=way[0], valuation=way[1], by_lot=way[2]):
                check(*self.make_case(*way))

    def facts(self, goods):
        """What is counted of our own goods. (FIFO by lot keeps no price in Odoo.)"""
        names = (
            "standard_price",
            "total_value",
            "qty_available",
            "free_qty",
            "virtual_available",
        )
        self.fresh(goods)
        return {name: goods[name] for name in names}

    def assertUntouched(self, product, stage, before=None):
        if before is None:
            return super().assertUntouched(product, stage)
        return self.assertEqual(self.facts(product), before, stage)

    def worth(self, goods):
        """Value and quantity of what is ours."""
        self.fresh(goods)
        return goods.total_value, goods.with_context(location=False).qty_available


@tagged("post_install", "-at_install")
class TestScorecard(ScorecardCommon):
    """R13: nine ways to count, one truth."""

    def test_1_to_5_round_trip(self):
        """R13: average, value, on hand, forecast and free quantity at every step; no
        entry in the books; the order keeps still; the same serial goes back."""

        def check(goods, old, _new, order):
            entries, before = self.entries(goods), self.facts(goods)
            self.assertEqual(before["total_value"], 100.0)
            rma = self.rma(old)
            for step in (
                "action_approve",
                "action_receive",
                "action_start_repair",
                "action_finish_repair",
                "action_ship",
                "action_close",
            ):
                getattr(rma, step)()
                self.assertUntouched(goods, step, before)
                self.assertEqual(old.product_qty, 0.0, step)
                line = order.order_line
                self.assertEqual(
                    (line.qty_delivered, line.qty_invoiced, line.qty_to_invoice),
                    (1.0, 1.0, 0.0),
                    step,
                )
            self.assertEqual(self.entries(goods), entries)
            self.assertLies(old, self.customers)

        self.each_way(check)

    def entries(self, goods):
        """``{account: balance}`` of everything the books say about the goods."""
        groups = self.env["account.move.line"]._read_group(
            [("product_id", "=", goods.id), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        return {account: round(balance, 2) for account, balance in groups}

    def test_6_other_sale_costs_hundred(self):
        """R13: ours, sold while theirs is on the bench, costs 100; nothing is left."""

        def check(goods, old, new, _order):
            rma = self.walk(self.rma(old), until="action_start_repair")
            sale = self.deliver(new)
            self.fresh(goods)
            self.assertEqual(sale.order_line.move_ids.value, 100.0)
            self.assertEqual(goods.total_value, 0.0)
            rma.action_finish_repair()
            rma.action_ship()
            self.assertEqual(self.worth(goods), (0.0, 0.0))

        self.each_way(check, FEW)

    def test_7_replaced_unit_enters_at_its_old_cost(self):
        """R13: the replacing unit leaves at 100, the faulty one enters at 60; the
        order shows one delivered and one invoiced unit."""

        def check(goods, old, new, order):
            standard = goods.cost_method == "standard"
            rma = self.walk(self.rma(old), until="action_receive")
            rma.line_ids._decide("replace", lot_id=new.id)
            moves = rma.outcome_ids.move_ids
            leaving = moves.filtered(lambda m: m._rma_is_replacement())
            entering = moves - leaving
            self.assertEqual(leaving.value, 100.0)
            self.assertEqual(entering.value, 100.0 if standard else 60.0)
            self.assertEqual(self.worth(goods)[0], 100.0 if standard else 60.0)
            line = order.order_line
            self.assertEqual(
                (line.qty_delivered, line.qty_invoiced, line.qty_to_invoice),
                (1.0, 1.0, 0.0),
            )
            self.assertFalse(any(moves.mapped("to_refund")))
            self.assertFalse(moves.sale_line_id)

        self.each_way(check)

    def test_8_credited_unit_enters_at_its_old_cost(self):
        """R13: taken back for money, the unit enters at 60, and the books give back
        sale and cost of the invoice: nothing remains of them."""

        def check(goods, old, _new, order):
            standard = goods.cost_method == "standard"
            rma = self.walk(self.rma(old), until="action_receive")
            rma.line_ids._decide("credit")
            moves = rma.outcome_ids.move_ids
            self.assertEqual(moves.value, 100.0 if standard else 60.0)
            self.assertEqual(self.worth(goods)[0], 200.0 if standard else 160.0)
            note = rma.credit_move_ids
            note.action_post()
            income = note.invoice_line_ids.account_id
            balance = self.entries(goods)
            self.assertEqual(balance.get(income), 0.0)
            cogs = (order.invoice_ids | note).line_ids.filtered(
                lambda r: r.display_type == "cogs"
            )
            real_time = goods.valuation == "real_time"
            self.assertEqual(bool(cogs), real_time)
            for account in cogs.account_id:
                rows = cogs.filtered(lambda r, a=account: r.account_id == a)
                self.assertAlmostEqual(sum(rows.mapped("balance")), 0.0, 2)
            line = order.order_line
            self.assertEqual(
                (line.qty_delivered, line.qty_invoiced, line.qty_to_invoice),
                (0.0, 0.0, 0.0),
            )

        self.each_way(check)

    def test_9_scrapped_unit_has_no_value(self):
        """R13: what belongs to the customer is scrapped for nothing."""

        def check(goods, old, _new, _order):
            rma = self.walk(self.rma(old), until="action_receive")
            entries, before = self.entries(goods), self.facts(goods)
            rma.line_ids._decide(
                "scrap", consent_by="Owner", consent_date=fields.Date.today()
            )
            self.assertUntouched(goods, "scrapped", before)
            self.assertEqual(rma.outcome_ids.move_ids.value, 0.0)
            self.assertEqual(self.entries(goods), entries)

        self.each_way(check, FEW)

    def test_10_no_other_order_reserves_it(self):
        """R13: neither a unit on the bench nor one that was taken back is promised to
        another order before somebody looked at it."""

        def check(goods, old, new, _order):
            rma = self.walk(self.rma(old), until="action_receive")
            order = self.sell({goods: 2})
            order.action_confirm()
            move = order.picking_ids.move_ids
            self.assertEqual(move.move_line_ids.lot_id, new)
            rma.line_ids._decide("credit")
            move._action_assign()
            self.assertEqual(move.move_line_ids.lot_id, new)
            order._action_cancel()

        self.each_way(check, FEW)

    def test_11_second_repair_needs_no_typing(self):
        """R13: the same serial comes a second time: all is filled in by itself."""
        goods, old, _new, order = self.make_case("fifo", "real_time", 1)
        self.walk(self.rma(old))
        rma = self.rma(old)
        rma.action_approve()
        receipt = rma.line_ids.move_ids
        self.assertEqual(receipt.move_line_ids.lot_id, old)
        self.assertEqual(receipt.origin_returned_move_id, order.order_line.move_ids)
        before = self.facts(goods)
        self.walk_on(rma)
        self.assertUntouched(goods, "second", before)

    def walk_on(self, rma):
        for step in (
            "action_receive",
            "action_start_repair",
            "action_finish_repair",
            "action_ship",
        ):
            getattr(rma, step)()


@tagged("post_install", "-at_install")
class TestScorecardCompanies(ScorecardCommon):
    """R15: each company counts its own; money is that of the invoice."""

    def test_12_two_companies(self):
        """R15: a unit of one company in its places leaves the other untouched, and
        cannot be received by the other."""
        goods, old, _new, _order = self.make_case("average", "real_time", 0)
        other = self.env["res.company"].create({"name": "Branch Ltd"})
        self.env.user.company_ids |= other
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", other.id)], limit=1
        )
        places = warehouse.rma_location_ids.filtered("rma_place")
        self.assertEqual(set(places.company_id), {other})
        self.assertFalse(places & self.warehouse.rma_location_ids)
        rma = self.walk(self.rma(old), until="action_receive")
        self.assertEqual(goods.with_company(other).total_value, 0.0)
        self.assertEqual(goods.with_company(other).qty_available, 0.0)
        self.assertUntouched(goods.with_company(self.company), "ours")
        self.assertEqual(rma.line_ids.location_id.company_id, self.company)
        rma.line_ids._decide("credit")
        self.assertEqual(rma.credit_move_ids.company_id, self.company)
        taken = self.warehouse.rma_taken_location_id
        self.assertEqual(taken.company_id, self.company)
        self.assertEqual(goods.with_company(other).total_value, 0.0)

    def test_13_parts_under_warranty_are_an_expense(self):
        """R07: parts of a covered repair go to the warranty expense account, those of
        a paid one do not; in real time at once."""
        expense = self.env["account.account"].create(
            {"name": "Warranty", "code": "RMAWAR", "account_type": "expense"}
        )
        category = self.env["product.category"].create(
            {
                "name": "Parts",
                "property_cost_method": "average",
                "property_valuation": "real_time",
                "property_stock_valuation_account_id": self.account.id,
            }
        )
        part = self.make_product(
            "Pump", tracking="none", categ_id=category.id, standard_price=7.0
        )
        self.put_in_stock(part, 10)
        place = self.warehouse._rma_expense_location("warranty")
        place.valuation_account_id = expense
        _goods, old, _new, _order = self.make_case("average", "real_time", 0)
        rma = self.walk(self.rma(old), until="action_start_repair")
        move = self.add_part(rma.repair_ids, part, 2)
        rma.action_finish_repair()
        lines = move.account_move_id.line_ids
        self.assertEqual(
            {line.account_id: line.balance for line in lines},
            {expense: 14.0, self.account: -14.0},
        )

    def test_14_receive_three_of_five(self):
        """R13: part of a line comes, the order keeps still, nothing is valued."""
        lamp = self.make_product("Lamp", tracking="none", standard_price=100.0)
        self.put_in_stock(lamp, 6)
        order = self.sell({lamp: 5})
        order.action_confirm()
        self.ship(order)
        value = self.worth(lamp)
        rma = self.env["crm.rma"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [Command.create({"product_id": lamp.id, "quantity": 5})],
            }
        )
        rma.action_approve()
        rma.line_ids.qty_to_receive = 3
        rma.action_receive()
        self.assertEqual(self.worth(lamp), value)
        self.assertEqual(order.order_line.qty_delivered, 5.0)
        rma.line_ids._decide("return")
        rma.action_ship()
        self.assertEqual(self.worth(lamp), value)
        self.assertEqual(order.order_line.qty_delivered, 5.0)
