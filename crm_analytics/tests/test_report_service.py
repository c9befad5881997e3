from odoo.tests import freeze_time, tagged

from .common import TODAY
from .common_service import CustomerServiceCommon

COST = ["service_cost", "service_cost_ly"]


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestReportService(CustomerServiceCommon):
    """A08: what serving a customer after the sale costs."""

    def _assert_cost(self, expected, domain=()):
        self.assertEqual(
            self._read_report([*self._get_year(2026), *domain], ["service_cost"]),
            (expected,),
        )

    def test_a08_parts_of_a_repair(self):
        """A08: a real repair of a returned unit costs the value of its parts."""
        self._sell_washer(self.ernst)
        repair = self._repair_unit(self.ernst, ("add", self.heater, 2))
        self.assertEqual(repair.state, "done")
        rows = self._read_report(
            self._get_year(2026),
            ["service_cost", "profit", "revenue"],
            ["partner_id", "product_id", "repair_id", "document_kind"],
        )
        self.assertEqual(
            rows, {(self.ernst, self.washer, repair, "repair"): (14, -14, 0)}
        )

    def test_a08_nothing_before_the_repair_is_done(self):
        """A08: reserved parts are no cost yet."""
        self._sell_washer(self.ernst)
        self._repair_unit(self.ernst, ("add", self.heater, 2), done=False)
        self._assert_cost(0)

    def test_a08_the_unit_itself_is_no_cost(self):
        """A08: a repair without parts costs nothing, however dear the unit."""
        self._sell_washer(self.ernst)
        self._repair_unit(self.ernst)
        self._assert_cost(0)

    def test_a08_later_cost_changes_do_not_rewrite_the_past(self):
        """A08: the value of the day of the repair stays."""
        self._sell_washer(self.ernst)
        self._repair_unit(self.ernst, ("add", self.heater, 2))
        self.heater.standard_price = 700.0
        self._assert_cost(14)

    def test_a08_recycled_part_gives_its_value_back(self):
        """A08: a good part put back into stock lowers the cost."""
        self._sell_washer(self.ernst)
        self._repair_unit(
            self.ernst, ("add", self.heater, 2), ("recycle", self.heater, 1)
        )
        self._assert_cost(7)

    def test_a08_repair_without_return_is_not_service_cost(self):
        """A08: a repair that belongs to no returned unit is somebody else's."""
        self._sell_washer(self.ernst)
        repair = self._repair_unit(self.ernst, ("add", self.heater, 2))
        repair.rma_line_id = False
        self._assert_cost(0)

    def test_a08_credit_goes_to_who_sold_the_unit(self):
        """A08: the salesperson and team of the sale, not of the customer today."""
        self._sell_washer(self.ernst, self.robert, self.other_team)
        self._repair_unit(self.ernst, ("add", self.heater, 1))
        rows = self._read_report(
            self._get_year(2026), ["service_cost"], ["user_id", "team_id"]
        )
        self.assertEqual(rows, {(self.robert, self.other_team): (7,)})

    def test_a08_unit_of_unknown_origin(self):
        """A08: without a sale the customer's salesperson is charged."""
        self._repair_unit(
            self.ernst,
            ("add", self.heater, 1),
            product=self.chai,
            lot=self.serial.browse(),
        )
        rows = self._read_report(self._get_year(2026), ["service_cost"], ["user_id"])
        self.assertEqual(rows, {(self.nancy,): (7,)})

    def test_a08_last_year_beside(self):
        """A08: service cost has its year before, to the same day."""
        self._sell_washer(self.ernst)
        repair = self._repair_unit(self.ernst, ("add", self.heater, 2))
        self._set_done_at(repair, "2025-11-22 09:00:00")
        self.assertEqual(self._read_report(self._get_year(2026), COST), (0, 14))
        self._set_done_at(repair, "2025-11-23 09:00:00")
        self.assertEqual(self._read_report(self._get_year(2026), COST), (0, 0))

    def test_a08_the_day_is_that_of_the_company(self):
        """A08: 23:30 UTC on 31 October is 1 November in Shanghai."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self._sell_washer(self.ernst)
        repair = self._repair_unit(self.ernst, ("add", self.heater, 2))
        self._set_done_at(repair, "2026-10-31 23:30:00")
        self.assertEqual(self._read_report(self._get_month(2026, 10), COST), (0, 0))
        self.assertEqual(self._read_report(self._get_month(2026, 11), COST), (14, 0))
        # The address wins, as it does for the start of a warranty.
        self.company.partner_id.tz = "UTC"
        self.assertEqual(self._read_report(self._get_month(2026, 10), COST), (14, 0))

    def test_a08_free_part_on_an_order_counts_once(self):
        """A08: a warranty part on a zero invoice is service cost, not cost of sales."""
        self._sell_washer(self.ernst)
        repair = self._repair_unit(self.ernst, ("add", self.heater, 2))
        invoice = self._invoice_parts(repair, price=0.0)
        self.assertEqual(invoice.amount_total, 0)
        self.assertEqual(
            self._read_report(self._get_year(2026), ["cost", "service_cost", "profit"]),
            (0, 14, -14),
        )

    def test_a08_paid_part_is_a_sale(self):
        """A08: a part that the customer pays for has its cost beside its revenue."""
        self._sell_washer(self.ernst)
        repair = self._repair_unit(self.ernst, ("add", self.heater, 2))
        self._invoice_parts(repair, price=20.0)
        self.assertEqual(
            self._read_report(
                self._get_year(2026), ["revenue", "cost", "service_cost", "profit"]
            ),
            (40, 14, 0, 26),
        )

    def _invoice_parts(self, repair, price):
        """Put the parts on an order of the repair and invoice them."""
        repair.action_create_sale_order()
        order = repair.sale_order_id
        order.order_line.write({"price_unit": price, "technical_price_unit": -1})
        order.action_confirm()
        order.order_line.qty_delivered = 2
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-11-22"
        invoice.action_post()
        return invoice

    def test_a08_share_of_the_revenue(self):
        """A08: service cost as a share of revenue, at every level."""
        self._make_invoice(self.ernst, "2026-03-04", 140)
        self._make_invoice(self.vins, "2026-03-04", 140)
        self._sell_washer(self.ernst)
        self._repair_unit(self.ernst, ("add", self.heater, 2))
        rows = self._read_report(
            self._get_year(2026), ["service_percent"], ["partner_id"]
        )
        self.assertEqual(rows, {(self.ernst,): (0.1,), (self.vins,): (0.0,)})
        self.assertEqual(
            self._read_report(self._get_year(2026), ["service_percent"]), (0.05,)
        )
