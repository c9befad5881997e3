"""The files and the command line of the loader, before it touches a database."""

import tempfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from odoo.tests import BaseCase, tagged

from tools.northwind.calendar import parse_until, shift_days
from tools.northwind.dataset import Dataset
from tools.northwind.report import LoadError, Report

from .northwind import (
    FILES,
    LAST_ORDER,
    UNTIL,
    config_file,
    replace,
    run,
    small_company,
)


@tagged("post_install", "-at_install")
class TestNorthwindFiles(BaseCase):
    """What the loader says before it touches a database."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = Path(folder.name) / "data"
        small_company(self.data)

    def read(self) -> tuple[Dataset, list[str]]:
        """The good rows and what is said about the others."""
        report = Report(quiet=True)
        dataset = Dataset.read(self.data, report)
        return dataset, [str(entry) for entry in report.problems]

    def test_good_files(self):
        """Files: nothing to say about the files as they are."""
        report = Report(quiet=True)
        dataset = Dataset.read(FILES, report)
        self.assertEqual(report.problems, [])
        self.assertEqual(sum(order.shipped is None for order in dataset.orders), 21)
        self.assertEqual(
            sum(order.total for order in dataset.orders if order.code.isdecimal()),
            Decimal("1265793.29"),
        )

    def test_hostile_values(self):
        """Files: values no database should see are refused with a reason."""
        for value, text in (
            ("NaN", "usable number"),
            ("Infinity", "usable number"),
            ("1e400", "usable number"),
            ("-1", "negative"),
            ("1,5", "columns"),
            ("=1+1", "no number"),
            ("1\x002", "NUL"),
        ):
            with self.subTest(value=value):
                small_company(self.data)
                replace(
                    self.data / "products.csv", "19,17,40,25,0", f"{value},17,40,25,0"
                )
                _dataset, said = self.read()
                self.assertRegex(said[0], rf"^products.csv:3: .*{text}")

    def test_shipped_before_ordered(self):
        """Files: an impossible order is held back."""
        replace(
            self.data / "orders.csv", "10248,VINET,5,7/4/1996", "10248,VINET,5,7/4/1997"
        )
        dataset, said = self.read()
        self.assertEqual(
            said, ["orders.csv:2: order 10248 was shipped before it was ordered"]
        )
        self.assertNotIn("10248", {order.code for order in dataset.orders})

    def test_files_that_cannot_be_read(self):
        """Files: a missing file or column and a wrong encoding stop the load."""
        (self.data / "products.csv").write_bytes(b"ProductID,ProductName\n1,Ch\xe4i\n")
        with self.assertRaisesRegex(LoadError, "products.csv .*UTF-8|lacks the column"):
            self.read()
        (self.data / "products.csv").write_text("ProductID,Name\n1,Chai\n")
        with self.assertRaisesRegex(LoadError, "lacks the column ProductName"):
            self.read()
        (self.data / "products.csv").unlink()
        with self.assertRaisesRegex(LoadError, "products.csv is missing"):
            self.read()

    def test_line_numbers_count_lines_not_rows(self):
        """Files: a quoted line break does not shift the line that is named."""
        path = self.data / "employees.csv"
        content = path.read_text(encoding="utf-8")
        path.write_text(
            content.replace(",1/27/1966,", ",x,").replace(",01/27/1966,", ",x,"),
            encoding="utf-8",
        )
        _dataset, said = self.read()
        expected = content[: content.index("Dodsworth")].count("\n") + 1
        self.assertTrue(
            said[0].startswith(f"employees.csv:{expected}: BirthDate"), said
        )

    def test_until(self):
        """Dates: whole weeks, in both directions, and a clear word for nonsense."""
        self.assertEqual(shift_days(LAST_ORDER, None), 0)
        for days in range(-30, 30):
            until = LAST_ORDER + timedelta(days=days)
            moved = LAST_ORDER + timedelta(days=shift_days(LAST_ORDER, until))
            self.assertTrue(timedelta(0) <= until - moved < timedelta(days=7))
            self.assertEqual(moved.weekday(), LAST_ORDER.weekday())
        self.assertEqual(parse_until("today", UNTIL), UNTIL)
        with self.assertRaisesRegex(LoadError, "write 'today' or a day"):
            parse_until("tomorrow", UNTIL)

    def test_command_line_failures_are_one_sentence(self):
        """Command: exit code 1 and one line that says what to do."""
        with tempfile.TemporaryDirectory() as folder:
            conf = config_file(Path(folder))
            for arguments, text in (
                (["--until", "soon"], "write 'today' or a day"),
                (["--data", "/nowhere"], "/nowhere is no folder"),
                ([], "Name the database"),
                (["--config", conf, "--database", "no_such_db"], "no_such_db"),
            ):
                with self.subTest(arguments=arguments):
                    result = run(*arguments)
                    self.assertEqual(result.returncode, 1, result.stdout)
                    self.assertIn(text, result.stderr)
                    self.assertEqual(len(result.stderr.strip().splitlines()), 1)

    def test_dry_run_needs_no_database(self):
        """Command: a dry run counts the good rows and names the broken ones."""
        result = run("--dry-run", "--until", UNTIL.isoformat())
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertRegex(result.stdout, r"orders.csv +830 good rows")
        self.assertIn("dates would move by 10423 days", result.stdout)
        replace(self.data / "customers.csv", "ALFKI,", "AL FKI,")
        result = run("--dry-run", "--data", self.data)
        self.assertEqual(result.returncode, 3)
        self.assertIn("left out: customers.csv:2: CustomerID", result.stdout)
