"""`./dev shell`: Odoo's Python prompt on the database of `./dev run`."""

import signal
import subprocess

from .. import processes, workshop
from . import run


def add_arguments(parser):
    """Describe the options of `./dev shell`."""
    parser.add_argument("--database", metavar="NAME", help="another database")


def main(options):
    """Open the prompt; a script can be piped into it."""
    with workshop.opened() as databases:
        name = options.database or databases.main
        if not options.database:
            run.prepare(databases, name)
        # Ctrl-C belongs to the prompt; a handler, unlike SIG_IGN, is not inherited.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        return subprocess.run(
            databases.odoo.command(
                "shell", "-d", name, "--no-http", "--log-level=warn"
            ),
            env=databases.odoo.environment(),
            preexec_fn=processes.die_with_parent,
            check=False,
        ).returncode
