from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestAccess(CrmRmaCommon):
    """R15: who may see and do what; companies never see each other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.make_lots(cls.product, ["SN-1", "SN-2", "SN-3"])
        cls.deliver(cls.lots)
        cls.mine = cls.rma(cls.lots[0], user_id=cls.user.id)
        cls.theirs = cls.rma(cls.lots[1], user_id=cls.manager.id)
        cls.nobodys = cls.rma(cls.lots[2], user_id=False)
        cls.seller = new_test_user(
            cls.env, "seller", groups="sales_team.group_sale_salesman"
        )
        cls.stranger = new_test_user(cls.env, "stranger", groups="base.group_user")

    def seen_by(self, user):
        return self.env["crm.rma"].with_user(user).search([])

    def all_ids(self):
        return (self.mine + self.theirs + self.nobodys).ids

    def test_desk_shares_its_work(self):
        """R15: a colleague's RMA is seen and handled by the whole service desk."""
        self.assertLessEqual(set(self.all_ids()), set(self.seen_by(self.user).ids))
        lines = self.env["crm.rma.line"].with_user(self.user).search([])
        self.assertEqual(lines.rma_id, self.seen_by(self.user))
        self.theirs.with_user(self.user).action_approve()
        self.assertEqual(self.theirs.state, "expected")

    def test_nobody_deletes_what_was_approved(self):
        """R15: a request may be deleted, an approved RMA is history."""
        self.theirs.action_approve()
        self.mine.action_approve()
        self.mine.action_cancel()
        for rma in self.theirs + self.mine:
            for user in (self.user, self.manager):
                with self.assertRaises(UserError):
                    rma.with_user(user).unlink()
        self.nobodys.with_user(self.user).unlink()
        self.assertFalse(self.nobodys.exists())

    def test_manager_sees_all(self):
        self.assertLessEqual(set(self.all_ids()), set(self.seen_by(self.manager).ids))

    def test_seller_reads_own_customers(self):
        self.assertIn(self.mine, self.seen_by(self.seller))
        self.customer.user_id = self.manager
        self.assertNotIn(self.mine, self.seen_by(self.seller))
        self.customer.user_id = self.seller
        self.assertIn(self.mine, self.seen_by(self.seller))

    def test_seller_reads_warranties_of_own_customers(self):
        """R15: own, team's or all customers, as with everything else they sell."""
        registration = self.lots[0].registration_ids
        seen = self.env["warranty.registration"].with_user
        self.assertIn(registration, seen(self.seller).search([]))
        self.customer.user_id = self.manager
        self.assertNotIn(registration, seen(self.seller).search([]))
        counted = self.lots[0].with_user(self.seller)
        self.assertEqual(counted.warranty_count, 0)
        self.assertIn(registration, seen(self.user).search([]))
        self.customer.user_id = self.seller
        self.assertIn(registration, seen(self.seller).search([]))

    def test_warehouse_reads_all_warranties(self):
        dock = new_test_user(self.env, "dock", groups="stock.group_stock_user")
        self.customer.user_id = self.manager
        both = "stock.group_stock_user,sales_team.group_sale_salesman"
        both = new_test_user(self.env, "both", groups=both)
        for user in (dock, both):
            found = self.env["warranty.registration"].with_user(user).search([])
            self.assertLessEqual(set(self.lots.registration_ids), set(found))

    def test_seller_opens_every_screen(self):
        """A salesperson without stock rights reads list, board and form."""
        self.customer.user_id = self.seller
        self.walk(self.mine, until="action_start_repair")
        self.env.flush_all()
        self.env.invalidate_all()
        for record in (self.mine, self.mine.line_ids, self.lots[0].registration_ids):
            record = record.with_user(self.seller)
            for kind in ("list", "kanban", "form"):
                if record._name == "warranty.registration" and kind == "kanban":
                    continue
                view = record.get_view(view_type=kind)
                names = record.fields_get(view["models"][record._name], ["type"])
                record.web_read({name: {} for name in names})

    def test_seller_changes_nothing(self):
        rma = self.mine.with_user(self.seller)
        for step in ("action_approve", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(rma, step)()
        with self.assertRaises(AccessError):
            rma.priority = "1"
        with self.assertRaises(AccessError):
            rma.line_ids.place = "received"
        with self.assertRaises(AccessError):
            rma.create({"partner_id": self.customer.id})

    def test_all_leads_sees_all(self):
        boss = new_test_user(
            self.env, "boss", groups="sales_team.group_sale_salesman_all_leads"
        )
        self.customer.user_id = self.manager
        self.assertLessEqual(set(self.all_ids()), set(self.seen_by(boss).ids))

    def test_team_sees_team(self):
        team = self.env["crm.team"].create({"name": "T"})
        lead = new_test_user(
            self.env, "lead", groups="crm_extension.crm_extension_group_team"
        )
        team.member_ids = lead + self.seller
        self.customer.user_id = self.seller
        self.assertIn(self.mine, self.seen_by(lead))
        self.customer.user_id = self.manager
        self.assertNotIn(self.mine, self.seen_by(lead))

    def test_leader_sees_the_team_without_being_a_member(self):
        leader = new_test_user(
            self.env, "leader", groups="crm_extension.crm_extension_group_team"
        )
        team = self.env["crm.team"].create({"name": "T", "user_id": leader.id})
        team.member_ids = self.seller
        self.customer.user_id = self.seller
        self.assertIn(self.mine, self.seen_by(leader))
        warranties = self.env["warranty.registration"].with_user(leader).search([])
        self.assertIn(self.lots[0].registration_ids, warranties)

    def test_stranger_sees_nothing(self):
        for model in ("crm.rma", "crm.rma.line", "crm.rma.outcome"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.stranger).search([])
        with self.assertRaises(AccessError):
            self.env["warranty.registration"].with_user(self.stranger).search([])

    def test_terms_are_set_by_managers(self):
        with self.assertRaises(AccessError):
            self.term.with_user(self.user).duration = 99
        self.term.with_user(self.manager).duration = 18
        registration = self.lots[0].registration_ids
        with self.assertRaises(AccessError):
            registration.with_user(self.user).date_end = "2099-01-01"

    def test_other_company(self):
        """R15: neither RMA nor warranty of another company is seen."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = new_test_user(
            self.env,
            "outsider",
            groups="crm_rma.crm_rma_group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.seen_by(outsider))
        for model in ("crm.rma.line", "warranty.registration"):
            self.assertFalse(self.env[model].with_user(outsider).search([]))

    def test_site(self):
        """R15: who works for one site sees its returns only, from the next click on,
        and new ones are handled there."""
        there = self.env["stock.warehouse"].create({"name": "Harbour", "code": "HRB"})
        self.theirs.warehouse_id = there
        self.walk(self.theirs, until="action_receive").line_ids._decide("nff")
        units = self.theirs.line_ids
        clerk = self.user
        self.assertIn(self.mine, self.seen_by(clerk))
        clerk.rma_warehouse_ids = there
        self.assertEqual(self.seen_by(clerk), self.theirs)
        for model, seen in (
            ("crm.rma.line", units),
            ("crm.rma.outcome", units.outcome_ids),
        ):
            self.assertEqual(self.env[model].with_user(clerk).search([]), seen)
        with self.assertRaises(AccessError):
            self.mine.with_user(clerk).action_approve()
        new = (
            self.env["crm.rma"]
            .with_user(clerk)
            .create({"partner_id": self.customer.id})
        )
        self.assertEqual(new.warehouse_id, there)
        clerk.rma_warehouse_ids = False
        self.assertIn(self.mine, self.seen_by(clerk))

    def test_serial_of_another_company_is_unknown(self):
        """R15: another company's delivery gives no origin and no warranty."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        origin = self.lots[:1]._rma_origins(other)[self.lots[:1]]
        self.assertFalse(origin.move)
        self.assertFalse(origin.partner)
        self.assertFalse(origin.registration)

    def test_counters_follow_the_rules(self):
        self.assertEqual(self.customer.with_user(self.user).rma_open_count, 3)
        self.customer.user_id = self.manager
        self.assertEqual(self.customer.with_user(self.seller).rma_open_count, 0)
