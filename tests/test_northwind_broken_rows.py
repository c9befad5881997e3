"""The demo company with broken rows: each is named, and the rest is loaded."""

import re
import shutil
from decimal import Decimal

import pytest

from odoo.tests import tagged

from .northwind import NorthwindCase, line_total, replace, rows, run, small_company

pytestmark = pytest.mark.databases

#: File, what is replaced, by what, the line that is reported and what is said.
BREAKS = (
    ("customers.csv", "ANATR,Ana", "ALFKI,Ana", 3, "ALFKI is already in line 2"),
    ("products.csv", "19,17,40,25,0", "nineteen,17,40,25,0", 3, "is no number"),
    ("orders.csv", "10249,TOMSP", "10249,NOBOD", 3, "CustomerID NOBOD is not in"),
    (
        "orders.csv",
        "7/8/1996,8/5/1996,7/12",
        "7/8/1996,8/5/1996,13/45",
        4,
        "is no date",
    ),
    ("orders.csv", "10252,SUPRD,4,7/9/1996", "10252,SUPRD,4", 6, "13 columns instead"),
    ("order_details.csv", "10253,31,10,20,0", "10253,31,10,-20,0", 16, "more than 0"),
    ("order_details.csv", "10254,24,3.6,15,0.15", "10254,24,3.6,15,15", 19, "between"),
)


@tagged("post_install", "-at_install")
class TestNorthwindBrokenRows(NorthwindCase):
    """A broken row is named by file and line, and the rest is loaded."""

    suffix = "broken"

    def test_broken_rows(self):
        """Broken rows: named, the rest loaded; a corrected file completes the company."""
        data = self.folder / "data"
        small_company(data)
        for file, old, new, _line, _text in BREAKS:
            replace(data / file, old, new)
        result = run(*self.options, "--data", data)
        self.assertEqual(result.returncode, 3, result.stdout + result.stderr)
        for file, _old, _new, line, text in BREAKS:
            with self.subTest(file=file, line=line):
                self.assertRegex(
                    result.stdout, rf"left out: {file}:{line}: .*{re.escape(text)}"
                )
        loaded = {name for [name] in self.query("SELECT name FROM sale_order")}
        # 10249, 10250 and 10252 are broken, 10253 and 10254 wait for a line of theirs,
        # 10255 and 10258 for the product of the broken row.
        self.assertEqual(loaded, {"S10248", "S10251", "S10256", "S10257"})
        self.assertEqual(
            self.value("SELECT count(*) FROM res_partner WHERE customer_rank > 0"), 90
        )

        shutil.rmtree(data)
        small_company(data)
        result = run(*self.options, "--data", data)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        orders = rows("orders.csv", data)
        totals = sum(map(line_total, rows("order_details.csv", data)))
        freight = sum(Decimal(row["Freight"]) for row in orders)
        [(count, total)] = self.query(
            "SELECT count(*), sum(amount_total)::text FROM sale_order"
        )
        self.assertEqual((count, Decimal(total)), (len(orders), totals + freight))
