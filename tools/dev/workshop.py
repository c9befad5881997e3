"""Everything a command needs, made in the right order and given back at the end."""

import contextlib
import threading

from . import disk, locks, odoo, odoo_source, paths, pdf, postgres, python_env
from .database import Databases
from .progress import say


class Background(threading.Thread):
    """Fetches one thing while another is fetched; :meth:`result` gives it, or its error."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work = work
        self.value = self.error = None
        self.start()

    def run(self):
        """Do the work and keep what comes of it."""
        try:
            self.value = self.work()
        except Exception as error:  # noqa: BLE001 - raised again in `result`
            self.error = error

    def result(self):
        """Wait for the end and return the value."""
        self.join()
        if self.error:
            raise self.error
        return self.value


def missing(local):
    """Return the steps that still have to write something big."""
    steps = {
        "python": python_env.ready(),
        "odoo": local or odoo_source.fetched(),
        "database": postgres.is_external() or postgres.initialised(),
    }
    return [step for step, done in steps.items() if not done]


def fetch():
    """Return the Odoo to use, with the Python environment ready; all is fetched at once."""
    paths.make(paths.DEV, paths.LOG, paths.RUN)
    local = odoo_source.local()
    disk.require(*missing(local))
    source = Background(lambda: local or odoo_source.fetch())
    printing = Background(pdf.ensure)
    python_env.ensure()
    found = source.result()
    printing.result()
    return found


@contextlib.contextmanager
def opened():
    """Yield the :class:`Databases` of this checkout with Odoo and PostgreSQL ready."""
    lock = None
    try:
        with locks.exclusive("prepare"):
            source = fetch()
            server, lock = postgres.connect()
        say(f"     Odoo 19.0: {source.origin}")
        runner = odoo.Odoo(source, server)
        runner.write_config()
        yield Databases(runner)
    finally:
        postgres.release(lock)
