import json

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_extension.models.crm_mask_mixin import MASK

from .masking_common import MaskedCommon, all_fields


@tagged("post_install", "-at_install")
class TestMaskingRead(MaskedCommon):
    """X26: who wants the number of a colleague's customer reads around it."""

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
