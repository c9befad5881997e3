import json
from contextlib import suppress

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_extension.models.crm_mask_mixin import MASK

from .common import GROUP_OWN, CrmExtensionCommon

EXPORT = "base.group_allow_export"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
SECRETS = (
    "5550123",
    "555 01 23",
    "secret@",
    "Kirchgasse",
    "8010",
    "pays late",
    "1971-05",
)


class MaskingCommon(CrmExtensionCommon):
    """A customer of ``seller`` with secrets, looked at by ``colleague``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague.group_ids |= cls.env.ref(EXPORT)
        cls.customer.write(
            {
                "phone": "+43 316 555 01 23",
                "email": "secret@ernst.example.com",
                "street": "Kirchgasse 6",
                "zip": "8010",
                "city": "Graz",
                "country_id": cls.env.ref("base.at").id,
                "comment": "pays late",
            }
        )
        cls.contact.write(
            {
                "phone": "+43 316 5550123 7",
                "email": "secret@roland.example.com",
                "birthdate": "1971-05-04",
                "function": "secret@buyer",
            }
        )
        cls.open_customer = cls.make_customer(
            "Ana Trujillo", user_id=cls.colleague.id, phone="+52 55 1234 5678"
        )
        cls.partners = cls.customer | cls.contact | cls.open_customer

    def set_mode(self, mode):
        self.company.crm_masking = mode
        self.env.invalidate_all()

    def as_user(self, records, user=None):
        return records.with_user(user or self.colleague)

    def assertNoSecret(self, payload):
        text = json.dumps(payload, default=str)
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def assertSecret(self, payload):
        self.assertIn(SECRETS[0], json.dumps(payload, default=str).replace(" ", ""))


# Every way to read a list of partners by RPC: name -> function of the recordset
def all_fields(partners):
    skipped = ("binary", "one2many", "many2many")
    fields = partners.fields_get(attributes=["type"])
    return [name for name, field in fields.items() if field["type"] not in skipped]


READERS = {
    "read": lambda p: p.read(all_fields(p)),
    "read some": lambda p: p.read(["name", "phone", "email", "street", "birthdate"]),
    "search_read": lambda p: p.search_read([("id", "in", p.ids)], ["phone", "email"]),
    "web_read": lambda p: p.web_read(
        {
            "phone": {},
            "child_ids": {"fields": {"email": {}, "phone": {}, "function": {}}},
            "parent_id": {"fields": {"display_name": {}, "phone": {}}},
        }
    ),
    "web_search_read": lambda p: p.web_search_read(
        [("id", "in", p.ids)], {"phone": {}, "email": {}, "contact_address": {}}
    ),
    "export": lambda p: p.export_data(
        ["name", "phone", "child_ids/phone", "child_ids/email", "street", "id"]
    ),
    "export compatible": lambda p: p.with_context(import_compat=True).export_data(
        ["phone", "email", "zip", "birthdate"]
    ),
    "show_email": lambda p: p.with_context(show_email=1, show_address=1).read(
        ["display_name"]
    ),
    "formatted": lambda p: p.with_context(
        formatted_display_name=1, show_email=1
    ).name_search("", domain=[("id", "in", p.ids)]),
    "many2one name": lambda p: p.web_read(
        {
            "commercial_partner_id": {
                "fields": {"display_name": {}},
                "context": {"show_address": 1, "show_email": 1},
            }
        }
    ),
    "group": lambda p: p.formatted_read_group(
        [("id", "in", p.ids)], ["phone"], ["email:array_agg", "__count"]
    ),
    "group by month": lambda p: p.formatted_read_group(
        [("id", "in", p.ids)], ["birthdate:month"], ["__count", "birthdate:max"]
    ),
    "web_read_group": lambda p: p.web_read_group(
        [("id", "in", p.ids)],
        ["email"],
        auto_unfold=True,
        unfold_read_specification={"phone": {}, "street": {}},
    ),
    "onchange": lambda p: p[:1].onchange(
        {"name": "X"}, ["name"], {"phone": {}, "email": {}, "street": {}, "name": {}}
    ),
}


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


@tagged("post_install", "-at_install")
class TestMaskingAttacks(MaskingCommon):
    """X26: what somebody tries who wants the number of a colleague's customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crm_masking = "masked"
        cls.decoy = cls.make_customer("Zzz", phone="+43 1 999", email="zzz@example.com")
        cls.env.invalidate_all()

    def finds(self, domain, model="res.partner"):
        return self.as_user(self.env[model]).search(domain)

    def test_domains_on_masked_fields_find_nothing(self):
        both = self.customer | self.contact
        for domain in (
            [("email", "=like", "secret%")],
            [("email", "ilike", "secret")],
            [("email", "=", "secret@ernst.example.com")],
            [("email_normalized", "in", ["secret@ernst.example.com"])],
            [("phone", "like", "555")],
            [("phone", ">", "+43 316 5")],
            [("phone_sanitized", "=like", "+43316%")],
            [("phone_mobile_search", "ilike", "5550123")],
            [("phone_mobile_search", "=", "+43316555012")],
            [("phone_number_search", "ilike", "5550123")],
            [("phone_number_ids.raw", "ilike", "555")],
            [("phone_number_ids.e164", "=like", "+43%")],
            [("display_name", "ilike", "+43 316 5550123")],
            [("street", "!=", False), ("zip", "=", "8010")],
            [("birthdate", "=", "1971-05-04")],
            [("birthdate.month_number", "=", 5)],
            [("comment", "ilike", "late")],
            [("display_name", "ilike", "secret@ernst")],
            [("child_ids.email", "ilike", "secret")],
            [("child_ids", "any", [("phone", "like", "555")])],
            [("parent_id.phone", "like", "555")],
            [("commercial_partner_id.email", "ilike", "secret")],
            [("id", "child_of", "secret@ernst")],
            [("self", "ilike", "secret@ernst")],
            [("partner_latitude", "!=", 0)],
        ):
            # the errors: Odoo cannot search there at all
            refused = suppress(ValueError, NotImplementedError)
            with self.subTest(domain=domain), refused:
                self.assertFalse(self.finds(domain) & both)

    def test_search_count_is_no_oracle(self):
        partners = self.as_user(self.env["res.partner"])
        for prefix in ("s", "secret@e", "x"):
            found = partners.search_count(
                [("id", "=", self.customer.id), ("email", "=like", f"{prefix}%")]
            )
            self.assertEqual(found, 0)
            negative = partners.search_count(
                [("id", "=", self.customer.id), ("email", "not ilike", prefix)]
            )
            self.assertEqual(negative, 1)

    def test_domains_of_other_models(self):
        order = self.make_order(user=self.colleague, user_id=self.colleague.id)
        event = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2031-01-01 10:00:00",
                "stop": "2031-01-01 11:00:00",
                "partner_ids": [
                    Command.set((self.contact | self.colleague.partner_id).ids)
                ],
            }
        )
        order.message_subscribe(self.contact.ids)
        for model, domain in (
            ("sale.order", [("partner_id.phone", "like", "555")]),
            ("sale.order", [("partner_id.child_ids.email", "ilike", "secret")]),
            ("sale.order", [("partner_id", "ilike", "secret@ernst")]),
            ("sale.order.line", [("order_partner_id.email", "ilike", "secret")]),
            ("calendar.attendee", [("email", "ilike", "secret")]),
            ("calendar.event", [("partner_ids.email", "ilike", "secret")]),
            ("calendar.event", [("attendee_ids.email", "ilike", "secret")]),
            ("mail.followers", [("email", "ilike", "secret")]),
            ("mail.followers", [("partner_id.email", "ilike", "secret")]),
            ("sale.order", [("message_partner_ids.email", "ilike", "secret")]),
        ):
            with self.subTest(model=model, domain=domain):
                self.assertFalse(self.finds(domain, model))
        self.assertTrue(self.finds([("id", "=", order.id)], "sale.order"))
        for records in (event.attendee_ids, order.message_follower_ids):
            self.assertNoSecret(self.as_user(records).read())
            self.assertNoSecret(
                self.as_user(records).formatted_read_group(
                    [("id", "in", records.ids)], ["partner_id"], ["__count"]
                )
            )

    def test_order_by_a_masked_field_tells_nothing(self):
        """All masked rows are equal: only the order of what is visible follows."""
        second = self.make_customer("Beta", user_id=self.seller.id, phone="+43 0")
        partners = self.as_user(self.env["res.partner"])
        domain = [("id", "in", (self.customer | second).ids)]
        for phone in ("+43 0", "+43 999"):
            second.phone = phone
            orders = [
                partners.search(domain, order=order).ids
                for order in ("phone, id", "phone desc, id", "email, id", "zip, id")
            ]
            self.assertEqual(orders, [(self.customer | second).ids] * 4)

    def test_paths_into_other_models(self):
        order = self.make_order(user=self.colleague, user_id=self.colleague.id)
        order = self.as_user(order)
        self.assertNoSecret(
            order.web_read({"partner_id": {"fields": {"phone": {}, "email": {}}}})
        )
        self.assertNoSecret(
            order.export_data(
                ["name", "partner_id/phone", "partner_id/child_ids/email"]
            )
        )

    def test_group_by_a_path(self):
        order = self.make_order(user=self.colleague, user_id=self.colleague.id)
        for path in ("partner_id.phone", "partner_id.email", "partner_id.zip"):
            groups = self.as_user(order)._read_group([("id", "=", order.id)], [path])
            self.assertEqual(groups, [(False,)], path)

    def test_users_of_the_customer(self):
        user = new_test_user(
            self.env,
            "secret@portal.example.com",
            name="Roland Mendel",
            groups="base.group_portal",
            partner_id=self.contact.id,
        )
        users = self.as_user(user)
        self.assertNoSecret(users.read(["login", "email", "phone", "name"]))
        self.assertNoSecret(users.export_data(["login", "email", "phone"]))
        for domain in (
            [("login", "=like", "secret%")],
            [("email", "ilike", "secret")],
            [("phone", "like", "555")],
            [("partner_id.email", "ilike", "secret")],
            [("name", "ilike", "secret")],
        ):
            found = users.with_context(active_test=False).search(domain)
            self.assertNotIn(user, found.with_env(user.env), domain)
        order = users.search([("id", "in", user.ids)], order="email")
        self.assertEqual(order.ids, user.ids)
        groups = users.formatted_read_group([("id", "=", user.id)], ["login"])
        self.assertNoSecret(groups)
        partners = self.finds([("user_ids.login", "ilike", "secret")])
        self.assertFalse(partners)

    def test_messages_of_the_customer(self):
        self.customer.message_post(body="the number is 5550123")
        messages = self.customer.message_ids
        found = self.finds([("id", "in", messages.ids)], "mail.message")
        self.assertFalse(found)
        with self.assertRaises(AccessError):
            self.as_user(messages).read(["body"])
        self.assertNoSecret(self.as_user(self.customer).read(["message_ids"]))
        self.company.crm_masking = "open"
        self.assertTrue(self.finds([("id", "in", messages.ids)], "mail.message"))

    def test_what_lies_ahead_in_the_timeline(self):
        self.plan(self.customer, user=self.seller, summary="Call 5550123")
        own = self.plan(self.customer, user=self.colleague, summary="My own")
        self.env["calendar.event"].create(
            {
                "name": "secret@ meeting",
                "start": "2036-01-01 10:00:00",
                "stop": "2036-01-01 11:00:00",
                "user_id": self.seller.id,
                "partner_ids": [
                    Command.set((self.contact | self.seller.partner_id).ids)
                ],
            }
        )
        self.log(user=self.seller, subject="Asked for secret@ samples")
        rows = self.env["crm.interaction"].with_user(self.colleague)
        page = rows.timeline_fetch("res.partner", self.customer.id)
        self.assertNoSecret(page)
        self.assertEqual([todo["id"] for todo in page["upcoming"]], own.ids)
        page = rows.with_user(self.seller).timeline_fetch(
            "res.partner", self.customer.id
        )
        self.assertIn("Call 5550123", json.dumps(page, default=str))

    def test_x26_ask_to_share_opens_the_customer(self):
        customer = self.as_user(self.contact)
        for _twice in range(2):
            message = customer.action_ask_to_share()["params"]["message"]
            self.assertIn(self.seller.name, message)
        request = self.env["crm.share.request"].search(
            [("requester_id", "=", self.colleague.id)]
        )
        self.assertEqual(request.partner_id, self.customer)
        self.assertNoSecret(customer.read(["phone", "email"]))
        request.with_user(self.seller).action_accept()
        self.env.invalidate_all()
        self.assertSecret(customer.read(["phone", "email"]))
        message = customer.action_ask_to_share()["params"]["message"]
        self.assertNotIn(self.seller.name, message)

    def test_workbench(self):
        free = self.make_lead(self.contact, user_id=False, team_id=False)
        self.contact.phone = self.customer.phone = False
        free.phone = "+43 316 5550123"
        self.plan(self.customer, user=self.colleague)
        workbench = self.env["crm.workbench"].with_user(self.colleague)
        for model, res_id in (
            ("res.partner", self.customer.id),
            ("res.partner", self.contact.id),
            ("crm.lead", free.id),
        ):
            self.assertNoSecret(workbench.preview(model, res_id))
        for name in workbench.counts()["buckets"]:
            name = name if isinstance(name, str) else name["name"]
            self.assertNoSecret(workbench.bucket(name))

    def test_suggested_recipients(self):
        order = self.make_order(user=self.colleague, user_id=self.colleague.id)
        suggested = self.as_user(order)._message_get_suggested_recipients()
        self.assertIn(self.customer.id, [row["partner_id"] for row in suggested])
        self.assertNoSecret(suggested)

    def test_caller_and_number_lookup(self):
        numbers = self.env["crm.phone.number"].with_user(self.colleague)
        for text in ("+43 316 5550123", "5550123", "0123"):
            self.assertFalse(
                {self.customer.id, self.contact.id}
                & {row["partner_id"] for row in numbers.lookup(text)}
            )
            self.assertNotIn("Ernst", json.dumps(numbers.caller_fetch(text)))
        rows = self.customer.phone_number_ids
        found = numbers.search([("national", "like", "555")])
        self.assertFalse(set(found.ids) & set(rows.ids))
        with self.assertRaises(AccessError):
            self.as_user(rows).read(["raw"])

    def test_messengers_dates_and_preferences(self):
        topic = self.env["crm.preference.topic"].create({"name": "Hobby, secret@"})
        owner = {"partner_id": self.contact.id}
        records = (
            self.env["crm.im.id"].create({**owner, "value": "5550123"}),
            self.env["crm.important.date"].create({**owner, "date": "1971-05-04"}),
            self.env["crm.preference"].create(
                {**owner, "topic_id": topic.id, "value": "secret@club"}
            ),
        )
        lists = ["im_ids", "important_date_ids", "preference_ids"]
        for record in records:
            self.assertFalse(self.finds([("id", "in", record.ids)], record._name))
            with self.assertRaises(AccessError):
                self.as_user(record).read()
            self.assertTrue(self.as_user(record, self.seller).read(["display_name"]))
        [row] = self.as_user(self.contact).read(lists)
        self.assertEqual([row[name] for name in lists], [[], [], []])

    def test_files_of_the_customer(self):
        file = self.env["ir.attachment"].create(
            {
                "name": "secret@.txt",
                "raw": b"5550123",
                "res_model": "res.partner",
                "res_id": self.customer.id,
            }
        )
        self.assertFalse(self.finds([("id", "=", file.id)], "ir.attachment"))
        with self.assertRaises(AccessError):
            self.as_user(file).read(["raw"])
        self.assertTrue(self.as_user(file, self.seller).read(["name"]))

    def test_text_message_hides_the_number(self):
        order = self.make_order(user=self.colleague, user_id=self.colleague.id)
        vals = {"res_model": order._name, "res_id": order.id, "body": "Hello"}
        composers = self.as_user(self.env["sms.composer"])
        composer = composers.create({**vals, "recipient_single_number_itf": MASK})
        names = ["recipient_single_number", "recipient_single_number_itf"]
        self.assertNoSecret(composer.read(names))
        self.assertEqual(
            composer.recipient_single_number_itf.replace(" ", ""), "+433165550123"
        )
        spec = {name: {} for name in names}
        self.assertNoSecret(composers.onchange(vals, [], spec))

    def test_vcard(self):
        with self.assertRaises(AccessError):
            self.as_user(self.customer)._get_vcard_file()
        self.assertTrue(self.as_user(self.open_customer)._get_vcard_file())

    def test_copies(self):
        customer = self.as_user(self.customer)
        with self.assertRaises(AccessError):
            customer.copy({"user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            customer.copy_data()

    def test_new_person_at_the_customer(self):
        """The address would come along from the company."""
        partners = self.as_user(self.env["res.partner"])
        vals = {"name": "Spy", "parent_id": self.customer.id, "type": "contact"}
        with self.assertRaises(AccessError):
            partners.create({**vals, "user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            self.as_user(self.open_customer).parent_id = self.customer
        spec = {name: {} for name in ("name", "street", "zip", "phone", "parent_id")}
        self.assertNoSecret(partners.onchange(vals, ["parent_id"], spec))
        defaults = partners.with_context(default_parent_id=self.customer.id)
        self.assertNoSecret(defaults.default_get(list(spec)))
        self.assertNoSecret(defaults.onchange({}, [], spec))

    def test_taking_the_customer(self):
        customer = self.as_user(self.customer)
        for vals in (
            {"user_id": self.colleague.id},
            {"parent_id": self.open_customer.id},
            {"is_company": False},
            {"active": False},
            {"phone": "+1 202"},
            {"child_ids": [Command.update(self.contact.id, {"email": "a@b.c"})]},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                customer.write(vals)
        with self.assertRaises(AccessError):
            customer.unlink()
        rights = self.env["crm.collaborator"].with_user(self.colleague)
        with self.assertRaises(AccessError):
            rights.create(
                {"partner_id": self.customer.id, "user_id": self.colleague.id}
            )
        with self.assertRaises(AccessError):
            customer.write(
                {"collaborator_ids": [Command.create({"user_id": self.colleague.id})]}
            )

    def test_merging_into_an_own_customer(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = self.as_user(wizard)
        with self.assertRaises(AccessError):
            wizard._merge((self.customer | self.open_customer).ids, self.open_customer)

    def test_leads_are_given_not_taken(self):
        leads = self.as_user(self.env["crm.lead"])
        vals = {"name": "Mine", "partner_id": self.contact.id}
        with self.assertRaises(AccessError):
            leads.create({**vals, "user_id": self.colleague.id})
        free = self.make_lead(self.contact, user_id=False, team_id=False)
        self.assertNoSecret(self.as_user(free).read())
        self.assertFalse(self.finds([("phone", "like", "555")], "crm.lead"))
        self.assertFalse(self.finds([("email_from", "ilike", "secr")], "crm.lead"))
        with self.assertRaises(AccessError):
            self.as_user(free).user_id = self.colleague
        own = leads.create({"name": "Own", "user_id": self.colleague.id})
        with self.assertRaises(AccessError):
            own.partner_id = self.contact
        spec = {"partner_id": {}, "phone": {}, "email_from": {}, "street": {}}
        self.assertNoSecret(leads.onchange(vals, ["partner_id"], spec))

    def test_a_lead_that_the_manager_gives_opens_the_customer(self):
        lead = self.make_lead(self.contact, user_id=self.colleague.id)
        self.assertSecret(self.as_user(self.contact).read(["phone"]))
        self.assertSecret(self.as_user(lead).read(["phone"]))
        self.as_user(lead).partner_id = self.customer  # same customer, still given

    def test_import_by_email_finds_nobody(self):
        partners = self.as_user(self.env["res.partner"])
        result = partners.load(
            ["name", "parent_id"], [["Spy", "secret@ernst.example.com"]]
        )
        self.assertFalse(result["ids"])
        self.assertEqual(partners.name_search("secret@ernst"), [])

    def test_a_mask_is_never_written(self):
        customer = self.as_user(self.customer)
        phone = self.customer.phone
        customer.write({"name": "Ernst Handel AG", "phone": MASK, "email": MASK})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.customer.phone, phone)
        self.assertEqual(self.customer.name, "Ernst Handel AG")
        again = self.env["res.partner"].create({"name": "Again", "phone": MASK})
        self.assertFalse(again.phone)
        numbers = self.customer.phone_number_ids | again.phone_number_ids
        self.assertNotIn(MASK, numbers.mapped("raw"))

    def test_saving_the_form_keeps_the_secrets(self):
        before = self.customer.read(["phone", "email", "street", "comment"])
        with Form(self.as_user(self.customer)) as form:
            form.name = "Ernst Handel AG"
        self.env.invalidate_all()
        after = self.customer.read(["phone", "email", "street", "comment"])
        self.assertEqual(before, after)

    def test_the_cache_is_not_masked(self):
        """Reading masked, then working with the record, then reading as another."""
        customer = self.as_user(self.customer)
        self.assertEqual(customer.read(["phone"])[0]["phone"], MASK)
        self.assertEqual(customer.phone, "+43 316 555 01 23")
        self.assertEqual(customer.read(["phone"])[0]["phone"], MASK)
        seller = self.as_user(self.customer, self.seller)
        self.assertEqual(seller.read(["phone"])[0]["phone"], "+43 316 555 01 23")

    def test_flags_of_the_context_open_nothing(self):
        for value in (True, 1, "UNMASKED", [1]):
            customer = self.as_user(self.customer).with_context(crm_unmasked=value)
            self.assertNoSecret(customer.read(all_fields(customer)))
            found = customer.search([("phone", "like", "555")])
            self.assertNotIn(self.customer.id, found.ids)

    def test_x26_collaborator_with_the_right_to_read_writes_nothing(self):
        customer = self.customer.with_user(self.seller)
        right = customer._crm_share(self.colleague)
        with self.assertRaises(AccessError):
            self.as_user(self.customer).phone = "+1"
        right.right = "write"
        self.as_user(self.customer).phone = "+1 202 555 0100"

    def test_strict_blocks_every_write(self):
        self.as_user(self.customer).lang = "en_US"
        self.set_mode("strict")
        with self.assertRaises(AccessError) as error:
            self.as_user(self.customer).name = "Mine"
        self.assertIn(self.seller.name, str(error.exception))
        with self.assertRaises(AccessError):
            self.make_order(user=self.colleague, user_id=self.colleague.id)


@tagged("post_install", "-at_install")
class TestMaskingHttp(MaskingCommon, HttpCase):
    """X26: the same by the routes of the server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crm_masking = "masked"
        cls.customer.image_1920 = PIXEL
        cls.env.flush_all()

    def test_routes(self):
        """The client chooses the name of a downloaded picture, for one."""
        self.authenticate(self.colleague.login, self.colleague.login)
        picture = f"/web/image/res.partner/{self.customer.id}/image_1920"
        for url, status in (
            (f"{picture}?filename_field=phone&download=1", 200),
            (f"{picture}?filename_field=email&download=1", 200),
            (f"{picture}?filename_field=name&download=1", 200),
            (f"/web/image/res.partner/{self.customer.id}/avatar_128", 200),
            (f"/web/partner/vcard?partner_ids={self.customer.id}", 403),
            (f"/web_enterprise/partner/{self.customer.id}/vcard", 403),
        ):
            with self.subTest(url=url), mute_logger("odoo.http"):
                answer = self.url_open(url)
                self.assertEqual(answer.status_code, status)
                self.assertNoSecret([answer.text, dict(answer.headers)])

    def test_chatter(self):
        self.authenticate(self.colleague.login, self.colleague.login)
        order = self.make_order(user=self.colleague, user_id=self.colleague.id)
        order.message_subscribe(self.contact.ids)
        self.customer.message_post(body="the number is 5550123")
        self.env.flush_all()
        customer = {"thread_model": "res.partner", "thread_id": self.customer.id}
        document = {"thread_model": "sale.order", "thread_id": order.id}
        for route, params in (
            ("/mail/thread/messages", customer),
            ("/mail/thread/recipients", document),
            ("/mail/thread/recipients/get_suggested_recipients", document),
            (
                "/mail/data",
                {
                    "fetch_params": [
                        [
                            "mail.thread",
                            {
                                **document,
                                "request_list": ["followers", "suggestedRecipients"],
                            },
                        ]
                    ]
                },
            ),
        ):
            with self.subTest(route=route):
                self.assertNoSecret(self.make_jsonrpc_request(route, params))
