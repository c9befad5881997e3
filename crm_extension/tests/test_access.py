from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestAccess(CrmExtensionCommon):
    """X26: own / own team / all / company, tested as a matrix."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.free = cls.other_customer
        cls.rows = {
            # logged by the seller, on the seller's customer
            "seller": cls.log(user=cls.seller),
            # logged by a colleague, on the seller's customer
            "visit": cls.log(user=cls.colleague, channel="visit"),
            # logged by a colleague on a customer of nobody
            "free": cls.log(cls.free, user=cls.colleague),
        }

    def _visible(self, user):
        rows = self.env["crm.interaction"].with_user(user)
        found = rows.search([("id", "in", [row.id for row in self.rows.values()])])
        return {name for name, row in self.rows.items() if row.id in found.ids}

    def test_x26_own_sees_own_customers_and_own_rows(self):
        self.assertEqual(self._visible(self.seller), {"seller", "visit"})
        self.assertEqual(self._visible(self.colleague), {"visit", "free"})

    def test_x26_team_sees_the_team(self):
        self.assertEqual(self._visible(self.mate), {"seller", "visit"})

    def test_x26_leader_sees_the_team_without_being_a_member(self):
        leader = self.make_user("leader", "crm_extension.crm_extension_group_team")
        self.assertEqual(self._visible(leader), set())
        self.other_team.user_id = leader
        self.assertEqual(self._visible(leader), {"visit", "free"})

    def test_x26_all_and_manager_see_all(self):
        for user in (self.boss, self.manager):
            self.assertEqual(self._visible(user), {"seller", "visit", "free"})

    def test_x26_leaving_the_team_ends_the_view(self):
        self.team.member_ids -= self.mate
        self.assertEqual(self._visible(self.mate), set())

    def test_x26_handed_over_customer_shows_its_history(self):
        self.free.user_id = self.seller
        self.assertEqual(self._visible(self.seller), {"seller", "visit", "free"})

    def test_x26_other_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreigner = self.make_user(
            "foreigner",
            "sales_team.group_sale_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertEqual(self._visible(foreigner), set())
        self.rows["free"].sudo().company_id = False
        self.assertEqual(self._visible(foreigner), {"free"})

    def test_x26_employees_without_sales_rights_read_nothing(self):
        clerk = new_test_user(self.env, "crm_clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["crm.interaction"].with_user(clerk).search([])

    def test_portal_never(self):
        portal = new_test_user(self.env, "crm_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.env["crm.interaction"].with_user(portal).search([])

    def test_row_of_another_team_cannot_be_written(self):
        with self.assertRaises(AccessError):
            self.rows["free"].with_user(self.seller).write({"subject": "Mine"})

    def test_configuration_belongs_to_managers(self):
        for model in (
            "crm.interaction.type",
            "crm.interaction.outcome",
            "crm.territory",
        ):
            seller = self.env[model].with_user(self.seller)
            self.assertTrue(seller.has_access("read"), model)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(seller.has_access(operation), (model, operation))
            self.assertTrue(
                self.env[model].with_user(self.manager).has_access("create")
            )

    def test_team_level_reads_leads_and_orders_of_the_team(self):
        lead = self.make_lead(user_id=self.seller.id, team_id=self.team.id)
        other = self.make_lead(user_id=self.colleague.id, team_id=self.other_team.id)
        order = self.make_order(user=self.seller, team_id=self.team.id)
        self.assertTrue(lead.with_user(self.mate).has_access("read"))
        self.assertTrue(order.with_user(self.mate).has_access("read"))
        self.assertTrue(order.order_line.with_user(self.mate).has_access("read"))
        self.assertFalse(other.with_user(self.mate).has_access("read"))
        self.assertFalse(lead.with_user(self.colleague).has_access("read"))


@tagged("post_install", "-at_install")
class TestTerritory(CrmExtensionCommon):
    """X17: regions as a tree."""

    def test_x17_tree(self):
        territory = self.env["crm.territory"]
        north = territory.create({"name": "North", "code": "N"})
        city = territory.create({"name": "City", "parent_id": north.id})
        self.assertEqual(city.complete_name, "North / City")
        self.customer.territory_id = city
        found = self.env["res.partner"].search([("territory_id", "child_of", north.id)])
        self.assertEqual(found, self.customer)
        north.name = "Far North"
        self.assertEqual(city.complete_name, "Far North / City")

    def test_no_cycle(self):
        territory = self.env["crm.territory"]
        north = territory.create({"name": "North"})
        city = territory.create({"name": "City", "parent_id": north.id})
        with self.assertRaises(UserError), self.cr.savepoint():
            north.parent_id = city

    def test_partner_indexes_exist(self):
        """X10: a caller and a salesperson's customers are found by an index."""
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'res_partner'"
        )
        names = {row[0] for row in self.env.cr.fetchall()}
        self.assertLessEqual(
            {"res_partner_crm_user_idx", "res_partner_crm_phone_sanitized_idx"}, names
        )
