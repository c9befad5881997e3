"""A mail becomes a request: from subject, text, sender and files, and nothing else."""

from odoo.tests import tagged

from .common import CrmRmaCommon

MAIL = """From: {sender}
To: returns@shop.example
Subject: {subject}
Message-Id: <{number}@mail.example>
Date: Fri, 27 Nov 2026 10:00:00 +0000
Content-Type: text/plain; charset=utf-8
{headers}
{body}
"""


@tagged("post_install", "-at_install")
class TestMailbox(CrmRmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "shop.example"})
        cls.company.alias_domain_id = cls.domain
        cls.mailbox = cls.env["crm.rma.mailbox"].create(
            {"name": "Returns", "alias_name": "returns", "user_id": cls.user.id}
        )
        cls.mailbox.alias_domain_id = cls.domain
        cls.customer.email = "buyer@example.com"
        cls.lots = cls.make_lots(cls.product, ["SN-1", "SN-2"])
        cls.deliver(cls.lots)
        cls.numbers = iter(range(1000))

    def receive(self, sender="Buyer <buyer@example.com>", headers="", **values):
        """Let a mail come in; the RMAs that it made."""
        before = self.env["crm.rma"].search([])
        mail = MAIL.format(
            sender=sender,
            number=next(self.numbers),
            headers=headers,
            **{"subject": "Oven", "body": "Broken", **values},
        )
        self.env["mail.thread"].message_process(None, mail)
        return self.env["crm.rma"].search([]) - before

    def test_mail_becomes_a_request(self):
        """R01: by mail; serials in the text are proposed to the desk."""
        rma = self.receive(
            subject="Oven SN-1 does not heat",
            body="Hello, SN-1 and (SN-2) and NO-77 are broken. state=closed",
        )
        self.assertRecordValues(
            rma,
            [
                {
                    "state": "new",
                    "origin_channel": "mail",
                    "partner_id": self.customer.id,
                    "user_id": self.user.id,
                    "company_id": self.company.id,
                    "line_ids": [],
                }
            ],
        )
        self.assertEqual(rma.claim_ids.mapped("name"), ["SN-1", "SN-2"])
        self.assertTrue(rma.name.startswith("RMA/"))
        self.assertIn("are broken", rma.message_ids[:1].body)
        rma.with_user(self.user).claim_ids.action_take()
        self.assertEqual(rma.line_ids.lot_id, self.lots)

    def test_unknown_sender(self):
        rma = self.receive("Somebody <new@example.com>")
        self.assertRecordValues(
            rma.partner_id, [{"name": "Somebody", "email": "new@example.com"}]
        )

    def test_automatic_mails_are_ignored(self):
        """R01: answers of programs make no request."""
        for headers in (
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated",
            "Precedence: bulk",
            "X-Autoreply: yes",
        ):
            self.assertFalse(self.receive(headers=headers), headers)
        self.assertTrue(self.receive(headers="Auto-Submitted: no"))

    def test_loop_ends(self):
        """R01: one address that writes and writes makes no endless row of requests."""
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "2")
        made = [bool(self.receive()) for _mail in range(4)]
        self.assertEqual(made[:2], [True, True])
        self.assertFalse(made[-1])

    def test_answer_goes_to_the_same_request(self):
        rma = self.receive()
        mail = MAIL.format(
            sender="buyer@example.com",
            subject="Re: Oven",
            number="answer",
            headers=f"In-Reply-To: {rma.message_ids[:1].message_id}",
            body="It is urgent",
        )
        count = self.env["crm.rma"].search_count([])
        self.env["mail.thread"].message_process(None, mail)
        self.assertEqual(self.env["crm.rma"].search_count([]), count)
        self.assertIn("urgent", rma.message_ids[:1].body)

    def test_mailbox_of_the_company(self):
        """R01: what the mail says cannot choose company, technician or state."""
        self.mailbox.user_id = self.manager
        self.assertEqual(self.receive().user_id, self.manager)
        values = {"company_id": self.company.id, "state": "closed", "priority": "1"}
        rma = self.env["crm.rma"].message_new(
            {"email_from": "buyer@example.com", "subject": "x"}, values
        )
        self.assertEqual((rma.state, rma.priority), ("new", "0"))
