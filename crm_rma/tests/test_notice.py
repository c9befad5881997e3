"""Messages at each step: once, by the outbox, in the customer's language."""

from odoo.tests import tagged

from .common import CrmRmaCommon


@tagged("post_install", "-at_install")
class TestNotice(CrmRmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={"lang": "en_US"})
        cls.customer.write({"email": "buyer@example.com", "phone": "+1 650 555 0111"})
        cls.lots = cls.make_lots(cls.product, ["SN-1", "SN-2"])
        cls.deliver(cls.lots)
        cls.ret = cls.rma(cls.lots).with_env(cls.env)

    def told(self, rmas=None):
        """Steps in the outbox, in their order."""
        rows = self.rows(rmas)
        return [row.key.split(":")[1] for row in rows.sorted("id")]

    def rows(self, rmas=None):
        rmas = rmas or self.ret
        return self.env["crm.outbox"].search(
            [("res_model", "=", "crm.rma"), ("res_id", "in", rmas.ids)]
        )

    def test_each_step_once(self):
        """R04: approved, received, repaired, shipped, closed: one message each, for two
        units that move together."""
        self.walk(self.ret)
        self.assertEqual(
            self.told(), ["approved", "received", "repaired", "shipped", "closed"]
        )
        self.assertEqual(set(self.rows().mapped("channel")), {"email"})
        self.assertEqual(set(self.rows().mapped("state")), {"todo"}, "nothing was sent")
        self.ret.line_ids._project_events(
            [(self.ret.line_ids[0], "approved", 1), (self.ret.line_ids[1], "closed", 1)]
        )
        self.assertEqual(len(self.rows()), 5, "told twice, said once")

    def test_letter_in_the_language_of_the_customer(self):
        """R04: the text is data, filled in when it is sent."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_rma"], ["zh_CN"])
        self.customer.lang = "zh_CN"
        for notice in self.env["crm.rma.notice"].search([]):
            letter = notice.mail_template_id
            values = letter._generate_template(self.ret.ids, ("subject", "body_html"))[
                self.ret.id
            ]
            self.assertIn(self.ret.name, values["subject"])
            self.assertIn("返修", values["subject"])
            self.assertIn(self.ret._portal_token(), values["body_html"])
            self.assertNotIn("Dear", values["body_html"])
            text = notice.sms_template_id._render_field(
                "body", self.ret.ids, compute_lang=True
            )[self.ret.id]
            self.assertIn(self.ret.portal_link, text)

    def test_text_messages(self):
        notice = self.env.ref("crm_rma.crm_rma_notice_approved")
        notice.by_sms = True
        self.ret.action_approve()
        self.assertEqual(set(self.rows().mapped("channel")), {"email", "sms"})

    def test_company_decides(self):
        """R04: a company has messages of its own for a step, or none."""
        own = self.env["crm.rma.notice"].create(
            {"step": "approved", "company_id": self.company.id, "by_email": False}
        )
        self.ret.action_approve()
        self.assertFalse(self.rows())
        own.unlink()
        self.ret.line_ids._project_events([(self.ret.line_ids[0], "approved", 1)])
        self.assertEqual(self.told(), ["approved"])
        self.company.rma_notices = False
        self.ret.action_receive()
        self.assertEqual(self.told(), ["approved"])

    def test_who_cannot_be_reached_and_the_past(self):
        """R04: nobody is written to without an address, or about the past."""
        self.ret.line_ids._project_events(
            [(self.ret.line_ids[0], "approved", 1, self.ret.create_date)]
        )
        self.assertFalse(self.rows())
        self.customer.email = False
        self.ret.action_approve()
        self.assertFalse(self.rows())

    def test_repaired_when_nothing_is_on_the_bench(self):
        """R04: of two units that are repaired one after the other, one message."""
        self.walk(self.ret, "action_start_repair")
        first, second = self.ret.line_ids
        first._finish_repair()
        self.assertNotIn("repaired", self.told())
        second._finish_repair()
        self.assertEqual(self.told().count("repaired"), 1)

    def test_refused(self):
        reason = self.env.ref("crm_rma.crm_rma_reason_excluded")
        self.ret._refuse(reason, "The seal is broken")
        self.assertEqual(self.told(), ["refused"])
        letter = self.env.ref("crm_rma.mail_template_rma_refused")
        body = letter._generate_template(self.ret.ids, ("body_html",))[self.ret.id]
        self.assertIn("The seal is broken", body["body_html"])

    def test_in_whose_name(self):
        """R04: a customer who closes the RMA writes to nobody in their own name."""
        self.walk(self.ret, "action_ship")
        portal = self.env["res.users"].search([("share", "=", True)], limit=1)
        self.ret.with_user(portal)._customer_confirms()
        closed = self.rows().filtered(lambda row: ":closed:" in row.key)
        self.assertEqual(closed.user_id, self.ret.user_id)
