from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged, users
from odoo.tools import SQL

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestCustomerOwner(CrmExtensionCommon):
    """X08: who owned the customer from when to when."""

    def _periods(self, customer=None):
        rows = self.env["crm.customer.owner"].search(
            [("partner_id", "=", (customer or self.customer).id)],
            order="date_from, id",
        )
        return [(row.user_id, row.date_from, row.date_to, row.reason) for row in rows]

    def test_every_change_is_a_period(self):
        """X08: create, write and clear; the same salesperson again changes nothing."""
        with freeze_time("2026-01-05 08:00:00"):
            customer = self.make_customer("Blauer See", user_id=self.seller.id)
        with freeze_time("2026-02-01 09:00:00"):
            customer.user_id = self.colleague
        with freeze_time("2026-03-01 09:00:00"):
            customer.user_id = self.colleague
            customer.name = "Blauer See Delikatessen"
        with freeze_time("2026-04-01 09:00:00"):
            customer.user_id = False
        with freeze_time("2026-05-01 09:00:00"):
            customer.with_context(crm_owner_reason="handover").user_id = self.mate
        first, second, third = self._periods(customer)
        start, moved = datetime(2026, 1, 5, 8), datetime(2026, 2, 1, 9)
        self.assertEqual(first, (self.seller, start, moved, "manual"))
        dropped = datetime(2026, 4, 1, 9)
        self.assertEqual(second, (self.colleague, moved, dropped, "manual"))
        self.assertEqual(third[0], self.mate)
        self.assertEqual(third[2:], (False, "handover"))

    def test_people_belong_to_their_company(self):
        """X08: a contact has no periods of its own; one that leaves begins its own."""
        self.assertEqual(self.contact.user_id, self.seller)
        self.assertFalse(self._periods(self.contact))
        self.contact.parent_id = False
        self.assertEqual([row[0] for row in self._periods(self.contact)], [self.seller])
        self.contact.parent_id = self.other_customer
        self.assertTrue(self._periods(self.contact)[0][2], "the period ended")

    def test_unknown_reason(self):
        """X08: a client cannot break a write by the context."""
        self.customer.with_context(crm_owner_reason="x'; --").user_id = self.mate
        self.assertEqual(self._periods()[-1][3], "manual")

    def test_query_count(self):
        """X08: the history costs two queries for any number of customers."""
        customers = self.env["res.partner"].create(
            [{"name": f"Shop {n}", "is_company": True} for n in range(30)]
        )
        owners = self.env["crm.customer.owner"]
        customers[:2].user_id = self.seller
        self.env.flush_all()
        with self.assertQueryCount(2):
            owners._note(customers)

    def test_merge_leaves_one_salesperson(self):
        """X08: after a merge there is one open period, and the undo brings both back."""
        twin = self.make_customer("Ernst Handel GmbH", user_id=self.colleague.id)
        before = self._periods(), self._periods(twin)
        log = self.env["base.partner.merge.automatic.wizard"]._crm_merge(
            self.customer | twin, self.customer
        )
        periods = self._periods()
        self.assertEqual({row[0] for row in periods}, {self.seller, self.colleague})
        self.assertEqual([row[0] for row in periods if not row[2]], [self.seller])
        log.with_user(self.manager).action_undo()
        self.assertEqual((self._periods(), self._periods(twin)), before)

    def test_history_of_an_old_database(self):
        """X08: the first installation reads the past from what the chatter tracked."""
        customer = self.make_customer("Old Friends", user_id=self.seller.id)
        self.env.flush_all()
        self.env.cr.flush()
        customer.user_id = self.colleague
        self.env.flush_all()
        self.env.cr.flush()
        self.env.cr.execute(SQL("DELETE FROM crm_customer_owner"))
        self.env["crm.customer.owner"].invalidate_model()
        self.env["crm.customer.owner"]._fill()
        self.env["crm.customer.owner"]._fill()
        past, now = self._periods(customer)
        self.assertEqual((past[0], past[2]), (self.seller, now[1]))
        self.assertEqual((now[0], now[2]), (self.colleague, False))
        self.assertEqual(past[1], customer.create_date.replace(microsecond=0))

    @users("crm_seller")
    def test_360_page(self):
        """X08: the card of the customer page, in the reader's days."""
        view = self.env["crm.customer.view"].with_context(tz="Asia/Shanghai")
        self.customer.customer_owner_ids.sudo().date_from = "2026-03-04 20:00:00"
        sections = view.customer_fetch(self.customer.id)["sections"]
        card = next(card for card in sections if card["name"] == "owners")
        [item] = card["data"]["items"]
        self.assertEqual(item["title"], self.seller.name)
        self.assertEqual(item["sub"], "since 03/05/2026")
        self.assertEqual(item["tone"], "success")

    def test_rights(self):
        """X08: whose customer it was tells whoever may know whose it is."""
        rows = self.env["crm.customer.owner"]
        mine = [("partner_id", "=", self.customer.id)]
        for user, count in ((self.seller, 1), (self.mate, 1), (self.manager, 1)):
            self.assertEqual(rows.with_user(user).search_count(mine), count, user.name)
        self.assertFalse(rows.with_user(self.colleague).search_count(mine))
        self.assertFalse(rows.with_user(self.manager).has_access("write"))
