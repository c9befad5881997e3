import io
import json

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from .common import TODAY
from .common_facts import FactCommon

FORBIDDEN = "=HYPERLINK('x')"


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestYearEnd(FactCommon, HttpCase):
    """A03: the year in one click: frozen, reconciled, signed; what changed since."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.order = cls._order("2025-03-05 10:00:00", 100)
        cls.invoice = cls._invoice_order(cls.order, "2025-03-06")
        cls._make_invoice(cls.vins, "2025-04-01", 300, invoice_user_id=cls.robert.id)
        cls._make_invoice(cls.ernst, "2025-05-01", 20, refund=True)
        cls._make_invoice(cls.vins, "2024-04-01", 50)
        cls.lost = cls.env["res.partner"].create(
            {"name": FORBIDDEN, "is_company": True}
        )
        cls._make_invoice(cls.lost, "2024-06-01", 77)
        cls.env["crm.target"].create(
            {"year": 2025, "measure": "booked", "user_id": cls.nancy.id, "total": 200}
        )
        cls.YearEnd = cls.env["crm.year.end"]
        cls.analyst = cls._new_user(
            "analyst", "crm_analytics.crm_analytics_group_manager"
        )

    def _freeze(self, user=None, year=2025):
        report = self.YearEnd.with_user(user or self.env.user).create({"year": year})
        report.action_freeze()
        return report

    def _rows(self, report, title):
        sections = {s["title"]: s for s in report._get_sections()}
        return sections[title]

    # Figures

    def test_a03_figures_of_the_year(self):
        """A03: company, months, people against target and last year, customers."""
        report = self._freeze()
        content = report.content
        total = content["months"]["total"]
        self.assertEqual((total["booked"], total["invoiced"]), (100, 380))
        self.assertEqual(total["invoiced_ly"], 127)
        self.assertEqual((report.invoiced, report.invoiced_ly), (380, 127))
        people = {row["id"]: row for row in content["people"]}
        nancy, robert = people[self.nancy.id], people[self.robert.id]
        self.assertEqual((nancy["target"], nancy["booked"]), (200, 100))
        self.assertEqual((robert["target"], robert["invoiced"]), (None, 300))
        customers = content["customers"]
        self.assertEqual(
            [row["id"] for row in customers["top"]], [self.vins.id, self.ernst.id]
        )
        self.assertEqual([row["class"] for row in customers["top"]], ["A", "A"])
        self.assertEqual([row["id"] for row in customers["new"]], [self.ernst.id])
        self.assertEqual([row["id"] for row in customers["lost"]], [self.lost.id])
        self.assertEqual(customers["lost_amount"], 77)
        self.assertEqual(content["products"]["rows"][0]["id"], self.chai.id)
        self.assertEqual(content["documents"]["kinds"]["invoiced"]["amount_back"], -20)
        self.assertEqual(
            [row["month"] for row in content["months"]["rows"]][0], "2025-03-01"
        )

    def test_a03_parameters_author_and_fingerprint(self):
        """A03: who froze what, when and how is in the figures and their hash."""
        report = self._freeze(self.analyst)
        parameters = report.content["parameters"]
        self.assertEqual(parameters["author_id"], self.analyst.id)
        self.assertEqual(
            (parameters["from"], parameters["to"], parameters["frozen"]),
            ("2025-01-01", "2025-12-31", TODAY),
        )
        self.assertEqual(report.content_hash, report._get_hash(report.content))
        again = json.loads(json.dumps(report.content))
        self.assertEqual(report._get_hash(again), report.content_hash)
        self.assertTrue(report.is_intact)

    def test_a03_a_fiscal_year_that_ends_in_march(self):
        """A03: the year is that of the accounts."""
        self.company.write({"fiscalyear_last_month": "3", "fiscalyear_last_day": 31})
        report = self._freeze(year=2025)
        self.assertEqual(str(report.date_from), "2024-04-01")
        self.assertEqual(str(report.date_to), "2025-03-31")
        self.assertIn("2024/25", report.name)
        self.assertEqual(report.invoiced, 227)

    # Reconciliation

    def test_a03_reconciled_to_the_posted_invoices(self):
        """A03: the difference is zero, in every currency with its own decimals."""
        for name, decimals, rate, price in (
            ("JPY", 0, 150.0, 1000),
            ("KWD", 3, 0.3, 12.345),
        ):
            currency = self.setup_other_currency(
                name,
                rounding=10**-decimals,
                rates=[("2024-01-01", rate)],
            )
            self._make_invoice(
                self.ernst, "2025-06-01", (price, 3, 7), currency_id=currency.id
            )
        report = self._freeze()
        self.assertTrue(report.is_reconciled)
        self.assertEqual(report.difference, 0)
        self.env.cr.execute(
            "SELECT SUM(amount_untaxed_signed) FROM account_move WHERE state = 'posted'"
            " AND company_id = %s AND invoice_date BETWEEN '2025-01-01' AND '2025-12-31'"
            " AND move_type IN ('out_invoice', 'out_refund')",
            [self.company.id],
        )
        [total] = self.env.cr.fetchone()
        self.assertAlmostEqual(report.invoiced, float(total), 2)
        currencies = {row["currency"]: row for row in report.content["currencies"]}
        self.assertEqual(currencies["JPY"]["amount"], 2790)
        self.assertEqual(currencies["KWD"]["decimals"], 3)
        rows = self._rows(report, "Currencies")["rows"]
        self.assertIn("34.443", [row[2] for row in rows])

    def test_a03_a_difference_is_explained_line_by_line(self):
        """A03: a figure that was written past Odoo is named, and nobody signs it."""
        self._work_off()
        self.env.cr.execute(
            "UPDATE crm_analytics_fact SET amount = amount + 5"
            " WHERE kind = 'invoiced' AND res_id = %s",
            [self.invoice.id],
        )
        report = self._freeze()
        self.assertFalse(report.is_reconciled)
        self.assertEqual(report.difference, 5)
        [line] = report.content["reconciliation"]["lines"]
        self.assertEqual(
            (line["name"], line["reason"], line["difference"]),
            (self.invoice.name, "amount", 5),
        )
        with self.assertRaises(UserError):
            report.action_sign()

    # Frozen

    def test_a03_frozen_figures_do_not_change(self):
        """A03: neither by write nor by what happens to the documents afterwards."""
        report = self._freeze()
        before = report.content_hash
        for vals in ({"year": 2024}, {"content": {}}, {"state": "draft"}):
            with self.assertRaises(UserError):
                report.write(vals)
        with self.assertRaises(UserError):
            report.document_ids[0].sudo().write({"amount": 1})
        with self.assertRaises(UserError):
            report.action_freeze()
        self._make_invoice(self.ernst, "2025-12-30", 1000)
        self.assertEqual(report.invoiced, 380)
        self.assertEqual(report._get_hash(report.content), before)
        with self.assertRaises(UserError):
            self.YearEnd.create({"year": 2025}).write({"content": {"x": 1}})
        forged = self.YearEnd.create({"year": 2025, "state": "signed", "content": {}})
        self.assertEqual((forged.state, forged.content), ("draft", False))

    def test_a03_signed_off_by_a_manager(self):
        """A03: only a sales administrator signs; after that nothing changes."""
        report = self._freeze(self.analyst)
        with self.assertRaises(AccessError):
            report.action_sign()
        report.with_user(self.env.user).action_sign()
        self.assertEqual(report.state, "signed")
        self.assertEqual(report.signed_user_id, self.env.user)
        with self.assertRaises(UserError):
            report.with_user(self.env.user).action_sign()
        with self.assertRaises(UserError):
            report.sudo().write({"content": {}})
        with self.assertRaises(UserError):
            report.sudo().unlink()

    def test_a03_tampering_is_found_out(self):
        """A03: whoever writes by SQL breaks the fingerprint, of figures or documents."""
        for query in (
            "UPDATE crm_year_end SET content = jsonb_set(content,"
            " '{months,total,invoiced}', '1') WHERE id = %s",
            "UPDATE crm_year_end_document SET amount = amount + 1 WHERE year_end_id = %s",
        ):
            report = self._freeze()
            self.assertTrue(report.is_intact)
            self.env.flush_all()
            self.env.cr.execute(query, [report.id])
            report.invalidate_recordset()
            self.assertFalse(report.is_intact)
            with self.assertRaises(UserError):
                report.action_sign()

    # Again

    def test_a03_run_again_lists_what_changed_since(self):
        """A03: late invoices, credit notes, cancellations and other salespeople, line
        by line; the differences sum up to the difference of the totals."""
        first = self._freeze()
        late = self._make_invoice(self.ernst, "2025-12-30", 1000)
        credit = self._make_invoice(self.vins, "2025-12-31", 30, refund=True)
        self.order.credit_user_id = self.robert
        self.invoice.button_draft()
        self.invoice.button_cancel()
        action = first.action_run_again()
        again = self.YearEnd.browse(action["res_id"])
        self.assertEqual((again.version, again.previous_id), (2, first))
        found = {
            (row.change, row.kind, row.res_id): row.difference
            for row in again.change_ids
        }
        self.assertEqual(
            found,
            {
                ("added", "invoiced", late.id): 1000,
                ("credit", "invoiced", credit.id): -30,
                ("removed", "invoiced", self.invoice.id): -100,
                ("credited", "booked", self.order.id): 0,
            },
        )
        invoiced = again.change_ids.filtered(lambda row: row.kind == "invoiced")
        self.assertEqual(
            sum(invoiced.mapped("difference")), again.invoiced - first.invoiced
        )
        moved = again.change_ids.filtered(lambda row: row.change == "credited")
        self.assertEqual(
            (moved.old_user_name, moved.user_name), (self.nancy.name, self.robert.name)
        )
        self.assertEqual(moved.action_open_document()["res_id"], self.order.id)
        self.assertEqual(again.change_count, 4)
        self.assertTrue(first.is_intact)

    def test_a03_run_again_without_a_change(self):
        """A03: nothing happened, nothing is listed."""
        again = self.YearEnd.browse(self._freeze().action_run_again()["res_id"])
        self.assertFalse(again.change_ids)

    # Read

    def test_a03_page_in_the_language_of_the_reader(self):
        """A03: the same frozen figures in English and Chinese."""
        report = self._freeze()
        self.assertIn("Reconciliation", report.figures_html)
        chinese = report.with_context(lang="zh_CN")
        self.assertIn("对账", chinese.figures_html)
        self.assertNotIn("Reconciliation", chinese.figures_html)
        self.assertIn("380", chinese.figures_html)

    def test_a03_pdf_says_the_same(self):
        """A03: the printed report has the tables of the page, in both languages."""
        report = self._freeze()
        for lang, word in (("en_US", "Lost Customers"), ("zh_CN", "流失客户")):
            self.env.user.lang = lang
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                "crm_analytics.report_year_end", report.ids
            )
            self.assertIn(word, html.decode())
            self.assertIn("HYPERLINK", html.decode())

    def test_a03_workbook(self):
        """A03: the workbook has all sections; a customer's name is no formula."""
        report = self._freeze()
        book = openpyxl.load_workbook(
            io.BytesIO(report.with_context(lang="zh_CN")._get_xlsx())
        )
        self.assertEqual(len(book.sheetnames), len(report._get_sections()))
        cells = [cell for cell in book["流失客户"]["A"] if cell.value == FORBIDDEN]
        self.assertEqual([cell.data_type for cell in cells], ["s"])

    def test_a03_download(self):
        """A03: whoever may read it gets the file, all others not even its existence."""
        report = self._freeze()
        self.env.flush_all()
        self.authenticate(self.analyst.login, self.analyst.login)
        url = report.action_download_xlsx()["url"]
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.content.startswith(b"PK"))
        self.assertEqual(
            self.url_open(url.replace(str(report.id), "0")).status_code, 404
        )
        self.authenticate(self.nancy.login, self.nancy.login)
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_a03_who_sees_it(self):
        """A03: salespeople see no report; other companies are out of reach."""
        report = self._freeze()
        for user in (self.nancy, self._new_user("clerk", "base.group_user")):
            with self.assertRaises(AccessError):
                self.YearEnd.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["crm.year.end.document"].with_user(user).search([])
        other = self.setup_other_company()["company"]
        self.analyst.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(
            self.YearEnd.with_user(self.analyst).search([("id", "=", report.id)])
        )
