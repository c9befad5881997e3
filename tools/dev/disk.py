"""Free space is checked before something big is written, not found out half way."""

import os
import shutil

from . import paths
from .errors import DevError
from .progress import MEGABYTE, size

#: What each step needs on the disk at its peak, measured and rounded up.
NEEDS = {
    "python": 700 * MEGABYTE,
    "odoo": 1800 * MEGABYTE,
    "database": 600 * MEGABYTE,
}


def free_bytes(folder):
    """Return the bytes an ordinary user may still write at `folder`.

    `DEV_FREE_MB` replaces the answer, to try out what a full disk looks like.
    """
    if override := os.environ.get("DEV_FREE_MB"):
        if not override.isdecimal():
            raise DevError(f"DEV_FREE_MB is a number of megabytes, not {override!r}.")
        return int(override) * MEGABYTE
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require(*steps, folder=paths.DEV):
    """Raise a sentence with the cure when the steps together would fill the disk."""
    need, free = sum(NEEDS[step] for step in steps), free_bytes(folder)
    if free < need:
        raise DevError(
            f"Not enough disk space: the next steps need {size(need)} and {size(free)} are free "
            f"at {folder.parent}: free some space and start again; it continues where it stopped."
        )
