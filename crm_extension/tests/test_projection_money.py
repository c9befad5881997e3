from odoo.fields import Command, Date
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import CrmExtensionCommon


@tagged("post_install", "-at_install")
class TestProjectMoney(AccountTestInvoicingCommon, CrmExtensionCommon):
    """X02: invoices, credit notes and payments enter the timeline by themselves.

    The accountant who posts them may not even read the history.
    """

    def setUp(self):
        super().setUp()
        self.assertFalse(self.env["crm.interaction"].has_access("read"))

    def _rows(self):
        rows = self.env["crm.interaction"].sudo()
        return rows.search([("commercial_partner_id", "=", self.customer.id)])

    @classmethod
    def make_invoice(cls, move_type="out_invoice", **vals):
        """An invoice of one line of 100 to the contact."""
        return cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": cls.contact.id,
                "invoice_date": Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Boxes", "price_unit": 100.0, "tax_ids": []}
                    )
                ],
                **vals,
            }
        )

    def _events(self):
        return sorted(self._rows().mapped("event"))

    def _pay(self, invoice):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({})._create_payments()

    def test_x02_invoice(self):
        invoice = self.make_invoice()
        self.assertFalse(self._rows(), "a draft is nobody's business")
        invoice.action_post()
        row = self._rows()
        self.assertRecordValues(
            row,
            [
                {
                    "event": "account.move:posted",
                    "headline": f"Invoice {invoice.name} posted",
                    "partner_id": self.contact.id,
                    "channel": "document",
                    "res_model": "account.move",
                    "res_id": invoice.id,
                }
            ],
        )
        self.assertIn("100.00", row.preview)

    def test_posted_again_is_told_once(self):
        invoice = self.make_invoice()
        invoice.action_post()
        invoice.button_draft()
        invoice.action_post()
        self.assertEqual(self._events(), ["account.move:posted"])

    def test_old_invoice_lies_on_its_day(self):
        self.make_invoice(invoice_date="2025-03-01").action_post()
        self.assertEqual(str(self._rows().date), "2025-03-01 12:00:00")

    def test_x02_credit_note(self):
        self.make_invoice("out_refund").action_post()
        self.assertEqual(self._events(), ["account.move:credited"])

    def test_x02_payment(self):
        invoice = self.make_invoice()
        invoice.action_post()
        payment = self._pay(invoice)
        self.assertEqual(
            self._events(), ["account.move:posted", "account.payment:received"]
        )
        row = self._rows().filtered(lambda r: r.event == "account.payment:received")
        self.assertEqual(row.direction, "in")
        self.assertIn(payment.name, row.headline)
        self.assertIn(invoice.name, row.preview)

    def test_refund_is_told_as_such(self):
        refund = self.make_invoice("out_refund")
        refund.action_post()
        self._pay(refund)
        self.assertEqual(
            self._events(), ["account.move:credited", "account.payment:refunded"]
        )

    def test_invoice_settled_by_the_bank(self):
        """X02: a statement that is matched at once makes no payment."""
        invoice = self.make_invoice()
        invoice.action_post()
        receivable = invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self._settle(receivable)
        self.assertEqual(self._events(), ["account.move:paid", "account.move:posted"])

    def _settle(self, receivable):
        bank = self.company_data["default_account_revenue"]
        shared = {"partner_id": self.customer.id, "name": "Statement"}
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create({**shared, "account_id": account.id, **amount})
                    for account, amount in (
                        (receivable.account_id, {"credit": 100.0}),
                        (bank, {"debit": 100.0}),
                    )
                ]
            }
        )
        entry.action_post()
        counterpart = entry.line_ids.filtered("credit")
        (receivable | counterpart).reconcile()

    def test_invoice_that_a_credit_note_cancels_is_not_paid(self):
        moves = self.make_invoice() | self.make_invoice("out_refund")
        moves.action_post()
        moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual(
            self._events(), ["account.move:credited", "account.move:posted"]
        )

    def test_vendor_documents_stay_out(self):
        bill = self.make_invoice("in_invoice")
        bill.action_post()
        bill.message_post(body="Wrong amount", message_type="comment")
        self.plan(bill).action_feedback()
        self._pay(bill)
        self.flush_history()
        self.assertFalse(self._rows())

    def test_x02_chatter_of_an_invoice(self):
        invoice = self.make_invoice()
        invoice.message_post(body="Please pay", message_type="comment")
        self.flush_history()
        self.assertRecordValues(
            self._rows(), [{"preview": "Please pay", "res_model": "account.move"}]
        )

    def test_posting_many_is_one_projection(self):
        invoices = self.env["account.move"].union(
            *(self.make_invoice() for _number in range(3))
        )
        invoices.action_post()
        self.assertEqual(len(self._rows()), 3)

    def test_back_fill_tells_the_same(self):
        invoice = self.make_invoice(invoice_date="2025-03-01")
        invoice.action_post()
        self._pay(invoice)
        settled = self.make_invoice()
        settled.action_post()
        self._settle(
            settled.line_ids.filtered(lambda li: li.account_type == "asset_receivable")
        )
        told = self._rows()
        before = sorted(told.mapped(lambda row: (row.source_key, row.preview)))
        backfill = self.env["crm.interaction.backfill"].sudo()
        payments = told.filtered(lambda row: row.res_model == "account.payment")
        payments = backfill.env["account.payment"].browse(payments.mapped("res_id"))
        told.unlink()
        backfill._backfill_invoice((invoice | settled).sudo())
        backfill._backfill_payment(payments)
        again = sorted(self._rows().mapped(lambda row: (row.source_key, row.preview)))
        self.assertEqual(again, before)
        self.assertEqual(len(again), 4)
