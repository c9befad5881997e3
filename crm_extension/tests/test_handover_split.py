from collections import Counter

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverSplit(HandoverCommon):
    """X08: who gets what."""

    def items(self, handover):
        """Items of customers by customer."""
        return {item.partner_id: item for item in handover.item_ids}

    def test_equal(self):
        """X08: in turn, level after level: everybody gets A customers and others."""
        handover = self.make_handover()
        items = self.items(handover)
        self.assertEqual(set(handover.item_ids.mapped("reason")), {"equal"})
        for level in range(2):
            pair = [items[self.customers[2 * level + n]].to_user_id for n in range(2)]
            self.assertEqual(set(pair), set(self.heirs))
        self.assertEqual(handover.receiver_ids.mapped("customer_count"), [2, 2])

    def test_shares(self):
        """X08: who has a share of three gets three of four."""
        handover = self.make_handover()
        handover.action_back()
        handover.receiver_ids[0].share = 3
        handover.action_next()
        counts = Counter(item.to_user_id.id for item in handover.item_ids)
        self.assertEqual(counts[self.heirs[0].id], 3)

    def test_level(self):
        """X08: by level; what no level names goes to everybody else."""
        handover = self.make_handover(method="level")
        handover.action_back()
        handover.receiver_ids[0].level_ids = self.levels[0]
        plain = self.make_customer("No level", user_id=self.leaver.id)
        handover.action_next()
        items = self.items(handover)
        for customer in self.customers[:2]:
            self.assertEqual(items[customer].to_user_id, self.heirs[0])
            self.assertEqual(items[customer].reason, "level")
        for customer in self.customers[2:] | plain:
            self.assertEqual(items[customer].to_user_id, self.heirs[1])

    def test_territory(self):
        """X08: the smallest territory around the customer that a receiver has."""
        asia = self.env["crm.territory"].create({"name": "Asia"})
        china = asia.create({"name": "China", "parent_id": asia.id})
        shanghai = asia.create({"name": "Shanghai", "parent_id": china.id})
        (asia | china).user_ids = self.heirs[0]
        china.user_ids = self.heirs[1]
        self.customers[0].territory_id = shanghai
        self.customers[1].territory_id = asia
        handover = self.make_handover(method="territory")
        items = self.items(handover)
        self.assertEqual(items[self.customers[0]].to_user_id, self.heirs[1])
        self.assertEqual(items[self.customers[1]].to_user_id, self.heirs[0])
        self.assertEqual(items[self.customers[0]].reason, "territory")
        self.assertEqual(items[self.customers[2]].reason, "equal")

    def test_by_hand(self):
        """X08: important customers by hand; dealing out again leaves them alone."""
        handover = self.make_handover()
        items = self.items(handover)
        for customer in self.customers[:2]:
            handover.assign(items[customer].ids, self.heirs[1].id)
        handover.action_replan()
        items = self.items(handover)
        for customer in self.customers[:2]:
            self.assertEqual(items[customer].to_user_id, self.heirs[1])
            self.assertEqual(items[customer].reason, "hand")
        handover.action_start()
        self.assertEqual(self.customers[0].user_id, self.heirs[1])

    def test_all_by_hand(self):
        """X08: a plan with somebody unassigned does not start."""
        handover = self.make_handover(method="hand")
        self.assertEqual(handover.preview_fetch()["unassigned"]["units"], 4)
        with self.assertRaisesRegex(
            UserError, "4 customers or records have no receiver"
        ):
            handover.action_start()
        self.assertEqual(handover.state, "draft")
        handover.item_ids.write({"to_user_id": self.heirs[0].id})
        handover.action_start()
        self.assertEqual(self.owners(), self.heirs[0])

    def test_only_receivers(self):
        """X08: nobody gets customers who is not named."""
        handover = self.make_handover()
        with self.assertRaisesRegex(UserError, "among the receivers"):
            handover.assign(handover.item_ids[:1].ids, self.boss.id)
        with self.assertRaisesRegex(UserError, "Only the receiver"):
            handover.item_ids[:1].write({"partner_id": self.customer.id})

    def test_work_on_a_colleagues_customer(self):
        """X08: a lead on a colleague's customer goes to that colleague."""
        lead = self.make_lead(self.customer, user_id=self.leaver.id)
        handover = self.make_handover()
        item = self.items(handover)[self.customer]
        self.assertEqual((item.to_user_id, item.reason), (self.seller, "owner"))
        handover.action_start()
        self.assertEqual(lead.user_id, self.seller)
        self.assertEqual(self.customer.user_id, self.seller)
        [told] = self.history(self.customer, event="crm.handover.item:work_handed_over")
        self.assertEqual(
            told.headline,
            f"Open work of Nancy Davolio handed over to {self.seller.name}",
        )

    def test_records_without_customer(self):
        """X08: a lead of nobody known and a private to-do are dealt out, too."""
        lead = self.make_lead(user_id=self.leaver.id, partner_name="Unknown Ltd")
        memo = self.env["mail.activity"].create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
                "summary": "Call the bank",
                "user_id": self.leaver.id,
            }
        )
        handover = self.make_handover(self.heirs[0])
        titles = handover.item_ids.filtered("res_model").mapped("title")
        self.assertEqual(len(titles), 2)
        self.assertIn(lead.display_name, titles)
        handover.action_start()
        self.assertEqual((lead.user_id, memo.user_id), (self.heirs[0], self.heirs[0]))

    def test_preview(self):
        """X08: the preview finds a customer, and shows what one person gets."""
        handover = self.make_handover(self.heirs[0])
        found = handover.preview_fetch(search="shop 2")["items"]
        self.assertEqual([item["name"] for item in found], ["Shop 2"])
        self.assertEqual(found[0]["contents"], "Customers 1")
        items = handover.preview_fetch(user_id=self.heirs[0].id)["items"]
        self.assertEqual(items[0]["name"], "Shop 0", "the most important first")
        self.assertFalse(handover.preview_fetch(user_id=0)["items"])

    def test_plan_costs_the_same_for_many(self):
        """X08: as many queries for forty customers as for four."""
        machine = self.make_handover()._machine()
        self.env.flush_all()
        few = self._queries(machine)
        self.env["res.partner"].create(
            [
                {"name": f"More {n}", "is_company": True, "user_id": self.leaver.id}
                for n in range(36)
            ]
        )
        self.env.flush_all()
        self.assertEqual(self._queries(machine), few)
        self.assertEqual(len(machine.item_ids), 40)

    def _queries(self, machine):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        machine._plan()
        return self.env.cr.sql_log_count - before

    def test_receiver_of_another_company(self):
        """X08: nobody gets what lies in a company they do not work for."""
        other = self.env["res.company"].create({"name": "Northwind Asia"})
        self.manager.company_ids |= other
        self.leaver.company_ids |= other
        self.make_lead(
            user_id=self.leaver.id, company_id=other.id, team_id=False, partner_name="X"
        )
        both = self.env.company | other
        handover = self.make_handover(self.heirs[0], company_ids=both.ids)
        with self.assertRaisesRegex(UserError, "does not work for Northwind Asia"):
            handover.action_start()
        handover.action_back()
        handover.company_ids = self.env.company
        handover.action_next()
        handover.action_start()
        self.assertEqual(handover.state, "done")

    def test_copy(self):
        """X08: a plan is made again with its receivers."""
        handover = self.make_handover()
        again = handover.copy()
        self.assertEqual(again.receiver_ids.user_id, self.heirs)
        self.assertEqual((again.state, again.step), ("draft", "who"))
        self.assertFalse(again.item_ids)

    def test_receiver_named_twice(self):
        """X08: each receiver once; the database says so last."""
        handover = self.make_handover()
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            handover.receiver_ids = [Command.create({"user_id": self.heirs[0].id})]
            self.env.flush_all()
