"""Everything a command needs, made in the right order and given back at the end."""

import contextlib

from . import locks, odoo, odoo_source, paths, postgres, python_env
from .database import Databases
from .progress import say


@contextlib.contextmanager
def opened():
    """Yield the :class:`Databases` of this checkout with Odoo and PostgreSQL ready."""
    paths.make(paths.DEV, paths.LOG, paths.RUN)
    lock = None
    try:
        with locks.exclusive("prepare"):
            python_env.ensure()
            source = odoo_source.find()
            server, lock = postgres.connect()
        say(f"     Odoo 19.0: {source.origin}")
        runner = odoo.Odoo(source, server)
        runner.write_config()
        yield Databases(runner)
    finally:
        postgres.release(lock)
