"""Command line of the loader.

Exit code 0: everything is in; 3: some rows were left out and are named, the rest is
in; 1: the load failed, one sentence says why.
"""

import argparse
import sys
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from .calendar import parse_until, shift_days
from .dataset import TABLES, Dataset
from .report import LoadError, Report, sentence

EXIT_OK, EXIT_FAILED, EXIT_BAD_ROWS = 0, 1, 3
DATA = Path(__file__).parent / "data"


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    result = argparse.ArgumentParser(
        prog="python -m tools.northwind",
        description="Load a trading company from CSV files into an Odoo database. "
        "Safe to run again: what is in stays as it is, the rest follows.",
    )
    result.add_argument("--config", help="Odoo's configuration file")
    result.add_argument("--database", help="database with the three addons")
    result.add_argument(
        "--until",
        help="'today' or YYYY-MM-DD: move all dates by whole weeks so that the last "
        "order lies in the week that ends on this day (first run only)",
    )
    result.add_argument(
        "--data", type=Path, default=DATA, help="folder of the CSV files"
    )
    result.add_argument(
        "--passwords",
        action="store_true",
        help="let the people of the company log in, the login is the password: only for "
        "a demo that nobody else can reach",
    )
    result.add_argument(
        "--dry-run", action="store_true", help="check the files, touch no database"
    )
    result.add_argument(
        "--report", type=Path, help="write all problems and remarks to this CSV file"
    )
    result.add_argument(
        "--traceback", action="store_true", help="show where a failure came from"
    )
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the loader and return the exit code."""
    options = parser().parse_args(arguments)
    report = Report()
    try:
        _load(options, report)
    except KeyboardInterrupt:
        return _failed("Stopped; run it again to go on.", options, report)
    except Exception as error:  # noqa: BLE001 one sentence, whatever happened
        return _failed(sentence(error), options, report)
    return _finished(options, report)


def _load(options: argparse.Namespace, report: Report) -> None:
    until = parse_until(options.until, date.today())
    if not options.data.is_dir():
        raise LoadError(f"{options.data} is no folder.")
    data = Dataset.read(options.data, report)
    if options.dry_run:
        _describe(data, until, report)
        return
    if not options.config or not options.database:
        raise LoadError("Name the database: --config odoo.conf --database NAME.")
    # Late imports: --help and --dry-run work without Odoo, and the steps need the
    # addons path that `boot` reads.
    from . import session

    registry = session.boot(options.config, options.database)
    from . import loader

    session.tune()
    loader.run(data, registry, until, report, options.passwords)


def _describe(data: Dataset, until: date | None, report: Report) -> None:
    for name, table in TABLES.items():
        report.say(f"{table.file:<28} {len(data[name]):>5} good rows")
    if not data.orders:
        return
    total = sum(order.total for order in data.orders)
    open_orders = sum(order.shipped is None for order in data.orders)
    report.say(
        f"{len(data.orders)} orders of {data.first_day} to {data.last_day}, "
        f"{open_orders} of them open, {total} in all without freight"
    )
    report.say(f"dates would move by {shift_days(data.last_day, until)} days")


def _failed(reason: str, options: argparse.Namespace, report: Report) -> int:
    report.print_problems()
    if options.traceback:
        traceback.print_exc()
    print(reason, file=sys.stderr, flush=True)
    return EXIT_FAILED


def _finished(options: argparse.Namespace, report: Report) -> int:
    if options.report:
        report.save(options.report)
    report.print_problems()
    if report.remarks:
        where = f"in {options.report}" if options.report else "with --report FILE"
        report.say(f"{len(report.remarks)} remarks {where}")
    if report.problems:
        report.say(f"{len(report.problems)} rows were left out, the rest is loaded")
        return EXIT_BAD_ROWS
    return EXIT_OK
