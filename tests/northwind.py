"""What the tests of the demo company share: its files, its loader, a database to fill.

The tests read the CSV files by themselves, so that a mistake of the loader's reader is
not made twice.
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
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from odoo.sql_db import db_connect
from odoo.tests import BaseCase
from odoo.tools import config

from .common import ROOT, database_copy, template

FILES = ROOT / "tools" / "northwind" / "data"
UNTIL = date(2026, 11, 22)
LAST_ORDER, SHIFT = date(1998, 5, 6), timedelta(days=10423)
CENT = Decimal("0.01")
#: Where the load of the whole company is killed: progress line, seconds after it.
KILLS = (
    (r"products +77", 0.0),
    (r"orders +500 of", 1.5),
    (r"deliveries +[3-7]\d\d of", 2.0),
    (r"invoices +[4-7]\d\d of", 1.0),
)
#: What the loader says about single rows of the files, in the folder of the company.
REPORT = "report.csv"


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
        timeout=1200,
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
    lines = ["[options]", "http_interface = 127.0.0.1"]
    for key in keys:
        value = config[key]
        if isinstance(value, (list, tuple)):
            value = ",".join(value)
        if value:
            lines.append(f"{key} = {value}")
    path.write_text("\n".join(lines) + "\n")
    return path


class Place(NamedTuple):
    """Where a company is loaded: a folder, a database, and the command's options."""

    folder: Path
    database: str
    options: tuple


@contextlib.contextmanager
def place(suffix: str) -> Iterator[Place]:
    """A copy of the warmed database to load into."""
    try:
        source = template("CRM_LOOP_ADDONS")
    except KeyError as error:
        raise unittest.SkipTest(str(error)) from None
    with (
        tempfile.TemporaryDirectory() as folder,
        database_copy(source, suffix) as database,
    ):
        options = (
            *("--config", config_file(Path(folder))),
            *("--database", database),
            *("--until", UNTIL.isoformat()),
        )
        yield Place(Path(folder), database, options)


@contextlib.contextmanager
def whole_company() -> Iterator[Place]:
    """The whole company, loaded by a command that was killed four times."""
    with place("northwind") as found:
        for pattern, seconds in KILLS:
            run_and_kill(pattern, seconds, *found.options)
        result = run(*found.options, "--report", found.folder / REPORT)
        if result.returncode:
            raise AssertionError(result.stdout + result.stderr)
        yield found


class LoadedCase(BaseCase):
    """Looks into the database of a company."""

    @classmethod
    def settle(cls, where: Place) -> None:
        """Look at this company from now on."""
        cls.folder, cls.database, cls.options = where

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


class NorthwindCase(LoadedCase):
    """A database for the tests of one class, who load into it what they like."""

    suffix = "northwind"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.settle(cls.enterClassContext(place(cls.suffix)))


@pytest.mark.usefixtures("northwind")
class WholeCompanyCase(LoadedCase):
    """The whole company, loaded once for all classes: no test changes it."""


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
