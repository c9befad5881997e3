from odoo.tests import tagged

from .test_correctness import CorrectnessCommon


@tagged("post_install", "-at_install")
class TestPartsCost(CorrectnessCommon):
    """R07: what a repair cost is what its done part moves say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.make_lots(cls.product, ["SN-1"])
        cls.deliver(cls.lot)

    def make_part(self, method, cost):
        category = self.env["product.category"].create(
            {"name": method, "property_cost_method": method}
        )
        part = self.make_product(
            f"Valve {method}",
            tracking="none",
            categ_id=category.id,
            standard_price=cost,
        )
        self.put_in_stock(part, 10)
        return part

    def test_cost_of_parts(self):
        """R07: two valves at 7.00 make 14.00, under each cost method."""
        for method in ("standard", "average", "fifo"):
            with self.subTest(method=method):
                part = self.make_part(method, 7.0)
                rma = self.walk(self.rma(self.lot), until="action_start_repair")
                move = self.add_part(rma.repair_ids, part, 2)
                self.walk_home(rma)
                self.assertEqual(move.state, "done")
                self.assertEqual(abs(move.value), 14.0)
                self.assertEqual(move.repair_id.rma_line_id, rma.line_ids)

    def walk_home(self, rma):
        rma.action_finish_repair()
        rma.action_ship()
        rma.action_close()

    def test_warranty_expense_account(self):
        """R07: with real-time valuation, warranty parts hit the expense account."""
        accounts = self.env["account.account"]
        if not self.env["account.journal"].search(
            [("company_id", "=", self.company.id)], limit=1
        ):
            self.skipTest("the database has no chart of accounts")
        expense, valuation = accounts.create(
            [
                {"name": "Warranty", "code": "WAR01", "account_type": "expense"},
                {"name": "Stock", "code": "WAR02", "account_type": "asset_current"},
            ]
        )
        part = self.make_part("average", 7.0)
        part.categ_id.write(
            {
                "property_valuation": "real_time",
                "property_stock_valuation_account_id": valuation.id,
            }
        )
        self.warehouse._rma_expense_location("warranty").valuation_account_id = expense
        rma = self.walk(self.rma(self.lot), until="action_start_repair")
        self.assertTrue(rma.repair_ids.under_warranty)
        move = self.add_part(rma.repair_ids, part, 2)
        rma.action_finish_repair()
        entry = move.account_move_id
        self.assertEqual(entry.state, "posted")
        lines = {line.account_id: line.balance for line in entry.line_ids}
        self.assertEqual(lines, {expense: 14.0, valuation: -14.0})

    def test_removed_part_stays_the_customers(self):
        """R13: a part taken out lies with the customer's goods, without value."""
        part = self.make_part("average", 7.0)
        rma = self.walk(self.rma(self.lot), until="action_start_repair")
        repair = rma.repair_ids
        move = self.env["stock.move"].create(
            {
                "repair_id": repair.id,
                "product_id": part.id,
                "product_uom_qty": 1,
                "repair_line_type": "remove",
            }
        )
        rma.action_finish_repair()
        self.assertEqual(move.state, "done")
        self.assertTrue(move.location_dest_id.is_customer_goods)
        self.assertEqual(move.value, 0.0)
        self.fresh(part)
        self.assertEqual(part.qty_available, 10.0)
