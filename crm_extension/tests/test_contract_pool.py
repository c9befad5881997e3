from psycopg2.errors import RestrictViolation

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

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

    def test_kinds(self):
        """X09, X11: only the kinds that the rule names begin and hold a clock."""
        sale = self.env.ref("crm_extension.crm_contract_kind_sale")
        secrecy = self.env.ref("crm_extension.crm_contract_kind_nda")
        self.make_contract(day(-50))
        self.make_contract(False, kind_id=secrecy.id)
        self.assertFalse(self.due(), "no kind is named: the agreement holds")
        rule = self.env["crm.pool.rule"].search([("fact", "=", "contract")])
        rule.sudo().contract_kind_ids = sale
        self.assertEqual(self.due(), day(10))
        sale.active = False
        self.assertEqual(self.due(), day(10), "an archived kind still counts")
        rule.sudo().contract_kind_ids = secrecy
        self.assertFalse(self.due())
        rule.sudo().contract_kind_ids = False
        self.assertFalse(self.due())

    def test_kind_in_use_is_kept(self):
        """X09: a rule never widens because one of its kinds was deleted."""
        kind = self.env["crm.contract.kind"].create({"name": "Leasing"})
        self.make_rule(fact="contract", contract_kind_ids=[Command.set(kind.ids)])
        with mute_logger("odoo.sql_db"), self.assertRaises(RestrictViolation):
            kind.unlink()

    def test_other_facts_have_no_kinds(self):
        """X09: a rule that counted contracts before counts all contacts now."""
        kind = self.env.ref("crm_extension.crm_contract_kind_sale")
        rule = self.make_rule(contract_kind_ids=[Command.set(kind.ids)])
        self.assertFalse(rule._compile()["only"])
        self.assertEqual(self.due(), day(-70))

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
