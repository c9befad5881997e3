import sys
from unittest import skipIf

from lxml import html

from odoo.tests import tagged

from .common import CrmRmaCommon

REPORT = "crm_rma.report_crm_rma_slip"


@tagged("post_install", "-at_install")
class TestReport(CrmRmaCommon):
    """R01: the return slip carries number, unit and fault, in words and bars."""

    def render(self, rmas):
        content, kind = self.env["ir.actions.report"]._render_qweb_html(
            REPORT, rmas.ids
        )
        self.assertEqual(kind, "html")
        return content.decode()

    def test_slip(self):
        lot = self.make_lots(self.product, ["SN-77"])
        self.deliver(lot)
        rma = self.rma(lot)
        content = self.render(rma)
        text = " ".join(html.fromstring(content).text_content().split())
        for expected in (rma.name, "SN-77", "Oven", "No heat", "covered until"):
            self.assertIn(expected, text)
        self.assertEqual(content.count("Code128"), 2)

    @skipIf(sys.version_info >= (3, 13), "rl-renderPM has no wheel for Python 3.13")
    def test_bars_are_drawn(self):
        """R01: the address that stands in the slip answers with a picture."""
        picture = self.env["ir.actions.report"].barcode(
            "Code128", "RMA/0001", width=600, height=100
        )
        self.assertTrue(picture.startswith(b"\x89PNG"))

    def test_slip_speaks_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_rma"], ["zh_CN"])
        self.customer.lang = "zh_CN"
        lot = self.make_lots(self.product, ["SN-77"])
        self.deliver(lot)
        self.assertIn("序列号", self.render(self.rma(lot)))

    def test_many_and_none(self):
        lots = self.make_lots(self.product, ["SN-1", "SN-2"])
        self.deliver(lots)
        rmas = self.rma(lots[0]) + self.rma(lots[1])
        content = self.render(rmas)
        for rma in rmas:
            self.assertIn(rma.name, content)
        self.render(rmas.browse())
