"""`./dev load northwind`: the demo company, or your own CSV files in the same layout."""

from pathlib import Path

from .. import locks, northwind, workshop
from ..errors import EXIT_USAGE, DevError
from . import run


def add_arguments(parser):
    """Describe the options of `./dev load`."""
    parser.add_argument("company", choices=["northwind"], help="what to load")
    parser.add_argument(
        "--until",
        metavar="today|DATE",
        help="move all dates so that the last order is recent",
    )
    parser.add_argument("--data", metavar="DIR", help="folder of the CSV files")


def main(options):
    """Load into the database of `./dev run`; a second time changes nothing."""
    if not northwind.available():
        raise DevError(
            "This checkout holds no loader (tools/northwind).", code=EXIT_USAGE
        )
    data = Path(options.data).resolve() if options.data else None
    if data and not data.is_dir():
        raise DevError(
            f"--data {options.data} is not a folder: name the folder of the CSV files.",
            code=EXIT_USAGE,
        )
    with workshop.opened() as databases, locks.exclusive("main-database"):
        run.prepare(databases, databases.main)
        return northwind.load(databases, databases.main, options.until, data)
