"""Child processes that never outlive the launcher, however it ends."""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time

from . import paths
from .errors import DevError

GRACE_SECONDS = 10
DISK_FULL = ("No space left on device", "Disk quota exceeded")
NO_NETWORK = (
    "Temporary failure resolving",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Could not resolve",
    "Network is unreachable",
    "Failed to establish a new connection",
    "No route to host",
    "dns error",
    "Could not connect to",
    "client error (Connect)",
)
PR_SET_PDEATHSIG = 1

_children = set()
_closing = []
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(number=signal.SIGTERM):
    """Run in a new child: let the kernel send it a signal when its parent dies."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def start(command, **options):
    """Start a child in its own process group and remember it until it ends."""
    if _closing:
        raise DevError("The launcher is ending.")
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("preexec_fn", die_with_parent)
    try:
        child = subprocess.Popen(
            [str(part) for part in command], start_new_session=True, **options
        )
    except (FileNotFoundError, PermissionError) as error:
        # Denied may only mean that somebody else's folder stands in PATH.
        if isinstance(error, PermissionError) and shutil.which(str(command[0])):
            raise
        raise DevError(
            f"The program `{error.filename}` is missing: install it and start again."
        ) from error
    _children.add(child)
    return child


def stop(child, grace=GRACE_SECONDS):
    """End a child and everything in its group: asked first, forced after `grace` seconds."""
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
            break
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    _children.discard(child)


def stop_all():
    """End every child that is still there; none can be started any more."""
    _closing.append(True)
    for child in list(_children):
        stop(child)


def finish(child):
    """Forget a child that has ended and sweep what it may have left in its group."""
    code = child.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    _children.discard(child)
    return code


def run(command, log, step=None, measure=None, **options):
    """Run a command into a log file and return its exit code.

    :param step: a :class:`progress.Step` to keep moving
    :param measure: called about once a second, returns what the step shows
    """
    paths.make(log.parent)
    with log.open("ab") as output:
        child = start(command, stdout=output, stderr=subprocess.STDOUT, **options)
        try:
            wait(child, step, measure)
        except BaseException:
            stop(child)
            raise
    return finish(child)


def wait(child, step=None, measure=None):
    """Wait for the end of a child and keep the step's line moving meanwhile."""
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(1)
            return
        if step:
            step.show(measure() if measure else "")


def check(command, log, sentence, **options):
    """Run a command; when it fails raise `sentence`, or the cause the log shows."""
    begin = log.stat().st_size if log.exists() else 0
    code = run(command, log, **options)
    if code:
        raise explain(tail(log, begin), sentence)


def output(command, **options):
    """Return what a short command prints, or None when it is missing or fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            check=False,
            **options,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def tail(log, begin=0, lines=15):
    """Return the last lines of a log, from the byte `begin` on."""
    if not log.exists():
        return ""
    with log.open("rb") as stream:
        stream.seek(max(begin, log.stat().st_size - 20_000))
        text = stream.read().decode("utf-8", "replace")
    return "\n".join(text.strip().splitlines()[-lines:])


def explain(text, sentence):
    """Return the error for a failed command: full disk and no network come first."""
    if any(sign in text for sign in DISK_FULL):
        return DevError(
            "The disk is full: free some space "
            "(`./dev clean --all` removes everything the launcher made) and start again.",
            text,
        )
    if any(sign in text for sign in NO_NETWORK):
        return DevError(
            "The network cannot be reached: check the connection (or the proxy settings "
            "`http_proxy`/`https_proxy`) and start again; it continues where it stopped.",
            text,
        )
    return DevError(sentence, text)


def born(pid):
    """Return a mark of the process with this pid that no later process can have."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            return stream.read().rpartition(")")[2].split()[19]
    except OSError:
        return (output(["ps", "-o", "lstart=", "-p", str(pid)]) or "").strip() or None


def alive(pid, mark=None):
    """Tell whether that very process still runs (a zombie does not)."""
    now = born(pid)
    if now is None or (mark is not None and mark != now):
        return False
    with contextlib.suppress(OSError):
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            return stream.read().rpartition(")")[2].split()[0] != "Z"
    return True


@contextlib.contextmanager
def announced(command):
    """Let `./dev stop` find this launcher while it works."""
    note = paths.make(paths.RUN) / f"{os.getpid()}.json"
    note.write_text(
        json.dumps({"pid": os.getpid(), "born": born(os.getpid()), "command": command})
    )
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink()


def launchers():
    """Return the notes of the launchers of this checkout that run now."""
    found = []
    for path in paths.RUN.glob("*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError):
            note = json.loads(path.read_text())
            if note["pid"] == os.getpid():
                continue
            if alive(note["pid"], note["born"]):
                found.append(note)
            else:
                path.unlink()
    return found


def wait_gone(pid, mark, seconds):
    """Wait until a process that is not our child has ended; tell whether it did."""
    end = time.monotonic() + seconds
    while alive(pid, mark):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
