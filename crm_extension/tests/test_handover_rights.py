from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import GROUP_MANAGER, GROUP_TEAM
from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverRights(HandoverCommon):
    """X08: managers hand over, team leaders for their team, within their companies."""

    def test_salespeople_may_not(self):
        """X08: own documents: neither plan nor see a handover."""
        handovers = self.env["crm.handover"].with_user(self.seller)
        with self.assertRaises(AccessError):
            handovers.create({"from_user_id": self.leaver.id})
        with self.assertRaises(AccessError):
            self.customer.with_user(self.seller).action_hand_over()

    def test_team_leader(self):
        """X08: a leader hands over within the team, and nothing outside."""
        leader = self.make_user("leader", GROUP_TEAM)
        self.team.user_id = leader
        handover = self.make_handover(user=leader)
        handover.action_start()
        self.assertEqual(self.owners(), self.heirs)
        self.assertEqual(self.first.write_uid, leader)
        with self.assertRaisesRegex(AccessError, "the people you lead"):
            self.make_handover(self.colleague, user=leader)
        with self.assertRaisesRegex(AccessError, "the people you lead"):
            self.make_handover(user=leader, from_user_id=self.colleague.id)
        with self.assertRaisesRegex(AccessError, "you lead one team"):
            self.make_handover(user=leader, kind="transfer", from_user_id=False)

    def test_leader_cannot_be_tricked(self):
        """X08: a receiver put in later, another leader's handover."""
        leader = self.make_user("leader", GROUP_TEAM)
        self.team.user_id = leader
        mine = self.make_handover(user=leader)
        with self.assertRaises(AccessError):
            mine.receiver_ids[0].user_id = self.colleague
        with self.assertRaises(AccessError):
            mine.write({"receiver_ids": [Command.create({"user_id": self.boss.id})]})
        theirs = self.make_handover(from_user_id=self.colleague.id)
        for action in ("action_start", "action_undo", "preview_fetch"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(theirs.with_user(leader), action)()
        items = self.env["crm.handover.item"].with_user(leader)
        self.assertFalse(items.search([("handover_id", "=", theirs.id)]))

    def test_companies(self):
        """X08: a manager sees and moves nothing of another company."""
        other = self.env["res.company"].create({"name": "Northwind Asia"})
        foreign = self.make_user(
            "foreign", GROUP_MANAGER, company_id=other.id, company_ids=other.ids
        )
        self.leaver.company_ids |= other
        theirs = self.make_customer(
            "Asia only", company_id=other.id, user_id=self.leaver.id
        )
        handover = self.make_handover()
        handover.action_start()
        self.assertEqual(theirs.user_id, self.leaver)
        seen = self.env["crm.handover"].with_user(foreign)
        self.assertFalse(seen.search([("id", "=", handover.id)]))
        rows = self.env["crm.handover.row"].with_user(foreign)
        self.assertFalse(rows.search([("handover_id", "=", handover.id)]))
        with self.assertRaises(AccessError):
            self.make_handover(company_ids=other.ids)

    def test_nobody_writes_the_machinery(self):
        """X08: state, audit and plan are written by the buttons alone."""
        handover = self.make_handover()
        for values in ({"state": "done"}, {"undone_by_id": False}, {"row_ids": []}):
            with self.subTest(values=values), self.assertRaises(UserError):
                handover.write(values)
        with self.assertRaises(AccessError):
            handover.row_ids[:1].write({"state": "done"})
        handover.action_start()
        for write in (
            lambda: handover.write({"note": "Too late"}),
            lambda: handover.receiver_ids.write({"share": 2}),
            lambda: handover.receiver_ids.unlink(),
            lambda: handover.item_ids.write({"to_user_id": self.heirs[0].id}),
            lambda: handover.unlink(),
        ):
            with self.assertRaises(UserError):
                write()

    def test_hostile_arguments(self):
        """X08: what cannot be read is refused with a sentence."""
        handover = self.make_handover()
        for value in (None, "x", {"a": 1}, [[1]], ["1"], -1):
            with self.subTest(value=value), self.assertRaises(UserError):
                handover.assign(value, self.heirs[0].id)
        for value in ("[('no_such_field', '=', 1)]", "[[", "1/0", "nobody"):
            with self.subTest(value=value), self.assertRaises(UserError):
                handover.partner_domain = value
        self.assertTrue(handover.preview_fetch(search={"x": 1}, user_id="; DROP"))
