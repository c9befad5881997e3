"""The command line: what can be asked for, and one sentence for whatever goes wrong."""

import argparse
import importlib
import os
import signal
import sys
import traceback

from . import processes
from .errors import EXIT_INTERRUPTED, DevError, from_os_error
from .progress import say

COMMANDS = {
    "run": "start Odoo with the three addons and the demo company; Ctrl-C stops it",
    "test": "check everything: style, addon tests, stories, browser",
    "load": "load the demo company (or your own CSV files) into the database",
    "lint": "check style and safety without running anything",
    "bench": "measure speed against raw SQL and peers",
    "shell": "open Odoo's Python prompt on the database",
    "i18n": "write the translation files anew and list what is not translated",
    "features": "list what the product must do, with the tests that prove it",
    "stop": "end everything that runs for this checkout",
    "clean": "remove databases and logs (--all: everything that was made)",
}
#: Commands that pass their arguments on unread.
RAW = ("lint",)
#: Commands that only look, so that two of them never stop each other.
QUIET = ("stop", "clean", "features")

DESCRIPTION = """\
One command for everything. The first time it fetches what is missing: a Python
environment, Odoo 19.0 and an embedded PostgreSQL; all of it goes into the folder
`.dev/` of this checkout, nothing else on the machine changes, no root is needed.
"""
EPILOG = """\
typical days:
  ./dev run                      work in a real Odoo at http://localhost:8069
  ./dev test                     everything that is checked before a merge
  ./dev test --fast              the same without browser and without style checks
  ./dev test -k warranty         only tests whose name says so
  ./dev run --fresh              begin again with a new database

variables:
  ODOO_SOURCE      folder of an Odoo 19.0 to use (default: an importable one,
                   Debian's package, or a git clone, in this order)
  ODOO_GIT_URL     repository to clone instead of fetching Debian's package
  PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE
                   an existing PostgreSQL server instead of the embedded one
  DEV_FREE_MB      pretend that only so much disk space is free

`./dev COMMAND --help` explains the options of a command. More: docs/launcher.md
"""


def parser():
    """Return the parser of the whole command line."""
    main_parser = argparse.ArgumentParser(
        prog="./dev",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    main_parser.add_argument(
        "--debug", action="store_true", help="show the traceback of a failure, too"
    )
    commands = main_parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True
    )
    for name, text in COMMANDS.items():
        raw = name in RAW
        sub = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            add_help=not raw,
        )
        module(name).add_arguments(sub)
    return main_parser


def module(name):
    """Return the module of a command."""
    return importlib.import_module(f".commands.{name}", __package__)


def parse(arguments):
    """Read the command line; a raw command keeps its arguments in `rest`."""
    options, rest = parser().parse_known_args(arguments)
    if options.command in RAW:
        position = arguments.index(options.command)
        options.rest = arguments[position + 1 :]
    elif rest:
        parser().parse_args(arguments)
    return options


def interrupt(number, frame):
    """Turn any request to end into the same orderly way out; more of them change nothing."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments):
    """Run one command and return its exit code."""
    if not arguments:
        parser().print_help()
        return 0
    options = parse(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        return execute(options)
    except KeyboardInterrupt:
        say(
            "\n     interrupted: everything that was started is stopped; "
            "the same command continues where it stopped",
            sys.stderr,
        )
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_INTERRUPTED
    except OSError as error:
        return fail(from_os_error(error), options.debug)
    except DevError as error:
        return fail(error, options.debug)
    finally:
        processes.stop_all()


def execute(options):
    """Run the command, known to `./dev stop` while it works."""
    command = module(options.command)
    if options.command in QUIET:
        return command.main(options)
    with processes.announced(options.command):
        return command.main(options)


def fail(error, debug):
    """Print the sentence, what the log says, and the traceback on request."""
    if error.detail:
        say(
            "\n".join(f"     | {line}" for line in error.detail.splitlines()),
            sys.stderr,
        )
    say(f"dev: {error}", sys.stderr)
    if debug:
        traceback.print_exception(error)
    return error.code
