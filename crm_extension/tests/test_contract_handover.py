from datetime import timedelta

from odoo import fields
from odoo.exceptions import RedirectWarning
from odoo.tests import tagged

from .common import GROUP_OWN
from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestContractHandover(HandoverCommon):
    """X08, X11: contracts go to somebody else with their customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.customers)
        cls.draft = cls.make_contract("Draft")
        cls.running = cls.make_contract("Boxes", signed=True)
        cls.ended = cls.make_contract("Past", signed=True, days=-10)
        cls.letter = cls.make_contract("Letter", kind="letter_in")
        cls.contracts = cls.draft | cls.running | cls.ended | cls.letter

    @classmethod
    def make_contract(cls, name, kind="sale", signed=False, days=20, **vals):
        """A contract of the leaver with the first customer that ends in some days."""
        contract = cls.env["crm.contract"].create(
            {
                "name": name,
                "kind_id": cls.env.ref(f"crm_extension.crm_contract_kind_{kind}").id,
                "partner_id": cls.first.id,
                "user_id": cls.leaver.id,
                "date_start": cls.today - timedelta(days=100),
                "date_end": cls.today + timedelta(days=days),
                "renewal": "none",
                **vals,
            }
        )
        if signed:
            contract.action_sign()
        return contract

    def users(self):
        self.contracts.invalidate_recordset(["user_id"])
        return [contract.user_id for contract in self.contracts]

    def test_open_contracts_go_with_their_customer(self):
        """X08: counted, shown in the preview, moved, back as they were."""
        self.assertEqual(self.users(), [self.leaver] * 4)
        handover = self.make_handover()
        [kind] = [k for k in handover.inventory if k["name"] == "contracts"]
        self.assertEqual((kind["title"], kind["count"]), ("Contracts", 2))
        counts = handover.preview_fetch()["receivers"]
        self.assertEqual(
            sum(receiver["counts"].get("contracts", 0) for receiver in counts), 2
        )
        self.running.message_subscribe(self.leaver.partner_id.ids)
        handover.action_start()
        heir = self.first.user_id
        self.assertIn(heir, self.heirs)
        self.assertEqual(self.users(), [heir, heir, self.leaver, self.leaver])
        self.assertIn(heir.partner_id, self.running.message_partner_ids)
        self.assertNotIn(self.leaver.partner_id, self.running.message_partner_ids)
        handover.action_undo()
        self.assertEqual(self.users(), [self.leaver] * 4)
        self.assertIn(self.leaver.partner_id, self.running.message_partner_ids)

    def test_the_new_person_is_reminded(self):
        """X08, X11: reminders that were made go along, later ones find the new one."""
        self.running._remind("end")
        handover = self.make_handover(self.heirs[0])
        handover.action_start()
        self.assertEqual(self.running.activity_ids.user_id, self.heirs[0])
        self.running._remind("end")
        self.assertEqual(self.running.activity_ids.user_id, self.heirs[0])

    def test_contracts_can_stay(self):
        """X08: a kind that is tapped stays where it is."""
        handover = self.make_handover(skipped_kinds=["contracts"])
        handover.action_start()
        self.assertEqual(self.users(), [self.leaver] * 4)

    def test_open_contract_holds_its_person(self):
        """X08: who is responsible for an open contract is not archived silently."""
        user = self.make_user("signer", GROUP_OWN)
        contract = self.make_contract("Boxes", signed=True, user_id=user.id)
        self.env.flush_all()
        with self.assertRaises(RedirectWarning) as caught:
            user.action_archive()
        self.assertIn("Contracts 1", caught.exception.args[0])
        contract._terminate(self.today - timedelta(days=1), "Moved", "customer")
        self.env.flush_all()
        user.action_archive()
        self.assertFalse(user.active)
