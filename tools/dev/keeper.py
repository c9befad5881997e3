"""Keeps the embedded PostgreSQL as long as somebody uses it, then stops it.

It runs as a process of its own (`python -m tools.dev.keeper`). Each launcher that needs
the database holds a shared lock on one file; the kernel releases it however the launcher
ends, also by `kill -9`. When the keeper gets the exclusive lock nobody is left: it stops
PostgreSQL in an orderly way and ends.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from . import locks, paths, postgres, privileges

POLL_SECONDS = 0.3
STOP_SECONDS = 30


def wait_for_last_user(server, users):
    """Return the exclusive lock once no launcher is left, None when the server ended."""
    while server.poll() is None:
        if lock := locks.take(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return lock
        time.sleep(POLL_SECONDS)
    return None


def stop(server):
    """Stop PostgreSQL: orderly, then at once."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(number)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def main(binaries):
    """Run PostgreSQL from the folder `binaries` until nobody needs it any more."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    binaries = Path(binaries)
    drop = privileges.choose([str(binaries / "initdb"), "--version"])

    def prepare():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        drop()

    with (paths.LOG / "postgres.log").open("ab") as log:
        server = subprocess.Popen(
            postgres.server_command(binaries),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            preexec_fn=prepare,
        )
    lock = wait_for_last_user(server, postgres.USERS)
    stop(server)
    if lock:
        os.close(lock)


if __name__ == "__main__":
    main(*sys.argv[1:])
