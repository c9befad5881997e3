"""PostgreSQL refuses to run as root: run it as `nobody`, inside the same folder.

When an ordinary user started the launcher there is nothing to do. As root the server
becomes the system's `nobody`. Where that account may not enter the checkout (`/root` is
closed to others) it keeps one capability, to pass and read folders, instead of any folder
changing its permissions.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys

from . import processes
from .errors import DevError

ACCOUNT = "nobody"
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


def account():
    """Return (user id, group id) of the account that takes root's place."""
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError as error:
        raise DevError(
            f"PostgreSQL does not run as root and the account `{ACCOUNT}` is missing: run "
            "`./dev` as an ordinary user, or name an existing server with PGHOST."
        ) from error
    return entry.pw_uid, entry.pw_gid


def _keep(capability):
    """Give up all capabilities but one, which also survives `exec`."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    mask = 1 << capability
    data = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    if _libc.capset(header, data):
        raise OSError(ctypes.get_errno(), "capset")
    if _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def dropper(capability=None):
    """Return a function for `preexec_fn` that turns a child of root into `nobody`."""
    user, group = account()

    def drop():
        if capability is not None:
            if _libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0):
                raise OSError(ctypes.get_errno(), "prctl")
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
        if capability is not None:
            _keep(capability)
        processes.die_with_parent(signal.SIGINT)

    return drop


def _works(command, drop):
    try:
        return not subprocess.run(
            command, preexec_fn=drop, capture_output=True, check=False, cwd="/"
        ).returncode
    except (OSError, subprocess.SubprocessError):
        return False


def choose(command):
    """Return the `preexec_fn` with which `command` can run; None when none is needed.

    :param command: a harmless command of the same folder, e.g. `initdb --version`
    """
    if os.geteuid():
        return lambda: processes.die_with_parent(signal.SIGINT)
    choices = [None]
    if sys.platform == "linux":
        choices += [CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE]
    for capability in choices:
        drop = dropper(capability)
        if _works(command, drop):
            return drop
    raise DevError(
        f"PostgreSQL does not run as root and the account `{ACCOUNT}` cannot enter this "
        "checkout: move it to a folder that others may enter (`chmod o+x`), run `./dev` as "
        "an ordinary user, or name an existing server with PGHOST."
    )
