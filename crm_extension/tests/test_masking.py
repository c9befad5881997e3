from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_extension.models.crm_mask_mixin import MASK

from .common import GROUP_OWN
from .masking_common import EXPORT, READERS, MaskingCommon


@tagged("post_install", "-at_install")
class TestMaskingMatrix(MaskingCommon):
    """X26: users x modes x ways to read."""

    def read_all(self, user):
        return {
            name: reader(self.as_user(self.partners, user))
            for name, reader in READERS.items()
        }

    def test_x26_masked_and_strict_show_no_secret_on_any_way(self):
        for mode in ("masked", "strict"):
            self.set_mode(mode)
            for name, reader in READERS.items():
                with self.subTest(mode=mode, way=name):
                    self.assertNoSecret(reader(self.as_user(self.partners)))

    def test_x26_open_shows_everything_to_everybody(self):
        self.assertEqual(self.company.crm_masking, "open")
        for user in (self.seller, self.colleague, self.mate, self.boss):
            self.assertSecret(self.as_user(self.partners, user).read(["phone"]))

    def test_x26_owner_team_all_and_manager_see_in_every_mode(self):
        for mode in ("masked", "strict"):
            self.set_mode(mode)
            for user in (self.seller, self.mate, self.boss, self.manager):
                user.group_ids |= self.env.ref(EXPORT)
                for name in ("read", "web_read", "export", "web_search_read"):
                    with self.subTest(mode=mode, user=user.login, way=name):
                        partners = self.as_user(self.partners, user)
                        self.assertSecret(READERS[name](partners))

    def test_x26_people_who_do_not_sell_are_not_limited(self):
        accountant = self.make_user("accountant", "account.group_account_invoice")
        employee = self.make_user("employee", "base.group_user")
        self.set_mode("strict")
        for user in (accountant, employee):
            self.assertSecret(self.as_user(self.partners, user).read(["phone"]))

    def test_x26_salesperson_who_also_invoices_is_limited(self):
        both = self.make_user("both", f"{GROUP_OWN},account.group_account_invoice")
        self.set_mode("masked")
        self.assertNoSecret(self.as_user(self.partners, both).read(["phone"]))

    def test_x26_name_city_and_own_customers_stay(self):
        self.set_mode("strict")
        rows = self.as_user(self.partners).read(["name", "city", "phone"])
        self.assertEqual([row["name"] for row in rows], self.partners.mapped("name"))
        self.assertEqual(rows[0]["city"], "Graz")
        self.assertEqual(rows[0]["phone"], MASK)
        self.assertEqual(rows[2]["phone"], self.open_customer.phone)

    def test_x26_sharing_opens(self):
        self.set_mode("strict")
        self.customer.with_user(self.seller)._crm_share(self.colleague)
        self.assertSecret(self.as_user(self.partners).read(["phone"]))

    def test_x26_strict_lists_no_people_leads_quotations(self):
        free = {"user_id": False, "team_id": False}
        lead = self.make_lead(self.customer, **free)
        order = self.make_order(user_id=False, team_id=False)
        records = (lead, order, order.order_line)
        for mode, seen in (("open", True), ("masked", True), ("strict", False)):
            self.set_mode(mode)
            for record in records:
                found = self.as_user(record).search([("id", "in", record.ids)])
                self.assertEqual(bool(found), seen, (mode, record))
                self.assertEqual(self.as_user(record).has_access("read"), seen)
            people = self.as_user(self.customer).read(["child_ids"])[0]["child_ids"]
            self.assertEqual(bool(people), seen, mode)
            for domain in (
                [("parent_id", "=", self.customer.id)],
                [("commercial_partner_id", "=", self.customer.id)],
                [("parent_id", "any", [("name", "=", self.customer.name)])],
            ):
                found = self.as_user(self.env["res.partner"]).search(domain)
                self.assertEqual(bool(found), seen, (mode, domain))

    def test_x26_the_setting_holds_at_once(self):
        """Set and taken back in a running registry, read by the same process."""
        partners = self.as_user(self.customer)
        for mode, phone in (
            ("open", self.customer.phone),
            ("masked", MASK),
            ("open", self.customer.phone),
        ):
            self.company.crm_masking = mode
            self.assertEqual(partners.read(["phone"])[0]["phone"], phone)

    def test_x26_two_companies_the_strictest_holds(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.set_mode("masked")
        self.assertEqual(self.env.company.crm_masking, "masked")
        stranger = self.make_user(
            "stranger",
            GROUP_OWN,
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertSecret(self.as_user(self.customer, stranger).read(["phone"]))
        stranger.company_ids |= self.company
        customer = self.as_user(self.customer, stranger)
        for companies in (other, self.company, other | self.company):
            scoped = customer.with_context(allowed_company_ids=companies.ids)
            self.assertNoSecret(scoped.read(["phone", "email"]))

    def test_open_asks_nothing(self):
        """Not one query more than a list without any field that could be masked."""
        partners = self.as_user(self.partners)
        counts = []
        for names in (["name", "ref"], ["name", "ref"], ["name", "phone", "email"]):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_masking_a_list_costs_one_query(self):
        partners = self.env["res.partner"].create(
            [{"name": f"P{n}", "user_id": self.seller.id} for n in range(40)]
        )
        self.set_mode("masked")
        self.as_user(self.customer).read(["phone"])
        for records in (partners[:2], partners):
            self.env.invalidate_all()
            with self.assertQueryCount(4):  # fetch, commercial, teams, relation
                rows = self.as_user(records).read(["name", "phone", "email"])
        self.assertEqual(len(rows), 40)
