from odoo.tests import tagged

from .test_scorecard import METHODS, ScorecardCommon


@tagged("post_install", "-at_install")
class TestExchange(ScorecardCommon):
    """R07, R13: a free unit is an expense of warranty, not of a sale."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense, cls.goodwill = cls.env["account.account"].create(
            [
                {"name": "Warranty", "code": "EXCWAR", "account_type": "expense"},
                {"name": "Goodwill", "code": "EXCGOO", "account_type": "expense"},
            ]
        )
        for kind, account in (("warranty", cls.expense), ("goodwill", cls.goodwill)):
            place = cls.warehouse._rma_expense_location(kind)
            place.valuation_account_id = account

    def replaced(self, old, new):
        rma = self.walk(self.rma(old), until="action_receive")
        rma.line_ids._decide("replace", lot_id=new.id)
        return rma.outcome_ids.move_ids

    def booked(self, moves):
        """``{account: balance}`` of the entries of some moves."""
        groups = {}
        for row in moves.account_move_id.line_ids:
            groups[row.account_id] = groups.get(row.account_id, 0.0) + row.balance
        return groups

    def test_real_time(self):
        """R07: what leaves less what enters is an expense, at once."""
        for method in METHODS:
            with self.subTest(cost=method):
                _goods, old, new, _order = self.make_case(method, "real_time")
                cost = 0.0 if method == "standard" else 40.0
                self.assertEqual(
                    self.booked(self.replaced(old, new)),
                    {self.expense: cost, self.account: -cost},
                )

    def test_periodic(self):
        """R07: with periodic valuation the closing entry says it, once."""
        _goods, old, new, _order = self.make_case("fifo")
        before = self.company._rma_exchanges(None)
        moves = self.replaced(old, new)
        self.assertFalse(moves.account_move_id)
        self.assertFalse(before)
        self.assertEqual(
            self.company._rma_exchanges(None), {(self.expense, self.account): 40.0}
        )
        closing = self.company._get_location_valuation_vals()
        mine = [row for row in closing if row["account_id"] == self.expense.id]
        self.assertEqual([(row["debit"], row["credit"]) for row in mine], [(40.0, 0)])

    def test_goodwill_is_apart(self):
        """R07: a unit replaced as goodwill is charged to goodwill."""
        goods, old, new, _order = self.make_case("average", "real_time")
        self.block(self.warranties(old), "2020-01-01")
        rma = self.walk(self.rma(old), until="action_receive")
        goodwill = self.env["warranty.goodwill"].with_user(self.manager)
        reason = self.env.ref("crm_rma.warranty_reason_just_expired")
        goodwill = goodwill.create({"line_id": rma.line_ids.id, "reason_id": reason.id})
        goodwill.action_grant()
        rma.line_ids._decide("replace", lot_id=new.id)
        self.assertEqual(
            self.booked(rma.outcome_ids.move_ids),
            {self.goodwill: 40.0, self.account: -40.0},
        )
        self.assertEqual(self.worth(goods), (60.0, 1.0))

    def test_without_an_account(self):
        """R07: where no account was chosen nothing is booked, as in Odoo."""
        self.warehouse._rma_expense_location("warranty").valuation_account_id = False
        _goods, old, new, _order = self.make_case("fifo", "real_time")
        self.assertFalse(self.replaced(old, new).account_move_id)
