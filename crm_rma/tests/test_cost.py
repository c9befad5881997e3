from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_scorecard import ScorecardCommon


@tagged("post_install", "-at_install")
class TestCost(ScorecardCommon):
    """R07: what a return cost us, line by line, for those who see margins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.rma_labour_rate = 60.0

    def test_cost_of_a_covered_repair(self):
        """R07: two valves at 7.00, half an hour at 60.00, freight 12.50, of which a
        vendor gave back 5.00."""
        _goods, old, _new, _order = self.make_case("average")
        rma = self.walk(self.rma(old), until="action_start_repair")
        self.add_part(rma.repair_ids, quantity=2)
        rma.action_finish_repair()
        line = rma.line_ids
        line.write({"labour_minutes": 30, "cost_freight": 12.5, "cost_recovered": 5})
        self.assertEqual(line.cost_parts, 14.0)
        self.assertEqual(line.cost_labour, 30.0)
        self.assertEqual(line.cost_total, 14 + 30 + 12.5 - 5)
        self.assertEqual(rma.cost_total, line.cost_total)
        self.company.rma_labour_rate = 90.0
        self.assertEqual(line.cost_labour, 30.0, "what it cost stays what it was")

    def test_paid_parts_are_no_cost_of_the_return(self):
        """R07: what the customer pays for stands beside the cost."""
        self.company.rma_quote_first = False
        plain = self.make_product("Kettle", warranty_term_id=False)
        lot = self.make_lots(plain, ["K-1"])
        self.deliver(lot)
        rma = self.walk(self.rma(lot), until="action_start_repair")
        self.add_part(rma.repair_ids, quantity=1)
        rma.action_finish_repair()
        line = rma.line_ids
        self.assertEqual((line.cost_paid_parts, line.cost_total), (7.0, 0.0))

    def test_cost_of_an_exchange(self):
        """R07: a unit worth 100 was sent, one worth 60 came back."""
        for method, cost in (("standard", 0.0), ("average", 40.0), ("fifo", 40.0)):
            with self.subTest(method=method):
                _goods, old, new, _order = self.make_case(method)
                rma = self.walk(self.rma(old), until="action_receive")
                rma.line_ids._decide("replace", lot_id=new.id)
                self.assertEqual(rma.line_ids.cost_unit, cost)
                self.assertEqual(rma.cost_total, cost)

    def test_only_for_those_who_see_margins(self):
        """R07: a service user enters minutes and does not read what they cost."""
        _goods, old, _new, _order = self.make_case("average")
        rma = self.rma(old)
        desk = rma.line_ids.with_user(self.user)
        desk.labour_minutes = 20
        self.assertNotIn("cost_total", desk.fields_get())
        with self.assertRaises(AccessError):
            desk.read(["cost_total"])
        with self.assertRaises(AccessError):
            desk._read_group([], [], ["cost_total:sum"])
        controller = new_test_user(
            self.env,
            "controller",
            groups="crm_rma.crm_rma_group_user,crm_extension.crm_extension_group_margin",
        )
        self.assertEqual(rma.line_ids.with_user(controller).cost_labour, 20.0)
