from contextlib import suppress

from odoo.fields import Command
from odoo.tests import tagged

from .masking_common import MaskedCommon


@tagged("post_install", "-at_install")
class TestMaskingSearch(MaskedCommon):
    """X26: who wants the number of a colleague's customer searches, sorts, groups."""

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
