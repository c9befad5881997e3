"""`./dev lint`: the static checks, with the Python and the Odoo of the launcher."""

import os

from .. import lint as checks
from .. import locks, odoo_source, paths, python_env


def add_arguments(parser):
    """Everything is passed on to `tools/dev/lint.py`."""


def main(options):
    """Run the checks named on the command line."""
    paths.make(paths.DEV, paths.LOG, paths.RUN)
    with locks.exclusive("prepare"):
        python_env.ensure()
        source = odoo_source.find()
    prepare(source)
    return checks.main(options.rest)


def prepare(source):
    """Let the checks find our Python and our Odoo."""
    os.environ.update(python_env.child_environment(source.path))
    os.environ["CRM_LOOP_PYTHON"] = str(python_env.python())
