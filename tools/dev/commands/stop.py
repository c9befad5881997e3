"""`./dev stop`: ends everything that `./dev` runs in this checkout."""

import contextlib
import os
import signal

from .. import paths, postgres, processes
from ..errors import DevError
from ..progress import say


def add_arguments(parser):
    """There is nothing to choose."""


def main(options):
    """Ask every launcher to end, force those that do not, wait for PostgreSQL."""
    found = processes.launchers() if paths.RUN.exists() else []
    for note in found:
        end(note)
        say(f"     stopped: ./dev {note['command']} (process {note['pid']})")
    wait_for_postgres()
    if not found:
        say("     nothing was running")
    return 0


def end(note):
    """End one launcher and, through it, everything it started."""
    for number, seconds in ((signal.SIGTERM, 60), (signal.SIGKILL, 10)):
        with contextlib.suppress(ProcessLookupError):
            try:
                os.kill(note["pid"], number)
            except PermissionError as error:
                raise DevError(
                    f"Process {note['pid']} (./dev {note['command']}) belongs to another "
                    "user: run `./dev stop` as that user."
                ) from error
        if processes.wait_gone(note["pid"], note["born"], seconds):
            return


def wait_for_postgres():
    """Wait until the database server has ended, too."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pid = int((postgres.CLUSTER / "postmaster.pid").read_text().split()[0])
        processes.wait_gone(pid, processes.born(pid), 40)
