from odoo.tests import tagged

from ..models import crm_duplicate_key
from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestDuplicate(CrmExtensionCommon):
    """X15: customers and leads are found by names, numbers and addresses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.china = cls.env.ref("base.cn")
        cls.huawei = cls.make_customer(
            "上海华为技术有限公司",
            phone="138 0013 8000",
            email="info@huawei-dup.cn",
            vat="91310000MA1FL0XX5K",
            country_id=cls.china.id,
        )
        cls.lead = cls.make_lead(
            partner_name="Blumen Maier GmbH",
            contact_name="Anna Maier",
            email_from="anna@blumen-maier.de",
            phone="+49 30 901820",
        )

    def find(self, **vals):
        [answers] = self.env["crm.duplicate"]._find([vals])
        return answers

    def assertFinds(self, record, reasons, **vals):
        """The first answer is `record` for these reasons."""
        answer = self.find(**vals)[0]
        owner = "lead_id" if record._name == "crm.lead" else "partner_id"
        self.assertEqual(answer[owner], record.id)
        self.assertEqual(answer["reasons"], reasons)
        return answer

    def test_each_reason(self):
        """X15: every kind of key finds the customer and says why."""
        self.assertFinds(self.huawei, ["name"], name="上海華為技術（集團）公司")
        self.assertFinds(self.huawei, ["core"], name="华为技术")
        self.assertFinds(self.huawei, ["phone"], name="X", phone="0086-13800138000")
        self.assertFinds(self.huawei, ["tail"], name="X", phone="13800138000")
        self.assertFinds(self.huawei, ["email"], email="INFO@huawei-dup.cn")
        self.assertFinds(self.huawei, ["domain"], email="li@mail.huawei-dup.cn")
        self.assertFinds(self.huawei, ["tax"], company_registry="9131 0000MA1FL0XX5K")
        self.assertFinds(self.lead, ["name"], partner_name="Blumen-Maier")
        self.assertFinds(self.lead, ["similar"], name="Blumen Mayer AG")

    def test_reasons_add_up_and_another_tax_number_speaks_against(self):
        one = self.assertFinds(self.huawei, ["name"], name="上海华为技术")["score"]
        two = self.assertFinds(
            self.huawei, ["phone", "name"], name="上海华为技术", phone="+8613800138000"
        )["score"]
        self.assertGreater(two, one)
        other = self.find(name="上海华为技术", vat="91310000MA1FL0XX99")
        self.assertFalse(other, "half as sure: not told")

    def test_one_answer_for_a_company_and_its_people(self):
        """X15: company and contact are one customer; its own people are no duplicates."""
        contact = self.make_contact(self.huawei, "Li Na", phone="+8613900139000")
        answers = self.find(name="上海华为技术", phone="+8613900139000")
        self.assertEqual(len(answers), 1)
        self.assertIn(answers[0]["partner_id"], (self.huawei | contact).ids)
        self.assertFalse(self.find(parent_id=self.huawei.id, email="x@huawei-dup.cn"))
        self.assertFalse(self.find(id=self.huawei.id, name="上海华为技术"))
        self.assertFalse(self.find(lead_id=self.lead.id, partner_name="Blumen Maier"))

    def test_keys_follow_the_record(self):
        """X15: renamed, archived, deleted, converted."""
        self.huawei.name = "Rose Garden Nursery"
        self.assertFalse(self.find(name="上海华为技术"))
        self.assertFinds(self.huawei, ["name"], name="ROSE GARDEN NURSERY Ltd")
        self.huawei.active = False
        self.assertFinds(self.huawei, ["name"], name="Rose Garden Nursery")
        self.lead.partner_name = "Tulpen Schmidt"
        self.assertFinds(self.lead, ["name"], partner_name="Tulpen Schmidt KG")
        self.lead.unlink()
        self.assertFalse(self.find(partner_name="Tulpen Schmidt"))

    def test_every_number_of_the_list(self):
        """X15: the second number of a customer finds it, until it is taken away."""
        numbers = self.env["crm.phone.number"]
        number = numbers.create({"partner_id": self.huawei.id, "raw": "+4930907777"})
        self.assertFinds(self.huawei, ["phone"], name="X", phone="0049 30 907777")
        number.unlink()
        self.assertFalse(self.find(name="X", phone="0049 30 907777"))

    def test_colleagues_cards_are_no_customers(self):
        self.seller.partner_id.phone = "+4930901999"
        self.assertFalse(self.find(name="X", phone="+4930901999"))

    def test_other_companies_are_not_told(self):
        """X15: what belongs to a company that the user does not work for is silent."""
        other = self.env["res.company"].create({"name": "Other Company"})
        self.huawei.company_id = other
        finder = self.env["crm.duplicate"].with_user(self.seller)
        self.assertEqual(finder._find([{"name": "上海华为技术"}]), [[]])
        self.seller.company_ids |= other
        self.assertTrue(finder._find([{"name": "上海华为技术"}])[0])

    def test_any_number_of_questions_in_few_queries(self):
        """X15: the import asks for thousands of rows at once."""
        vals = [
            {
                "name": f"Company {n}",
                "phone": f"+49309018{n:02}",
                "email": f"{n}@a-b.de",
            }
            for n in range(50)
        ]
        finder = self.env["crm.duplicate"]
        finder._find(vals[:1])
        with self.assertQueryCount(5):
            finder._find(vals)

    def test_a_switchboard_is_bounded(self):
        """X15: one number on hundreds of contacts gives a short list."""
        self.env["res.partner"].create(
            [{"name": f"P{n}", "phone": "+4930901820"} for n in range(60)]
        )
        self.assertLessEqual(len(self.find(name="X", phone="+4930901820")), 8)

    def test_creating_writes_keys_in_a_batch(self):
        """X15: an import of 100 customers costs a few queries more, not 100."""
        partners = self.env["res.partner"]
        vals = [{"name": f"Batch {n}", "phone": f"+4930902{n:03}"} for n in range(100)]
        before = self.env.cr.sql_log_count
        partners.create(vals)
        self.env.cr.flush()
        self.assertLess(self.env.cr.sql_log_count - before, 60)

    def test_many_changes_are_one_pass(self):
        """X15: customers created one by one get their keys together, at the latest
        with the commit, and whoever looks earlier finds them."""
        keys = self.env["crm.duplicate.key"]
        keys._settle()
        partners = [self.make_customer(f"Blumen Pass {n}") for n in range(20)]
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        keys._settle()
        self.assertLess(self.env.cr.sql_log_count - before, 8)
        self.assertFinds(partners[7], ["name"], name="Blumen Pass 7")

    def test_keys_after_a_savepoint_was_taken_back(self):
        """X15: what a failed step found and wrote is made again with the commit."""
        self.huawei.name = "Fresh Name"
        try:
            with self.env.cr.savepoint():
                self.assertTrue(self.find(name="Fresh Name"))
                raise ValueError
        except ValueError:
            self.env.cr.flush()
        found = self.env["crm.duplicate.key"].search(
            [("partner_id", "=", self.huawei.id), ("kind", "=", "name")]
        )
        self.assertEqual(found.key, "freshname")

    def test_existing_database_is_filled(self):
        """X15: filled in batches, a second run changes nothing."""
        keys = self.env["crm.duplicate.key"]
        self.patch(crm_duplicate_key, "FILL_BATCH", 20)
        keys._settle()
        rows = "SELECT partner_id, lead_id, kind, key FROM crm_duplicate_key"
        self.env.cr.execute(rows)
        before = set(self.env.cr.fetchall())
        self.env.cr.execute("DELETE FROM crm_duplicate_key")
        params = self.env["ir.config_parameter"]
        params.set_param(crm_duplicate_key.CURSOR, False)
        for _run in range(2):
            keys._fill()
            self.env.cr.execute(rows)
            self.assertEqual(set(self.env.cr.fetchall()), before)

    def test_without_the_extension_names_must_be_equal(self):
        """X15: without pg_trgm equal names are still found, similar ones are not."""
        self.patch(self.env.registry, "has_trigram", False)
        self.assertFalse(self.find(name="Blumen Mayer"))
        self.assertTrue(self.find(name="Blumen Maier"))
