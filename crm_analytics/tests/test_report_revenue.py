from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import TODAY, CustomerReportCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestReportRevenue(CustomerReportCommon):
    """A01: the totals are those of the invoices, to the cent."""

    def _assert_equals_invoices(self, moves):
        revenue, *_rest = self._read_report([("move_id", "in", moves.ids)], ["revenue"])
        self.assertEqual(
            self.company.currency_id.compare_amounts(
                revenue, sum(moves.mapped("amount_untaxed_signed"))
            ),
            0,
        )

    def test_a01_invoices_minus_credit_notes_and_discounts(self):
        """A01: refunds subtract, discounts count, cents agree with account.move."""
        moves = self._make_invoice(self.ernst, "2026-03-04", (33.33, 3, 7.5), 12.34)
        moves += self._make_invoice(self.ernst, "2026-03-05", 5.55, refund=True)
        moves += self._make_invoice(self.vins, "2026-04-01", (0.01, 7, 0))
        self._assert_equals_invoices(moves)
        totals = self._read_report(self._get_year(2026), ["revenue"], ["partner_id"])
        self.assertAlmostEqual(totals[self.ernst,][0], 92.49 + 12.34 - 5.55)
        self.assertAlmostEqual(totals[self.vins,][0], 0.07)

    def test_a01_by_month(self):
        """A01: a month holds what was invoiced in it."""
        self._make_invoice(self.ernst, "2026-03-31", 10)
        self._make_invoice(self.ernst, "2026-04-01", 20)
        rows = self._read_report(self._get_year(2026), ["revenue"], ["date:month"])
        self.assertEqual(
            {key[0].month: value[0] for key, value in rows.items()}, {3: 10, 4: 20}
        )

    def test_a01_only_posted_customer_documents(self):
        """A01: drafts, cancelled documents and bills are no revenue."""
        draft = self._make_invoice(self.ernst, "2026-03-04", 100)
        draft.button_draft()
        cancelled = self._make_invoice(self.ernst, "2026-03-04", 200)
        cancelled.button_draft()
        cancelled.button_cancel()
        self.init_invoice(
            "in_invoice", self.ernst, "2026-03-04", post=True, amounts=[400]
        )
        self.assertFalse(self.Report.search([("partner_id", "=", self.ernst.id)]))

    def test_a01_contact_counts_for_its_company(self):
        """A01: an invoice to a contact is revenue of the company."""
        self._make_invoice(self.roland, "2026-03-04", 70)
        rows = self._read_report(self._get_year(2026), ["revenue"], ["partner_id"])
        self.assertEqual(rows, {(self.ernst,): (70,)})

    def test_a01_credit_goes_to_the_salesperson_of_the_document(self):
        """A01: handing the customer over does not rewrite history."""
        self._make_invoice(self.ernst, "2026-03-04", 70)
        self.ernst.user_id = self.robert
        rows = self._read_report(
            self._get_year(2026), ["revenue"], ["user_id", "team_id"]
        )
        self.assertEqual(rows, {(self.nancy, self.team): (70,)})

    def test_a01_category_and_country(self):
        """A01: by product, category and region."""
        self._make_invoice(self.ernst, "2026-03-04", 70)
        rows = self._read_report(
            self._get_year(2026),
            ["revenue"],
            ["product_id", "product_categ_id", "country_id"],
        )
        self.assertEqual(
            rows, {(self.chai, self.chai.categ_id, self.ernst.country_id): (70,)}
        )

    def test_a01_cash_rounding_is_part_of_the_total(self):
        """A01: the rounding line of an invoice is in its untaxed amount."""
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "0.05",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "rounding_method": "UP",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        move = self._make_invoice(
            self.ernst, "2026-03-04", 9.97, invoice_cash_rounding_id=rounding.id
        )
        self.assertEqual(move.amount_untaxed_signed, 10)
        self._assert_equals_invoices(move)

    def test_a01_margin_uses_the_cost_of_the_document(self):
        """A01: tomorrow's cost does not change yesterday's margin."""
        order = self._make_order(self.ernst, "2026-03-01", quantity=4, cost=11.0)
        invoice = self._invoice_order(order, "2026-03-04")
        self.chai.standard_price = 99.0
        values = self._read_report(
            [("move_id", "=", invoice.id)],
            ["revenue", "cost", "margin", "margin_percent", "revenue_uncosted"],
        )
        for value, expected in zip(values, (72, 44, 28, 28 / 72, 0), strict=True):
            self.assertAlmostEqual(value, expected)

    def test_a01_credit_note_gives_the_margin_back(self):
        """A01: after a full credit note revenue, cost and margin are zero."""
        order = self._make_order(self.ernst, "2026-03-01", quantity=4, cost=11.0)
        invoice = self._invoice_order(order, "2026-03-04")
        invoice._reverse_moves([{"invoice_date": "2026-03-09"}], cancel=True)
        values = self._read_report(
            [("partner_id", "=", self.ernst.id), ("year_series", "=", "current")],
            ["revenue", "cost", "margin"],
        )
        self.assertEqual(values, (0, 0, 0))

    def test_a01_cost_follows_the_unit_of_measure(self):
        """A01: cost per dozen on the order, pieces on the invoice."""
        dozen = self.env.ref("uom.product_uom_dozen")
        self.chai.uom_ids += dozen
        order = self._make_order(
            self.ernst,
            "2026-03-01",
            cost=120.0,
            product_uom_id=dozen.id,
            price_unit=216.0,
        )
        invoice = self._invoice_order(order, "2026-03-04")
        [cost] = self._read_report([("move_id", "=", invoice.id)], ["cost"])
        self.assertAlmostEqual(cost, 120.0)

    def test_a01_revenue_without_cost_is_shown(self):
        """A01: an invoice by hand carries no cost, and the report says so."""
        invoice = self._make_invoice(self.ernst, "2026-03-04", 50)
        self.assertEqual(
            self._read_report(
                [("move_id", "=", invoice.id)], ["margin", "revenue_uncosted"]
            ),
            (50, 50),
        )

    def test_a01_posted_cost_of_goods_wins(self):
        """A01: with real-time valuation the margin is that of the ledger."""
        valuation = self.env["account.account"].create(
            {"name": "Stock", "code": "110199", "account_type": "asset_current"}
        )
        category = self.env["product.category"].create(
            {
                "name": "Real-time",
                "property_cost_method": "standard",
                "property_valuation": "real_time",
                "property_stock_valuation_account_id": valuation.id,
            }
        )
        self.chai.write({"is_storable": True, "categ_id": category.id})
        self.chai.standard_price = 8.0
        order = self._make_order(self.ernst, "2026-03-01", quantity=2, cost=99.0)
        invoice = self._invoice_order(order, "2026-03-04")
        self.assertTrue(
            invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        )
        [cost] = self._read_report([("move_id", "=", invoice.id)], ["cost"])
        self.assertAlmostEqual(cost, 16.0)
        refund = invoice._reverse_moves([{"invoice_date": "2026-03-09"}], cancel=True)
        [cost] = self._read_report([("move_id", "=", refund.id)], ["cost"])
        self.assertAlmostEqual(cost, -16.0)

    def test_a01_foreign_currency_uses_the_rate_of_the_document(self):
        """A01: a document in another currency counts at its own date's rate."""
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-06-01", 4.0)]
        )
        moves = self._make_invoice(
            self.ernst, "2026-03-04", 100, currency_id=euro.id
        ) + self._make_invoice(self.ernst, "2026-07-04", 100, currency_id=euro.id)
        self.assertEqual(
            self._read_report([("move_id", "in", moves.ids)], ["revenue"]), (75,)
        )
        self._assert_equals_invoices(moves)

    def test_a01_companies_of_two_currencies_are_not_added_blindly(self):
        """A01: other companies' amounts are converted at the document's date."""
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 2.0), ("2026-06-01", 4.0)]
        )
        daughter = self.setup_other_company(name="Daughter", currency_id=euro.id)[
            "company"
        ]
        self.assertEqual(daughter.currency_id, euro)
        euro.rate_ids.company_id = False  # shared by both
        self.env.user.company_ids += daughter
        both = self.company + daughter
        self._make_invoice(self.ernst, "2026-03-04", 10)
        with_daughter = self.env["account.move"].with_context(
            allowed_company_ids=daughter.ids
        )
        for date in ("2026-03-04", "2026-07-04"):
            self._post_in(with_daughter, date, 100)
        year = self._get_year(2026)
        self.assertEqual(
            self._read_report(year, ["revenue"], companies=self.company), (10,)
        )
        self.assertEqual(
            self._read_report(year, ["revenue"], companies=daughter), (200,)
        )
        rows = self._read_report(year, ["revenue"], ["company_id"], companies=both)
        self.assertEqual(rows, {(self.company,): (10,), (daughter,): (75,)})
        rows = self._read_report(
            year, ["revenue"], ["company_id"], companies=daughter + self.company
        )
        self.assertEqual(rows, {(self.company,): (20,), (daughter,): (200,)})
        self.assertEqual(
            self.Report.with_context(allowed_company_ids=both.ids)
            .search(year)
            .currency_id,
            self.company.currency_id,
        )

    def _post_in(self, Move, date, price):
        move = Move.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ernst.id,
                "invoice_date": date,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "x", "price_unit": price, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        move.action_post()
        return move
