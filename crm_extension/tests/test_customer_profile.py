import psycopg2

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestCustomerProfile(CrmExtensionCommon):
    """X10: levels, messengers, habits and preferences of customers and people."""

    def _account(self, kind, value):
        return self.env["crm.im.id"].create(
            {"partner_id": self.contact.id, "kind": kind, "value": value}
        )

    def test_links_of_messengers(self):
        expected = {
            ("whatsapp", "+43 662 123-456"): "https://wa.me/43662123456",
            ("telegram", "@roland"): "https://t.me/roland",
            ("line", "roland.m"): "https://line.me/R/ti/p/~roland.m",
            ("qq", "10001"): "mqqwpa://im/chat?chat_type=wpa&uin=10001",
            ("wechat", "roland_m"): False,
            ("whatsapp", "roland"): False,
        }
        for (kind, value), url in expected.items():
            self.assertEqual(self._account(kind, value).url, url)

    def test_links_carry_no_scheme_of_the_typist(self):
        for value in ("javascript:alert(1)", "x/../../evil?a=1#b", '"><img onerror=1>'):
            link = self._account("telegram", value).url
            self.assertTrue(link.startswith("https://t.me/"))
            self.assertNotRegex(link.removeprefix("https://t.me/"), r"[:/?#\"<>]")
            self.assertFalse(self._account("other", value).url)

    def test_accounts_have_a_length(self):
        for value in (" ", "x" * 129):
            with self.assertRaises(ValidationError):
                self._account("wechat", value)

    @mute_logger("odoo.sql_db")
    def test_levels_have_a_rhythm_and_one_name(self):
        levels = self.env["crm.customer.level"]
        self.assertEqual(
            levels.search([("id", "in", self._shipped_levels().ids)]).mapped(
                "rhythm_days"
            ),
            [14, 30, 90],
        )
        with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            levels.create({"name": "X", "rhythm_days": -1})

    def _shipped_levels(self):
        return self.env["crm.customer.level"].union(
            *(
                self.env.ref(f"crm_extension.crm_customer_level_{name}")
                for name in "abc"
            )
        )

    def test_salesperson_writes_facts_but_not_the_lists(self):
        topic = self.env.ref("crm_extension.crm_preference_topic_hobby")
        fact = (
            self.env["crm.preference"]
            .with_user(self.seller)
            .create(
                {"partner_id": self.contact.id, "topic_id": topic.id, "value": "Golf"}
            )
        )
        self.assertEqual(fact.display_name, "Hobbies: Golf")
        self.assertEqual(self.contact.preference_ids, fact)
        with self.assertRaises(AccessError):
            topic.with_user(self.seller).name = "Sport"
        with self.assertRaises(AccessError):
            self._shipped_levels().with_user(self.seller).rhythm_days = 1
        topic.with_user(self.manager).name = "Sport"

    def test_lowest_user_reads_no_private_facts(self):
        nobody = self.make_user("nobody", "base.group_user")
        account = self._account("wechat", "roland_m")
        with self.assertRaises(AccessError):
            account.with_user(nobody).read(["value"])
