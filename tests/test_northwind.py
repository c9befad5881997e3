"""The demo company: what the loader puts into Odoo is what the files say.

One copy of the warmed database is filled by the real command, which is killed four times
on its way and started again; then the database is compared with the CSV files, which the
tests read by themselves. The second database gets a small company with broken rows.
"""

import contextlib
import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from odoo.sql_db import db_connect
from odoo.tests import BaseCase, tagged
from odoo.tools import config

from tools.northwind.calendar import parse_until, shift_days
from tools.northwind.dataset import Dataset
from tools.northwind.report import LoadError, Report

from .common import ROOT, database_copy, template

FILES = ROOT / "tools" / "northwind" / "data"
UNTIL = date(2026, 11, 22)
LAST_ORDER, SHIFT = date(1998, 5, 6), timedelta(days=10423)
CENT = Decimal("0.01")
#: Where the first load is killed: progress line, seconds after it.
KILLS = (
    (r"products +77", 0.0),
    (r"orders +500 of", 1.5),
    (r"deliveries +250 of", 2.0),
    (r"invoices +500 of", 1.0),
)


def rows(name: str, folder: Path = FILES) -> list[dict[str, str]]:
    """A CSV file as it stands."""
    with (folder / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def day(text: str) -> date | None:
    """A date of the files."""
    return datetime.strptime(text, "%m/%d/%Y").date() if text else None


def line_total(row: dict[str, str]) -> Decimal:
    """Price x quantity less discount, rounded to the cent."""
    amount = Decimal(row["UnitPrice"]) * Decimal(row["Quantity"])
    return (amount * (1 - Decimal(row["Discount"]))).quantize(CENT, ROUND_HALF_UP)


def command(*arguments: object) -> list[str]:
    """The command line of the loader."""
    return [sys.executable, "-m", "tools.northwind", *map(str, arguments)]


def environment() -> dict[str, str]:
    """What the launcher gives the loader: Odoo and the checkout on the path."""
    path = os.pathsep.join(filter(None, [str(ROOT), *sys.path]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def run(*arguments: object) -> subprocess.CompletedProcess:
    """Run the loader to its end."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=580,
    )


def run_and_kill(pattern: str, seconds: float, *arguments: object) -> str:
    """Start the loader and kill it, without a warning, after a line of progress."""
    said = []
    with subprocess.Popen(
        command(*arguments),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as child:
        for line in child.stdout:
            said.append(line)
            if re.search(pattern, line):
                time.sleep(seconds)
                break
        child.send_signal(signal.SIGKILL)
    if child.returncode != -signal.SIGKILL:
        raise AssertionError(f"not killed at {pattern}:\n{''.join(said)}")
    return "".join(said)


def config_file(folder: Path) -> Path:
    """An odoo.conf like the one of the test run."""
    path = folder / "odoo.conf"
    keys = ("db_host", "db_port", "db_user", "db_password", "data_dir", "addons_path")
    lines = ["[options]"]
    for key in keys:
        value = config[key]
        if isinstance(value, (list, tuple)):
            value = ",".join(value)
        if value:
            lines.append(f"{key} = {value}")
    path.write_text("\n".join(lines) + "\n")
    return path


class NorthwindCase(BaseCase):
    """A copy of the warmed database and the loader on it."""

    suffix = "northwind"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            source = template("CRM_LOOP_ADDONS")
        except KeyError as error:
            raise unittest.SkipTest(str(error)) from None
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.database = cls.enterClassContext(database_copy(source, cls.suffix))
        cls.options = (
            *("--config", config_file(cls.folder)),
            *("--database", cls.database),
            *("--until", UNTIL.isoformat()),
        )

    @classmethod
    @contextlib.contextmanager
    def cursor(cls):
        """A read-only look at the loaded database."""
        with contextlib.closing(db_connect(cls.database).cursor()) as cursor:
            yield cursor

    @classmethod
    def query(cls, text: str, *values: object) -> list[tuple]:
        """The rows of a query on the loaded database."""
        with cls.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    @classmethod
    def value(cls, text: str, *values: object) -> object:
        """The one value of a query."""
        return cls.query(text, *values)[0][0]

    @classmethod
    def picture(cls) -> dict[str, str]:
        """A checksum of every row of every table, write dates included."""
        tables = cls.query(
            """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY 1"""
        )
        with cls.cursor() as cursor:
            result = {}
            for [name] in tables:
                cursor.execute(
                    f"""SELECT count(*) || ' ' || coalesce(
                        md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '')
                        FROM "{name}" t"""
                )
                result[name] = cursor.fetchone()[0]
            return result


@tagged("post_install", "-at_install")
class TestNorthwind(NorthwindCase):
    """The whole company, loaded by a command that was killed four times."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for pattern, seconds in KILLS:
            run_and_kill(pattern, seconds, *cls.options)
        cls.report = cls.folder / "report.csv"
        cls.result = run(*cls.options, "--report", cls.report)
        if cls.result.returncode:
            raise AssertionError(cls.result.stdout + cls.result.stderr)
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

    def test_phones_are_normalised_or_kept_with_a_reason(self):
        """X10: each of the 91 numbers is international, or as typed with a remark."""
        found = dict(
            self.query("SELECT ref, phone FROM res_partner WHERE customer_rank > 0")
        )
        remarks = {
            int(row["Line"]): row["Text"]
            for row in rows(self.report.name, self.folder)
            if row["File"] == "customers.csv" and row["Text"].startswith("Phone")
        }
        lines = {row["CustomerID"]: i for i, row in enumerate(rows("customers.csv"), 2)}
        self.assertEqual(len(found), 91)
        normalised = 0
        for row in rows("customers.csv"):
            phone, remark = (
                found[row["CustomerID"]],
                remarks.get(lines[row["CustomerID"]]),
            )
            if phone != row["Phone"]:
                normalised += 1
                self.assertRegex(phone, r"^\+\d")
                digits = re.sub(r"\D", "", row["Phone"]).lstrip("0")
                self.assertIn(digits, re.sub(r"\D", "", phone))
                self.assertIsNone(remark)
            else:
                self.assertRegex(remark or "", r"is kept as typed: \w")
        self.assertEqual(normalised, 48)

    def test_people(self):
        """People: salespeople with birthdays and rights, managers with teams."""
        found = self.query(
            """SELECT p.name, p.birthdate, t.name->>'en_US', u.active
                 FROM res_users u JOIN res_partner p ON p.id = u.partner_id
            LEFT JOIN crm_team_member m ON m.user_id = u.id AND m.active
            LEFT JOIN crm_team t ON t.id = m.crm_team_id
                WHERE u.login ~ 'northwind.example$'"""
        )
        boss = {"2": "Team Fuller", "5": "Team Buchanan"}
        expected = {
            (
                f"{row['FirstName']} {row['LastName']}",
                day(row["BirthDate"]),
                boss.get(row["EmployeeID"]) or boss[row["ReportsTo"]],
                True,
            )
            for row in rows("employees.csv")
        }
        self.assertEqual(set(found), expected)

    def test_territories(self):
        """X17: 4 regions, 53 territories below them, 49 salespeople in charge."""
        counts = self.query(
            """SELECT count(*) FILTER (WHERE parent_id IS NULL), count(parent_id)
                 FROM crm_territory"""
        )
        self.assertEqual(counts, [(4, 53)])
        self.assertEqual(
            self.value("SELECT count(*) FROM crm_territory_res_users_rel"), 49
        )

    def test_companies_and_contacts(self):
        """Partners: companies with country, person with job title, suppliers."""
        self.assertEqual(
            self.query(
                """SELECT count(*), count(country_id), count(user_id), count(zip)
                     FROM res_partner WHERE customer_rank > 0"""
            ),
            [(91, 91, 89, 90)],
        )
        self.assertEqual(
            self.value(
                """SELECT count(*) FROM res_partner c JOIN res_partner p
                       ON p.id = c.parent_id WHERE p.customer_rank > 0
                      AND c.type = 'contact' AND c.function IS NOT NULL"""
            ),
            91,
        )
        self.assertEqual(
            self.query(
                """SELECT (SELECT count(*) FROM res_partner WHERE supplier_rank > 0),
                          (SELECT count(*) FROM product_supplierinfo)"""
            ),
            [(29, 77)],
        )

    def test_appliances_carry_the_service_loop(self):
        """R01: each delivered serial has its warranty from the day it was shipped."""
        found = self.query(
            """SELECT l.name, w.date_start FROM warranty_registration w
                 JOIN stock_lot l ON l.id = w.lot_id"""
        )
        expected = {
            (row["Serial"], date.fromisoformat(row["ShippedDate"]) + SHIFT)
            for row in rows("appliance_orders.csv")
        }
        self.assertEqual(set(found), expected)
        self.assertEqual(
            self.query("SELECT state, count(*) FROM crm_rma GROUP BY 1 ORDER BY 1"),
            [("closed", 1), ("expected", 1), ("repair", 1)],
        )

    def test_story(self):
        """Story: logged contacts and next steps, some of them due."""
        self.assertEqual(
            self.value(
                "SELECT count(*) FROM crm_interaction WHERE origin = 'authored'"
            ),
            len(rows("interactions.csv")),
        )
        due = self.query(
            """SELECT date_deadline FROM mail_activity
                WHERE res_model = 'res.partner' AND active"""
        )
        self.assertEqual(len(due), len(rows("followups.csv")))
        self.assertTrue(min(due)[0] < UNTIL - timedelta(days=3) < max(due)[0])

    def test_nothing_leaves_the_house(self):
        """Silence: no mail and no SMS waits to be sent."""
        self.assertEqual(self.value("SELECT count(*) FROM mail_mail"), 0)
        self.assertEqual(self.value("SELECT count(*) FROM sms_sms"), 0)

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


def small_company(folder: Path) -> None:
    """Copy the files and keep only the first eleven orders and their lines."""
    shutil.copytree(FILES, folder, dirs_exist_ok=True)
    for name in ("appliance_orders", "interactions", "followups", "returns"):
        (folder / f"{name}.csv").unlink()
    for name in ("orders", "order_details"):
        path = folder / f"{name}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        few = [line for line in lines[1:] if line.split(",")[0] <= "10258"]
        path.write_text("".join([lines[0], *few]), encoding="utf-8")


def replace(path: Path, old: str, new: str) -> None:
    """Break a file in one place."""
    content = path.read_text(encoding="utf-8")
    if content.count(old) != 1:
        raise AssertionError(f"{old!r} is {content.count(old)} times in {path.name}")
    path.write_text(content.replace(old, new), encoding="utf-8")


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
