"""Loading the demo company: runs `tools/northwind` and remembers that it is in."""

import subprocess

from . import paths, processes, python_env
from .database import read_state, write_state
from .errors import EXIT_BAD_ROWS, DevError
from .progress import say

PROGRAM = paths.ROOT / "tools" / "northwind" / "__main__.py"


def available():
    """Tell whether the checkout holds the loader."""
    return PROGRAM.exists()


def loaded(database):
    """Tell whether the company went in completely."""
    return bool(read_state(database).get("northwind"))


def load(databases, database, until=None, data=None, passwords=False):
    """Load the company and return the exit code; what is in already stays as it is.

    :param passwords: let its people log in with their login as password
    """
    command = [python_env.python(), "-m", "tools.northwind"]
    command += ["--config", databases.odoo.config, "--database", database]
    command += ["--until", until] if until else []
    command += ["--data", data] if data else []
    command += ["--passwords"] if passwords else []
    child = processes.start(
        command,
        env=databases.odoo.environment(),
        cwd=paths.ROOT,
        stderr=subprocess.STDOUT,
    )
    try:
        processes.wait(child)
    except BaseException:
        processes.stop(child)
        raise
    code = processes.finish(child)
    if code not in (0, EXIT_BAD_ROWS):
        raise DevError(
            "Northwind could not be loaded completely (the lines above say why): correct it "
            "and run the same command again; what is in stays, the rest follows."
        )
    write_state(database, northwind=until or "original dates")
    if code == EXIT_BAD_ROWS:
        say("     the rows named above were left out, all others are loaded")
    return code
