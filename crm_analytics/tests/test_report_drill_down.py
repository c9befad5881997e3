from odoo.tests import freeze_time, tagged

from .common import TODAY
from .common_service import CustomerServiceCommon


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestReportDrillDown(CustomerServiceCommon):
    """A01: every number opens the documents it is made of."""

    def _get_records(self, action):
        Model = self.env[action["res_model"]]
        if action.get("res_id"):
            return Model.browse(action["res_id"])
        return Model.search(action["domain"])

    def test_a01_cell_equals_its_invoices(self):
        """A01: the invoices behind a cell sum up to the cell."""
        self._make_invoice(self.ernst, "2026-03-04", 10, 20)
        self._make_invoice(self.ernst, "2026-03-05", 5, refund=True)
        self._make_invoice(self.ernst, "2026-04-05", 500)
        self._make_invoice(self.vins, "2026-03-05", 500)
        cell = [("partner_id", "=", self.ernst.id), *self._get_month(2026, 3)]
        moves = self._get_records(self.Report.action_open_documents(cell))
        self.assertEqual(len(moves), 2)
        self.assertEqual(
            self._read_report(cell, ["revenue"]),
            (sum(moves.mapped("amount_untaxed_signed")),),
        )

    def test_a01_list_behind_a_cell_sums_up_to_it(self):
        """A01: the rows of the list add up to the number that was clicked."""
        self._make_invoice(self.ernst, "2026-03-04", 10, 20)
        self._make_invoice(self.ernst, "2025-03-04", 7)
        cell = [("partner_id", "=", self.ernst.id), *self._get_month(2026, 3)]
        rows = self.Report.search(cell)
        self.assertEqual(
            self._read_report(cell, ["revenue", "revenue_ly", "margin"]),
            tuple(
                sum(rows.mapped(name)) for name in ("revenue", "revenue_ly", "margin")
            ),
        )

    def test_a01_last_year_opens_last_years_invoice(self):
        """A01: the documents behind last year's number are last year's."""
        last_year = self._make_invoice(self.ernst, "2025-03-04", 7)
        cell = [("partner_id", "=", self.ernst.id), *self._get_month(2026, 3)]
        action = self.Report.action_open_documents(cell)
        self.assertEqual(self._get_records(action), last_year)
        self.assertEqual(action["views"][0][1], "form")

    def test_a08_service_cost_opens_the_repairs(self):
        """A08: the repairs behind the service cost, by cell, list and row."""
        self._sell_washer(self.ernst)
        repair = self._repair_unit(self.ernst, ("add", self.heater, 2))
        cell = [("partner_id", "=", self.ernst.id), *self._get_year(2026)]
        action = self.Report.action_open_documents(cell, "repair.order")
        self.assertEqual(self._get_records(action), repair)
        self.assertEqual(
            abs(sum(repair.move_ids.mapped("value"))),
            self._read_report(cell, ["service_cost"])[0],
        )
        rows = self.Report.search(cell)
        self.assertEqual(self._get_records(rows.action_open_document()), repair)
        self.assertEqual(self._get_records(rows.action_open_repairs()), repair)

    def test_a01_buttons_of_the_list_follow_the_filter(self):
        """A01: without a selection the buttons open all that is shown."""
        shown = self._make_invoice(self.ernst, "2026-03-04", 10)
        self._make_invoice(self.vins, "2026-03-04", 10)
        Report = self.Report.with_context(
            active_domain=[("partner_id", "=", self.ernst.id)]
        )
        self.assertEqual(self._get_records(Report.action_open_invoices()), shown)
        self.assertFalse(self._get_records(Report.action_open_repairs()))

    def test_a01_drill_down_of_a_salesperson_stays_within_their_rights(self):
        """A01: the documents opened are those counted, no more."""
        own = self._make_invoice(self.ernst, "2026-03-04", 10)
        self._make_invoice(self.ernst, "2026-03-04", 10, invoice_user_id=self.robert.id)
        action = self.Report.with_user(self.nancy).action_open_documents([])
        self.assertEqual(self._get_records(action), own)

    def test_a01_ids_are_stable_and_unique(self):
        """A01: a row keeps its id, and no two rows share one."""
        self._make_invoice(self.ernst, "2026-03-04", 10, 20)
        self._sell_washer(self.ernst)
        self._repair_unit(self.ernst, ("add", self.heater, 2))
        rows = self.Report.search([])
        self.assertEqual(len(rows), len(set(rows.ids)))
        before = {row.id: row.move_id for row in rows}
        self._make_invoice(self.vins, "2025-01-04", 10)
        self.assertEqual(before, {row.id: row.move_id for row in rows})
