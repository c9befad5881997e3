"""`./dev lint`: the static checks, with the Python and the Odoo of the launcher."""

import os

from .. import lint as checks
from .. import locks, python_env, workshop


def add_arguments(parser):
    """Everything is passed on to `tools/dev/lint.py`."""


def main(options):
    """Run the checks named on the command line."""
    with locks.exclusive("prepare"):
        source = workshop.fetch()
    prepare(source)
    return checks.main(options.rest)


def prepare(source):
    """Let the checks find our Python and our Odoo."""
    os.environ.update(python_env.child_environment(source.path))
    os.environ["CRM_LOOP_PYTHON"] = str(python_env.python())
