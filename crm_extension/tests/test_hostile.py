from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestHostile(CrmExtensionCommon):
    """X26: what a salesperson cannot reach by calling the history directly."""

    def test_x26_message_of_others_cannot_be_rewritten(self):
        """A row's note is chosen by the system: nobody points it elsewhere."""
        foreign = self.env["res.partner"].create({"name": "Elsewhere"})
        message = foreign.message_post(body="The original", message_type="comment")
        row = self.log(user=self.seller)
        with self.assertRaises(UserError):
            row.write({"mail_message_id": message.id})
        with self.assertRaises(UserError):
            self.log(user=self.seller, mail_message_id=message.id)
        row.subject = "Changed"
        self.assertIn("The original", message.body)

    def test_x26_no_note_on_a_document_of_others(self):
        """Logging on a document needs the right to read it."""
        order = self.make_order(self.other_customer, user_id=self.colleague.id)
        before = order.message_ids
        with self.assertRaises(AccessError):
            self.log(user=self.seller, res_model="sale.order", res_id=order.id)
        lead = self.make_lead(user_id=self.colleague.id, team_id=self.other_team.id)
        with self.assertRaises(AccessError):
            self.log(user=self.seller, lead_id=lead.id)
        self.assertEqual(order.message_ids, before)

    def test_x26_upload_of_others_cannot_be_claimed(self):
        """A file that belongs to nobody yet stays with whoever uploaded it."""
        file = self.env["ir.attachment"].with_user(self.colleague)
        file = file.create({"name": "secret.txt", "raw": b"secret"})
        with self.assertRaises(AccessError):
            self.log(user=self.seller, attachment_ids=[Command.link(file.id)])
        self.assertFalse(file.res_id)
        own = self.env["ir.attachment"].with_user(self.seller)
        own = own.create({"name": "mine.txt", "raw": b"mine"})
        row = self.log(user=self.seller, attachment_ids=[Command.link(own.id)])
        self.assertEqual(own.res_id, row.id)

    def test_x26_projected_rows_cannot_be_forged_by_defaults(self):
        rows = self.env["crm.interaction"].with_user(self.seller)
        vals = {"partner_id": self.contact.id, "subject": "Forged"}
        for default in ({"origin": "projected"}, {"source_key": "sale.order,1:sent:1"}):
            context = {f"default_{name}": value for name, value in default.items()}
            with self.assertRaises(UserError), self.env.cr.savepoint():
                rows.with_context(**context).create(vals)
        self.assertFalse(self.history(subject="Forged"))


@tagged("post_install", "-at_install")
class TestUnlucky(CrmExtensionCommon):
    """Stock flows that the history must not break, and history that must not be lost."""

    def test_order_date_may_lie_in_the_future(self):
        """An order that gets a later date is still confirmed in the past."""
        order = self.make_order()
        order.action_confirm()
        order.date_order = fields.Datetime.now() + timedelta(days=30)
        row = self.env["crm.interaction"].search(
            [("source_key", "=", f"sale.order,{order.id}:confirmed:1")]
        )
        self.assertLessEqual(row.date, fields.Datetime.now())

    def test_reschedule_and_reassign_at_once(self):
        """X02: the new day wins over the day of the old time."""
        tomorrow = fields.Date.today() + timedelta(days=1)
        todo = self.plan(
            self.customer,
            user=self.seller,
            deadline_at=fields.Datetime.to_datetime(tomorrow) + timedelta(hours=9),
        )
        later = tomorrow + timedelta(days=6)
        todo.write({"date_deadline": later, "user_id": self.mate.id})
        self.assertEqual(todo.date_deadline, later)
        self.assertEqual(todo.deadline_at.date(), later)
        self.assertEqual(todo.deadline_at.hour, 9)

    def test_merged_leads_keep_their_history(self):
        """X01: what was said about a lead moves to the lead that remains."""
        kept = self.make_lead(name="Kept")
        merged = self.make_lead(name="Merged")
        row = self.log(self.env["res.partner"], lead_id=merged.id)
        (kept | merged).merge_opportunity(auto_unlink=True)
        self.assertTrue((kept | merged).exists())
        self.assertEqual(row.lead_id, (kept | merged).exists())

    def test_lead_finds_a_customer_of_another_company(self):
        """X01: what was said about a lead goes along to whatever company."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        lead = self.make_lead(company_id=False, user_id=False, team_id=False)
        row = self.log(self.env["res.partner"], lead_id=lead.id)
        self.assertEqual(row.company_id, self.company)
        foreign = self.make_customer("Only theirs", company_id=other.id)
        lead.partner_id = foreign
        self.env.flush_all()
        self.assertEqual(row.partner_id, foreign)
        self.assertEqual(row.company_id, other)
