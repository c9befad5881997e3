"""Odoo's web server: a free port, started, watched until the login page answers."""

import contextlib
import socket
import time
import urllib.error
import urllib.request

from . import paths, processes
from .errors import DevError

FIRST_PORT = 8069
TRIES = 50
START_SECONDS = 180


def is_free(port):
    """Tell whether nobody listens on the port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(wanted=FIRST_PORT):
    """Return `wanted`, or the next port that is free."""
    for port in range(wanted, min(wanted + TRIES, 65536)):
        if is_free(port):
            return port
    raise DevError(
        f"The ports {wanted} to {wanted + TRIES - 1} are all in use: "
        "choose another one with `./dev run --port N`."
    )


def answers(address):
    """Tell whether the login page is there and complete."""
    try:
        with urllib.request.urlopen(f"{address}/web/login", timeout=60) as page:
            return page.status == 200 and b'name="login"' in page.read()
    except (urllib.error.URLError, OSError):
        return False


class WebServer:
    """A running Odoo on one database."""

    def __init__(self, odoo, database, port, options=()):
        self.port = port
        self.address = f"http://localhost:{port}"
        self.log = paths.make(paths.LOG) / "server.log"
        self._output = self.log.open("ab")
        self._begin = self.log.stat().st_size
        self.child = processes.start(
            odoo.command(
                *("-d", database, f"--db-filter=^{database}$"),
                *(f"--http-port={port}", f"--gevent-port={port}"),
                *options,
            ),
            stdout=self._output,
            stderr=self._output,
            env=odoo.environment(),
            cwd=paths.DEV,
        )

    def wait_ready(self, step=None):
        """Wait until the login page answers; a server that ends is a clear error."""
        end = time.monotonic() + START_SECONDS
        while not answers(self.address):
            if self.child.poll() is not None or time.monotonic() > end:
                text = processes.tail(self.log, self._begin)
                self.stop()
                raise processes.explain(
                    text, f"Odoo did not start; {paths.shown(self.log)} says why."
                )
            if step:
                step.show(self.address)
            time.sleep(0.2)

    def wait(self):
        """Wait until the server ends by itself and return its exit code."""
        processes.wait(self.child)
        return processes.finish(self.child)

    def stop(self):
        """End the server in an orderly way."""
        processes.stop(self.child)
        with contextlib.suppress(OSError):
            self._output.close()
