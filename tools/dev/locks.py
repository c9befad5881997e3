"""Locks on files: the kernel gives them back when a process dies, so none is ever stale."""

import contextlib
import fcntl
import os

from . import paths
from .progress import say


def take(path, mode):
    """Open and lock `path` (`fcntl.LOCK_*`); return the descriptor, None when taken."""
    paths.make(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, mode)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextlib.contextmanager
def exclusive(name):
    """Let one launcher at a time do this; the others wait and say so."""
    path = paths.RUN / f"{name}.lock"
    descriptor = take(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if descriptor is None:
        say("     waiting for another ./dev of this checkout to finish its preparation")
        descriptor = take(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)
