from datetime import date
from unittest import skipUnless
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools.misc import find_in_path, format_date, mute_logger

from odoo.addons.base.models.ir_actions_report import IrActionsReport

from .contract_common import TODAY, ContractCase


def has_printer():
    try:
        return bool(find_in_path("wkhtmltopdf"))
    except OSError:
        return False


@tagged("post_install", "-at_install")
class TestContractTemplate(ContractCase):
    """X11: contracts filled from customer and quotation, looked at, printed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("zh_CN", "zh_TW"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.customer.write(
            {"street": "Kirchgasse 6", "city": "Graz", "vat": "ATU12345675"}
        )
        cls.order = cls.make_order(cls.contact, quantity=2, user=cls.seller)

    def template(self, name):
        return self.env.ref(f"crm_extension.crm_contract_template_{name}")

    def make_template(self, body, **vals):
        templates = self.env["crm.contract.template"].with_user(self.manager)
        return templates.create(
            {"name": "Ours", "kind_id": self.kind("sale").id, "body": body, **vals}
        )

    def make(self, template, order=None, **vals):
        """What the wizard does, as the seller."""
        wizard = self.env["crm.contract.from.template"].with_user(self.seller)
        wizard = wizard.create(
            {
                "template_id": template.id,
                "order_id": order.id if order else False,
                "partner_id": self.customer.id,
                **vals,
            }
        )
        action = wizard.action_make()
        return self.Contract.browse(action["res_id"]).with_user(self.seller)

    def test_from_a_quotation(self):
        """X11: one dialog from the quotation to the contract with its file."""
        contract = self.make(self.template("sale_en"), self.order)
        self.assertEqual(contract.name, f"Sales contract {self.order.name}")
        self.assertEqual(
            (contract.partner_id, contract.signer_ids, contract.order_ids),
            (self.customer, self.contact, self.order),
        )
        self.assertEqual((contract.amount, contract.decision), (120, "draft"))
        for words in (
            "Ernst Handel",
            "Kirchgasse 6<br>Graz",
            "Roland Mendel",
            self.order.name,
            contract.number,
            "Product 3",
            "$ 60.00",
            "One Hundred And Twenty",
        ):
            self.assertIn(words, str(contract.body).replace("&nbsp;", " "))
        self.assertNotIn("{{", contract.body)
        version = contract.file_ids.version_ids
        self.assertEqual((version.number, version.is_generated), (1, True))
        self.assertIn("Sales contract", version.filename)

    def test_second_filling_is_the_next_version(self):
        """X11: filled again it is version 2; an edited text version 3."""
        contract = self.make(self.template("sale_en"), self.order)
        contract._fill_from(self.template("sale_en"), self.order)
        contract.body = "<p>As agreed by phone</p>"
        contract.action_print_version()
        versions = contract.file_ids.version_ids.sorted("number")
        self.assertEqual(versions.mapped("number"), [1, 2, 3])
        self.assertIn(b"As agreed by phone", versions[-1].attachment_id.raw)
        contract.action_sign()
        with self.assertRaises(UserError):
            contract._fill_from(self.template("sale_en"), self.order)
        with self.assertRaises(UserError):
            self.make_contract().action_print_version()

    def test_chinese(self):
        """X11: days, units and amounts in the language of the template."""
        self.order.currency_id = self.env.ref("base.CNY")
        contract = self.make(self.template("sale_zh"), self.order)
        text = contract.body
        self.assertIn("人民币壹佰贰拾元整", text)
        self.assertIn(format_date(self.env, TODAY, lang_code="zh_CN"), text)
        self.assertIn("ATU12345675", text)
        taiwan = self.make(self.template("sale_tw"), self.order)
        self.assertIn("人民币壹佰貳拾元整", taiwan.body)

    def test_offered_in_the_customers_language(self):
        """X11: who speaks Chinese is offered the Chinese text first."""
        wizard = self.env["crm.contract.from.template"].with_user(self.seller)

        def offered(**vals):
            form = Form(
                wizard.with_context(default_partner_id=self.customer.id, **vals)
            )
            return form.template_id

        self.assertEqual(
            offered(default_order_id=self.order.id), self.template("sale_en")
        )
        self.assertEqual(offered(), self.template("nda_en"), "needs no quotation")
        self.customer.lang = "zh_CN"
        self.assertEqual(
            offered(default_order_id=self.order.id), self.template("sale_zh")
        )
        contract = self.make_contract(kind="nda")
        self.assertEqual(
            offered(default_contract_id=contract.id), self.template("nda_zh")
        )

    def test_preview(self):
        """X11: the preview shows a real customer and says what stays blank."""
        form = Form(self.template("sale_en").with_user(self.manager))
        self.assertFalse(form.preview)
        form.preview_partner_id = self.customer
        self.assertIn("choose one", form.preview_missing)
        form.preview_order_id = self.order
        self.assertIn("Ernst Handel", form.preview)
        self.assertIn("Who signs for us", form.preview_missing)
        form.body = "<p>{{customer.nam}}</p>"
        self.assertFalse(form.preview)
        self.assertIn("no placeholder {{customer.nam}}", form.preview_missing)

    def test_without_a_quotation(self):
        """X11: a text that speaks of the quotation needs one."""
        self.assertTrue(self.template("sale_en").needs_order)
        self.assertFalse(self.template("nda_en").needs_order)
        with self.assertRaisesRegex(UserError, "choose one"):
            self.make(self.template("sale_en"))
        contract = self.make(self.template("nda_en"))
        self.assertEqual(contract.kind_id, self.kind("nda"))
        contract = self.make_contract(
            kind="nda", date_start=date(2026, 7, 1), date_end=date(2027, 6, 30)
        )
        contract._fill_from(self.template("nda_en"))
        self.assertIn("from 07/01/2026 until 06/30/2027", contract.body)

    def test_hostile_templates(self):
        """X11: expressions, code and unknown names are refused when saved."""
        for body, words in (
            ("<p>{{object.env}}</p>", "no placeholder {{object.env}}"),
            ("<p>{{ 7*7 }}</p>", "Nothing is calculated"),
            ("<p>${object.name}</p>", "is no placeholder"),
            ('<p t-out="user.password">x</p>', "holds no code"),
            ("<p>x</p><script>alert(1)</script>", "holds no code"),
            ('<p><a href="{{customer.name}}">x</a></p>', "cannot stand in a link"),
            ("<p>See {{quotation.lines}}</p>", "stands alone"),
            ("<p><br></p>", "is empty"),
        ):
            with (
                self.subTest(body=body),
                self.assertRaisesRegex(ValidationError, words),
            ):
                self.make_template(body)
        template = self.make_template("<p>{{customer.name}}</p>")
        with self.assertRaises(ValidationError):
            template.body = "<p>{{customer.name.__class__}}</p>"
        self.assertEqual(template.copy().name, "Ours (copy)")

    def test_hostile_values(self):
        """X11: what stands in the data is text, also in print."""
        self.customer.name = "<script>alert(1)</script>{{company.name}}"
        template = self.make_template("<p>{{customer.name}}</p>")
        contract = self.make(template)
        self.assertIn("&lt;script&gt;alert(1)", contract.body)
        self.assertIn("{{company.name}}", contract.body)
        printed = contract.file_ids.version_ids.attachment_id.raw
        self.assertNotIn(b"<script>alert(1)", printed)

    def test_samples_are_good(self):
        """X11: each sample is filled completely, in its own language."""
        for template in self.env["crm.contract.template"].search([]):
            with self.subTest(template=template.name):
                contract = self.make(template, self.order)
                self.assertNotIn("{{", contract.body)
                self.assertEqual(contract.kind_id, template.kind_id)

    def test_list_of_placeholders(self):
        """X11: the list beside the text holds what can be filled, and nothing else."""
        templates = self.env["crm.contract.template"].with_user(self.seller)
        names = [item["name"] for item in templates.placeholders()]
        fill = self.env["crm.contract.fill"]
        values = fill._placeholder_values(self.make_contract(), self.order)
        self.assertEqual(set(names), set(values) | fill._placeholder_blocks())
        self.assertTrue(all(item["group"] for item in templates.placeholders()))

    def test_rights(self):
        """X11: templates are written by managers, filled by who writes the contract."""
        with self.assertRaises(AccessError):
            self.template("sale_en").with_user(self.seller).body = "<p>x</p>"
        contract = self.make_contract()
        self.customer._crm_share(self.colleague)
        with self.assertRaises(AccessError):
            contract.with_user(self.colleague)._fill_from(self.template("nda_en"))

    def test_without_a_printer(self):
        """X11: where nothing prints PDF, the file is a page that can be read."""
        state = patch.object(
            IrActionsReport, "get_wkhtmltopdf_state", lambda self: "install"
        )
        with state:
            contract = self.make(self.template("nda_en"))
        version = contract.file_ids.version_ids
        self.assertTrue(version.filename.endswith(".html"))
        self.assertIn(b"Non-Disclosure", version.attachment_id.raw)

    # Debian's wkhtmltopdf grumbles about its Qt, and no server answers for the styles
    @mute_logger("odoo.addons.base.models.ir_actions_report")
    @skipUnless(has_printer(), "wkhtmltopdf is not installed")
    def test_pdf(self):
        """X11: version 1 is a real PDF."""
        wizard = self.env["crm.contract.from.template"].with_user(self.seller)
        wizard = wizard.with_context(force_report_rendering=True).create(
            {
                "template_id": self.template("nda_en").id,
                "partner_id": self.customer.id,
            }
        )
        contract = self.Contract.browse(wizard.action_make()["res_id"])
        version = contract.file_ids.version_ids
        self.assertTrue(version.filename.endswith(".pdf"))
        self.assertTrue(version.attachment_id.raw.startswith(b"%PDF-"))

    def test_record_sheet(self):
        """X11: a contract without a text prints its facts."""
        contract = self.make_running(name="Frame", amount=10)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "crm_extension.crm_contract_report", contract.ids
        )
        self.assertIn(b"Frame", html)
        self.assertIn(b"Runs until", html)
