"""The demo company's load is killed and started again, and once more when it is whole."""

from datetime import timedelta

import pytest

from odoo.tests import tagged

from .northwind import UNTIL, WholeCompanyCase, run

pytestmark = pytest.mark.databases


@tagged("post_install", "-at_install")
class TestNorthwindAgain(WholeCompanyCase):
    """What four kills and a second complete run leave behind: nothing."""

    def test_killed_runs_leave_no_doubles(self):
        """Crash: after four kills each thing is there once."""
        for table, name in (
            ("sale_order", "name"),
            ("res_partner", "ref"),
            ("stock_lot", "name"),
            ("product_product", "default_code"),
        ):
            with self.subTest(table=table):
                double = self.query(
                    f"""SELECT {name} FROM {table} WHERE {name} IS NOT NULL
                      GROUP BY 1 HAVING count(*) > 1"""
                )
                self.assertEqual(double, [])
        done = self.query(
            """SELECT sale_id FROM stock_picking WHERE state = 'done' AND sale_id
               IS NOT NULL GROUP BY 1 HAVING count(*) > 1"""
        )
        self.assertEqual(done, [])

    def test_second_run_changes_nothing(self):
        """Again: a second complete run leaves every row of every table as it is.

        It comes a month later and asks for other dates: those of the first run stay.
        """
        before = self.picture()
        later = (UNTIL + timedelta(days=30)).isoformat()
        result = run(*self.options[:-1], later)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("dates stay moved by 10423 days", result.stdout)
        self.assertEqual(before, self.picture())
