from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestContract(CrmRmaCommon):
    """X11: papers that a return is about."""

    def test_papers_of_a_return(self):
        """X11: a complaint is linked to its RMA, and the desk reads it there."""
        rma = self.env["crm.rma"].create({"partner_id": self.customer.id})
        action = rma.action_open_contracts()
        contracts = self.env["crm.contract"].with_context(**action["context"])
        letter = contracts.create(
            {
                "name": "Complaint",
                "kind_id": self.env.ref("crm_extension.crm_contract_kind_letter_in").id,
            }
        )
        self.assertEqual(letter.rma_ids, rma)
        self.assertEqual(rma.with_user(self.user).contract_count, 1)
        found = contracts.with_user(self.user).search(action["domain"])
        self.assertEqual(found, letter)
        with Form(letter.with_user(self.user)) as form:
            self.assertIn("rma_ids", form._view["fields"])
        with self.assertRaises(AccessError):
            letter.with_user(self.user).name = "Changed"

    def test_other_papers_are_not_the_desks(self):
        """X26: contracts without a return stay with sales."""
        contract = self.env["crm.contract"].create(
            {"name": "Frame", "partner_id": self.customer.id}
        )
        self.assertFalse(contract.with_user(self.user).has_access("read"))
