from odoo.tests import tagged

from .common_pool import PoolCommon, day


@tagged("post_install", "-at_install", "loop")
class TestContractPool(PoolCommon):
    """X09, X11: customers fall some days after their last contract."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.sudo().state = "off"
        cls.make_rule(fact="contract", period=60)

    def make_contract(self, end, **vals):
        contract = self.env["crm.contract"].create(
            {
                "name": "Supply of boxes",
                "kind_id": self.env.ref("crm_extension.crm_contract_kind_sale").id,
                "partner_id": self.customer.id,
                "date_start": day(-400),
                "date_end": end,
                "renewal": "none",
                **vals,
            }
        )
        if contract.decision == "draft":
            contract.action_sign()
        return contract

    def test_end_of_the_contract(self):
        """X09, X11: contract end + N days; without a contract no rule applies."""
        self.assertFalse(self.due())
        self.make_contract(day(-50))
        self.assertEqual(self.due(), day(10))
        self.assertEqual(
            self.words(),
            "10 days left: last contract until 04/22/2025, customers must sign a new "
            "one within 60 days",
        )
        self.make_contract(day(100))
        self.assertEqual(self.due(), day(160), "the last one decides")

    def test_no_end(self):
        """X09, X11: a contract without an end, or one that renews itself, holds."""
        contract = self.make_contract(day(-50))
        contract.date_end = False
        self.assertFalse(self.due())
        contract.write({"date_end": day(-50), "renewal": "auto", "renewal_count": 1})
        self.assertFalse(self.due())

    def test_notice(self):
        """X09, X11: after notice the day of the notice counts."""
        contract = self.make_contract(day(100))
        contract._terminate(day(5), "Moved to another supplier", "customer")
        self.assertEqual(self.due(), day(65))

    def test_what_is_no_contract(self):
        """X09, X11: drafts and letters begin no clock."""
        letter = self.env.ref("crm_extension.crm_contract_kind_letter_in")
        self.make_contract(day(-55), kind_id=letter.id)
        contract = self.make_contract(day(-50))
        contract.sudo().decision = "draft"
        self.assertFalse(self.due())
