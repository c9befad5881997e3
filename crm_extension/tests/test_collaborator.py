from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import GROUP_OWN, CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestCollaborator(CrmExtensionCommon):
    """X26: the salesperson shares a customer, the right ends by itself."""

    def share(self, user=None, by=None, **values):
        customer = self.customer.with_user(by or self.seller)
        return customer._crm_share(user or self.colleague, **values)

    def relation(self, user, partner=None):
        partner = partner or self.customer
        partner.invalidate_recordset(["customer_relation"])
        return partner.with_user(user).customer_relation

    def sees(self, user, *records):
        return [record.with_user(user).has_access("read") for record in records]

    def test_x26_collaborator_sees_history_people_leads_and_quotations(self):
        row = self.log(user=self.seller)
        lead = self.make_lead(self.customer, user_id=self.seller.id)
        order = self.make_order(user=self.seller)
        documents = (row, lead, order, order.order_line)
        self.assertEqual(self.sees(self.colleague, *documents), [False] * 4)
        self.share()
        self.assertEqual(self.sees(self.colleague, *documents), [True] * 4)
        self.assertEqual(self.relation(self.colleague), "shared")
        self.assertEqual(self.relation(self.colleague, self.contact), "shared")
        for document in (lead, order):
            self.assertFalse(document.with_user(self.colleague).has_access("write"))

    def test_x26_right_ends_by_itself(self):
        row = self.log(user=self.seller)
        right = self.share(until=fields.Date.today())
        self.assertEqual(self.sees(self.colleague, row), [True])
        right.sudo().until -= timedelta(days=1)
        self.assertFalse(right.is_running)
        self.assertEqual(self.sees(self.colleague, row), [False])
        self.assertEqual(self.relation(self.colleague), "others")

    def test_x26_right_ends_without_a_write(self):
        """Nothing has to run on the last evening: the date is read, not a flag."""
        row = self.log(user=self.seller)
        right = self.share(until=fields.Date.today())
        self.assertEqual(self.sees(self.colleague, row), [True])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_collaborator SET until = until - 1 WHERE id = %s", [right.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.sees(self.colleague, row), [False])

    def test_x26_owner_sees_what_others_do_on_the_customer(self):
        row = self.log(user=self.boss)
        lead = self.make_lead(self.contact, user_id=self.boss.id)
        order = self.make_order(user=self.boss, user_id=self.boss.id)
        self.assertEqual(self.sees(self.seller, row, lead, order), [True] * 3)
        self.assertEqual(self.sees(self.colleague, row, lead, order), [False] * 3)

    def test_x26_only_owner_leader_and_manager_decide(self):
        self.team.user_id = self.mate
        for user in (self.seller, self.mate, self.manager):
            right = self.share(by=user)
            right.with_user(user).action_end()
        for user in (self.colleague, self.boss):
            with self.assertRaises(AccessError):
                self.share(by=user)

    def test_x26_collaborator_cannot_extend_the_own_right(self):
        right = self.share().with_user(self.colleague)
        self.assertTrue(right.has_access("read"))
        with self.assertRaises(AccessError):
            right.right = "write"
        with self.assertRaises(AccessError):
            right.unlink()

    def test_a_right_does_not_change_hands(self):
        right = self.share().with_user(self.seller)
        with self.assertRaises(UserError):
            right.user_id = self.boss
        with self.assertRaises(UserError):
            right.partner_id = self.other_customer
        self.assertEqual(right.given_by_id, self.seller)

    def test_given_by_is_not_typed(self):
        right = (
            self.env["crm.collaborator"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.contact.id,
                    "user_id": self.colleague.id,
                    "given_by_id": self.manager.id,
                }
            )
        )
        self.assertEqual(right.given_by_id, self.seller)
        self.assertEqual(right.partner_id, self.customer)

    def test_shared_again_is_changed_not_doubled(self):
        right = self.share()
        self.assertEqual(self.share(right="write"), right)
        self.assertEqual(right.right, "write")
        with self.assertRaises(ValidationError):
            self.customer.collaborator_ids.create(
                {"partner_id": self.customer.id, "user_id": self.colleague.id}
            )

    def test_portal_users_are_no_collaborators(self):
        visitor = self.make_user("visitor", "base.group_portal")
        with self.assertRaises(ValidationError):
            self.share(visitor)

    def test_x01_changes_stand_in_the_timeline(self):
        until = fields.Date.to_date("2031-05-04")
        right = self.share(reason="Joint tender")
        right.until = until
        right.action_end()
        rows = self.history(channel="note").sorted("id")
        self.assertEqual(
            rows.mapped("headline"),
            [
                f"Customer shared with {self.colleague.name}",
                f"Customer shared with {self.colleague.name} until 05/04/2031",
                f"Customer no longer shared with {self.colleague.name}",
            ],
        )
        self.assertEqual(rows[0].user_id, self.seller)
        self.assertEqual(rows[0].preview, "Joint tender")
        self.assertFalse(any(rows.mapped("is_followup")))

    def test_queries_of_sharing_do_not_grow(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Buyer {n}", "user_id": self.seller.id} for n in range(20)]
        )
        few, many = customers[:2], customers[2:]
        share = self.env["res.partner"].with_user(self.seller)
        share.browse(self.customer.id)._crm_share(self.colleague)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        share.browse(few.ids)._crm_share(self.colleague)
        self.env.flush_all()
        small = self.env.cr.sql_log_count - before
        before = self.env.cr.sql_log_count
        share.browse(many.ids)._crm_share(self.colleague)
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - before, small + 2)


@tagged("post_install", "-at_install")
class TestRelation(CrmExtensionCommon):
    """X26: mine, my team's, nobody's, colleagues': one definition."""

    def relations(self, user):
        partners = self.customer | self.contact | self.other_customer
        partners.invalidate_recordset(["customer_relation"])
        return partners.with_user(user).mapped("customer_relation")

    def found(self, user, relation):
        partners = self.env["res.partner"].with_user(user)
        ids = (self.customer | self.contact | self.other_customer).ids
        domain = [("id", "in", ids), ("customer_relation", "=", relation)]
        return partners.search(domain).ids

    def test_x26_owner_team_others(self):
        self.assertEqual(self.relations(self.seller), ["mine", "mine", "free"])
        self.assertEqual(self.relations(self.mate), ["team", "team", "free"])
        self.assertEqual(self.relations(self.colleague), ["others", "others", "free"])

    def test_search_agrees_with_the_field(self):
        both = (self.customer | self.contact).ids
        self.assertCountEqual(self.found(self.seller, "mine"), both)
        self.assertCountEqual(self.found(self.mate, "team"), both)
        self.assertCountEqual(self.found(self.colleague, "others"), both)
        for user in (self.seller, self.mate, self.colleague):
            self.assertEqual(self.found(user, "free"), self.other_customer.ids)

    def test_salesperson_of_a_person_in_a_company(self):
        self.contact.user_id = self.colleague
        self.assertEqual(self.relations(self.colleague), ["others", "mine", "free"])
        self.assertEqual(self.relations(self.seller), ["mine", "mine", "free"])

    def test_x26_teams_that_share_with_each_other(self):
        row = self.log(user=self.seller)
        self.assertFalse(row.with_user(self.colleague).has_access("read"))
        self.team.share_team_ids = self.other_team
        self.assertEqual(self.relations(self.colleague), ["team", "team", "free"])
        self.assertTrue(row.with_user(self.colleague).has_access("read"))
        self.other_customer.user_id = self.colleague
        self.assertEqual(self.relations(self.seller), ["mine", "mine", "others"])

    def test_own_level_in_the_same_team_is_not_the_team_level(self):
        friend = self.make_user("friend", GROUP_OWN)
        self.team.member_ids |= friend
        self.assertEqual(self.relations(friend), ["others", "others", "free"])

    def test_a_lead_that_was_given_to_me(self):
        lead = self.make_lead(self.contact, user_id=self.colleague.id)
        self.assertEqual(self.relations(self.colleague), ["shared", "shared", "free"])
        lead.action_set_lost()
        self.assertEqual(self.relations(self.colleague), ["others", "others", "free"])

    def test_employees_are_nobodys_customers(self):
        card = self.boss.partner_id
        card.user_id = self.seller
        card.invalidate_recordset()
        self.assertEqual(card.with_user(self.colleague).customer_relation, "free")

    def test_relations_cost_one_query(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Buyer {n}"} for n in range(40)]
        )
        self.env.flush_all()
        partners = partners.with_user(self.seller)
        partners.invalidate_recordset()
        self.env.user.with_user(self.seller).has_group(GROUP_OWN)
        with self.assertQueryCount(3):  # commercial partners, the relation
            partners.mapped("customer_relation")
