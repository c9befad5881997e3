import psycopg2

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase
from odoo.tools import mute_logger

MODELS = (
    "crm.contract.kind",
    "crm.customer.level",
    "crm.interaction.outcome",
    "crm.interaction.tag",
    "crm.interaction.type",
    "crm.preference.topic",
    "crm.sales.channel",
)


class TestUniqueName(TransactionCase):
    """Names of configuration lists stand there once, whatever language is read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def make(self, model):
        """A record with a name in English and in Chinese."""
        record = self.env[model].create({"name": "Name for tests"})
        record.with_context(lang="zh_CN").name = "测试用名称"
        return record

    @mute_logger("odoo.sql_db")
    def test_once_in_english_though_one_has_a_translation(self):
        for model in MODELS:
            with self.subTest(model=model):
                self.make(model).active = False
                with self.assertRaises(psycopg2.IntegrityError):
                    self.env[model].create({"name": "Name for tests"})

    def test_once_in_the_language_of_the_writer(self):
        for model in MODELS:
            with self.subTest(model=model):
                self.make(model).active = False
                with self.assertRaises(ValidationError):
                    self.env[model].with_context(lang="zh_CN").create(
                        {"name": "测试用名称"}
                    )

    def test_copy_has_its_own_name_in_each_language(self):
        for model in MODELS:
            with self.subTest(model=model):
                copy = self.make(model).with_context(lang="zh_CN").copy()
                self.assertNotEqual(copy.name, "测试用名称")
                self.assertIn("测试用名称", copy.name)
                english = copy.with_context(lang="en_US").name
                self.assertEqual(english, "Name for tests (copy)")

    @mute_logger("odoo.sql_db")
    def test_another_channel_is_another_name(self):
        for model in ("crm.interaction.type", "crm.interaction.outcome"):
            with self.subTest(model=model):
                records = self.env[model]
                records.create({"name": "Name for tests", "channel": "call"})
                self.assertTrue(
                    records.create({"name": "Name for tests", "channel": "visit"})
                )
                with self.assertRaises(psycopg2.IntegrityError):
                    records.create({"name": "Name for tests", "channel": "call"})
