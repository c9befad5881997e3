"""The demo company's documents: what is in Odoo is what the files say.

Orders, transfers, invoices and the stock are compared with the CSV files.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest

from odoo.tests import tagged

from .northwind import (
    CENT,
    LAST_ORDER,
    SHIFT,
    UNTIL,
    WholeCompanyCase,
    day,
    line_total,
    rows,
)

pytestmark = pytest.mark.databases


@tagged("post_install", "-at_install")
class TestNorthwind(WholeCompanyCase):
    """Amounts, dates and quantities of the whole company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = {row["OrderID"]: row for row in rows("orders.csv")}
        cls.totals = defaultdict(Decimal)
        for row in rows("order_details.csv"):
            cls.totals[row["OrderID"]] += line_total(row)

    def amounts(self, column: str, condition: str = "TRUE") -> dict[str, Decimal]:
        """Order number -> sum of its lines without freight, for Northwind's orders."""
        found = self.query(
            f"""SELECT substr(o.name, 2), sum({column})
                  FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id
                  JOIN product_product p ON p.id = l.product_id
                 WHERE p.default_code != 'FREIGHT' AND o.name !~ '^SA' AND {condition}
              GROUP BY o.name"""
        )
        return {code: Decimal(str(amount)).quantize(CENT) for code, amount in found}

    def test_totals_equal_the_files(self):
        """Totals: each order, and all of them, are the sum of the CSV's rounded lines."""
        self.assertEqual(self.amounts("l.price_subtotal"), dict(self.totals))
        self.assertEqual(sum(self.totals.values()), Decimal("1265793.29"))
        freight = sum(Decimal(row["Freight"]) for row in self.orders.values())
        self.assertEqual(freight, Decimal("64942.69"))
        total = self.value(
            "SELECT sum(amount_total)::text FROM sale_order WHERE name !~ '^SA'"
        )
        self.assertEqual(Decimal(total), sum(self.totals.values()) + freight)

    def test_invoices_equal_the_files(self):
        """Totals: shipped orders are invoiced and posted in full, with their freight."""
        invoiced = self.query(
            """SELECT substr(invoice_origin, 2), amount_total::text, state, amount_tax
                 FROM account_move WHERE move_type = 'out_invoice'
                  AND invoice_origin !~ '^SA'"""
        )
        expected = {
            (code, self.totals[code] + Decimal(row["Freight"]), "posted", 0)
            for code, row in self.orders.items()
            if row["ShippedDate"]
        }
        self.assertEqual(len(expected), 809)
        self.assertEqual(len(invoiced), 809)
        self.assertEqual(
            {(code, Decimal(total), *rest) for code, total, *rest in invoiced}, expected
        )

    def test_prices_are_frozen(self):
        """Prices: price, quantity and discount of each line are those of the file."""
        found = self.query(
            """SELECT substr(o.name, 2), substr(p.default_code, 3), l.price_unit,
                      l.product_uom_qty, l.discount, l.technical_price_unit
                 FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
                 JOIN product_product p ON p.id = l.product_id
                WHERE p.default_code ~ '^NW'"""
        )
        expected = {
            (
                row["OrderID"],
                row["ProductID"],
                Decimal(row["UnitPrice"]),
                Decimal(row["Quantity"]),
                Decimal(row["Discount"]) * 100,
            )
            for row in rows("order_details.csv")
        }
        read = {
            (code, product, *(Decimal(str(value)) for value in values[:3]))
            for code, product, *values in found
        }
        self.assertEqual(read, expected)
        # A technical price that differs says: set by hand, never recompute.
        self.assertEqual({row[5] for row in found}, {0.0})

    def test_unshipped_orders_stay_open(self):
        """Open orders: 21 are confirmed, with a transfer that is not done."""
        found = self.query(
            """SELECT substr(o.name, 2), o.state, o.invoice_status, o.delivery_status,
                      count(p.id), count(p.id) FILTER (WHERE p.state = 'done')
                 FROM sale_order o LEFT JOIN stock_picking p ON p.sale_id = o.id
                WHERE o.delivery_status IS DISTINCT FROM 'full' GROUP BY o.id"""
        )
        open_codes = {c for c, row in self.orders.items() if not row["ShippedDate"]}
        self.assertEqual({row[0] for row in found}, open_codes)
        self.assertEqual(len(found), 21)
        self.assertEqual({row[1:] for row in found}, {("sale", "no", "pending", 1, 0)})

    def test_dates_are_the_moved_dates_of_the_files(self):
        """Dates: order, transfer, stock moves and invoice carry their real day."""
        found = self.query(
            """SELECT substr(o.name, 2), o.date_order::date, p.date_done::date,
                      min(m.date)::date, max(m.date)::date,
                      min(ml.date)::date, max(ml.date)::date, i.invoice_date, i.date
                 FROM sale_order o JOIN stock_picking p ON p.sale_id = o.id
                 JOIN stock_move m ON m.picking_id = p.id
                 JOIN stock_move_line ml ON ml.move_id = m.id
                 JOIN account_move i ON i.invoice_origin = o.name
                WHERE o.name !~ '^SA' AND p.state = 'done'
             GROUP BY o.id, p.id, i.id"""
        )
        expected = {
            code: (
                day(row["OrderDate"]) + SHIFT,
                *[day(row["ShippedDate"]) + SHIFT] * 7,
            )
            for code, row in self.orders.items()
            if row["ShippedDate"]
        }
        self.assertEqual({row[0]: row[1:] for row in found}, expected)

    def test_dates_move_by_whole_weeks(self):
        """Dates: --until brings the last order into the week before that day."""
        last = self.value("SELECT max(date_order)::date FROM sale_order")
        self.assertEqual(last, LAST_ORDER + SHIFT)
        self.assertTrue(UNTIL - timedelta(days=7) < last <= UNTIL)
        self.assertEqual(last.weekday(), LAST_ORDER.weekday())

    def test_history_has_the_real_dates(self):
        """History: what is projected from orders and transfers lies on their day."""
        rows_ = self.query(
            """SELECT i.source_key, i.date, coalesce(o.date_order, p.date_done)
                 FROM crm_interaction i
            LEFT JOIN sale_order o ON i.res_model = 'sale.order' AND o.id = i.res_id
            LEFT JOIN stock_picking p
                   ON i.res_model = 'stock.picking' AND p.id = i.res_id
                WHERE i.res_model IN ('sale.order', 'stock.picking')"""
        )
        self.assertGreaterEqual(len(rows_), 841)
        for key, moment, expected in rows_:
            self.assertEqual(moment, expected, key)

    def test_deliveries_are_signed_by_the_salesperson(self):
        """History: a delivery is the work of the order's employee, not of a robot."""
        signed = self.query(
            """SELECT i.user_id = o.user_id, count(*)
                 FROM crm_interaction i
                 JOIN stock_picking p ON p.id = i.res_id
                 JOIN sale_order o ON o.id = p.sale_id
                WHERE i.source_key LIKE 'stock.picking,%%:delivered:1' GROUP BY 1"""
        )
        self.assertEqual(signed, [(True, 820)])

    def test_stock_is_what_is_left(self):
        """Stock: what lies on hand is UnitsInStock, and nothing is negative."""
        found = self.query(
            """SELECT p.default_code, sum(q.quantity)
                 FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
                 JOIN product_product p ON p.id = q.product_id
                WHERE l.usage = 'internal' AND p.default_code ~ '^NW'
             GROUP BY p.default_code HAVING sum(q.quantity) != 0"""
        )
        expected = {
            f"NW{row['ProductID']}": Decimal(row["UnitsInStock"])
            for row in rows("products.csv")
            if row["UnitsInStock"] != "0"
        }
        self.assertEqual({c: Decimal(str(q)) for c, q in found}, expected)
        self.assertEqual(
            self.value(
                """SELECT count(*) FROM stock_quant q
                     JOIN stock_location l ON l.id = q.location_id
                    WHERE l.usage = 'internal' AND q.quantity < 0"""
            ),
            0,
        )
