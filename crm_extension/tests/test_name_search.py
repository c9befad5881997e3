from odoo.tests import BaseCase, tagged

from ..tools.pinyin import pinyin_key, pinyin_search
from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestPinyin(BaseCase):
    """X10: names by their sounds."""

    def test_key(self):
        for name, key in (
            ("华为", "huawei hw"),
            ("重庆长安汽车", "chongqingchanganqiche cqcaqc"),
            ("華為技術", "huaweijishu hwjs"),
            ("A4 纸业 2", "a4zhiye2 azy2"),
        ):
            with self.subTest(name=name):
                self.assertEqual(pinyin_key(name), key)
        for name in ("Ernst Handel", "", None, "سيسيسي", "株", "한국"):
            with self.subTest(name=name):
                self.assertEqual(bool(pinyin_key(name)), name == "株")

    def test_search(self):
        self.assertEqual(pinyin_search(" Hua Wei "), "huawei")
        for text in ("h", "%", "hw%", "华为", "o'neil", "", "13800138000", "a_b"):
            with self.subTest(text=text):
                self.assertEqual(pinyin_search(text), "")


class TestNameSearch(CrmExtensionCommon):
    """X10: a customer is found by the name as somebody types it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.huawei = cls.make_customer("深圳市华为技术有限公司", user_id=cls.seller.id)
        cls.taipei = cls.make_customer("台北資訊股份有限公司", user_id=cls.seller.id)
        cls.percent = cls.make_customer("Acme 100% Off_Ltd", user_id=cls.seller.id)
        cls.env.flush_all()

    def find(self, text, user=None):
        partners = self.env["res.partner"].with_user(user or self.seller)
        found = partners.browse(row[0] for row in partners.name_search(text))
        return found & (self.huawei + self.taipei + self.percent)

    def test_ways_to_type_a_name(self):
        """X10: pinyin, initials, one character, the other script, the other width."""
        for text in ("huawei", "hua wei", "HWJS", "szshw", "华", "華為技術", "为"):
            with self.subTest(text=text):
                self.assertEqual(self.find(text), self.huawei)
        for text in ("资讯", "tbzx", "資訊", "taibei"):
            with self.subTest(text=text):
                self.assertEqual(self.find(text), self.taipei)
        self.assertEqual(self.find("１００％"), self.percent)

    def test_a_new_name_is_found(self):
        """X10: the sounds follow the name, also of a person at the company."""
        self.huawei.name = "广州腾讯"
        self.env.flush_all()
        self.assertFalse(self.find("hwjs"))
        self.assertEqual(self.find("gztx"), self.huawei)

    def test_a_field_takes_the_sounds(self):
        """X10: fields for customers and the search box of the list find it."""
        Partner = self.env["res.partner"].with_user(self.seller)
        found = Partner.search([("display_name", "ilike", "huawei")])
        self.assertIn(self.huawei, found)
        lead = self.make_lead(partner_id=self.huawei.id)
        self.env.flush_all()
        self.assertEqual(
            self.env["crm.lead"].search([("partner_id", "ilike", "szshw")]), lead
        )
        self.assertFalse(Partner.search([("display_name", "not ilike", "%")]))

    def test_workbench(self):
        """X04: the workbench finds the customer of a document, and no wildcard."""
        order = self.make_order(
            partner=self.huawei, user=self.seller, user_id=self.seller.id
        )
        self.plan(order, self.seller, summary="Call about the order")
        self.env.flush_all()
        bench = self.env["crm.workbench"].with_user(self.seller)
        for text in ("huawei", "華為", "Call about", order.name):
            with self.subTest(text=text):
                rows = bench.bucket("today", search=text)["rows"]
                rows += bench.bucket("planned", search=text)["rows"]
                self.assertEqual(
                    [row["what"] for row in rows], ["Call about the order"]
                )
        for name in [each["name"] for each in bench.counts()["buckets"]]:
            self.assertEqual(
                bench.bucket(name, search="\0")["rows"], bench.bucket(name)["rows"]
            )
            for text in ("%", "_", "100%_", "\\", "[", "（"):
                with self.subTest(bucket=name, text=text):
                    rows = bench.bucket(name, search=text)["rows"]
                    self.assertNotIn(self.huawei.id, [r["res_id"] for r in rows])
