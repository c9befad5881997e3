"""No process outlives the launcher, however it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tools.dev import processes
from tools.dev.errors import DevError

from .conftest import ROOT

#: A launcher whose child has a child of its own that ignores polite requests.
PROGRAM = """
import signal, sys
from tools.dev import cli, processes

class Command:
    @staticmethod
    def main(options):
        child = processes.start(["sh", "-c", "trap '' INT; sleep 300 & echo $! >&2; wait"])
        print(child.pid, flush=True)
        processes.wait(child)

cli.parse = lambda arguments: type("O", (), {"command": "run", "debug": False})
cli.module = lambda name: Command
sys.exit(cli.main(["run"]))
"""


@pytest.fixture
def launcher():
    """Start the program; yield (process, pid of its child, pid of its grandchild)."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    child = int(process.stdout.readline())
    grandchild = int(process.stderr.readline())
    yield process, child, grandchild
    process.kill()
    process.wait()
    process.stdout.close()
    process.stderr.close()


def gone(pid, seconds=20):
    """Tell whether the process ends in time."""
    end = time.monotonic() + seconds
    while processes.alive(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_stops_children_and_grandchildren(launcher, number):
    process, child, grandchild = launcher
    process.send_signal(number)
    assert process.wait(30) == 130
    assert gone(child)
    assert gone(grandchild)
    text = process.stderr.read()
    assert "interrupted" in text
    assert "Traceback" not in text


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal")
def test_a_killed_launcher_takes_its_children_along(launcher):
    process, child, _grandchild = launcher
    os.kill(process.pid, signal.SIGKILL)
    assert gone(child)


def test_a_missing_program_is_a_sentence(tmp_path, monkeypatch):
    """Also when PATH names a folder into which this user may not look."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    monkeypatch.setenv("PATH", f"{closed}:{os.environ['PATH']}")
    with pytest.raises(DevError, match="`no-such-program` is missing: install it"):
        processes.start(["no-such-program"])


def test_a_full_disk_in_a_child_is_the_cause_that_is_named(tmp_path):
    with pytest.raises(DevError, match="The disk is full: free some space"):
        processes.check(
            ["dd", "if=/dev/zero", "of=/dev/full", "count=1"],
            tmp_path / "log",
            "It failed.",
        )


@pytest.mark.parametrize(
    "text",
    [
        "Could not resolve 'mirror.example'",
        "fatal: unable to access: Could not resolve host: example",
        "Failed to establish a new connection: [Errno -3]",
        "error: client error (Connect): dns error",
    ],
)
def test_a_missing_network_is_the_cause_that_is_named(text):
    error = processes.explain(text, "It failed.")
    assert "network cannot be reached" in str(error)
    assert error.detail == text


def test_other_failures_keep_their_sentence():
    assert str(processes.explain("boom", "It failed.")) == "It failed."


def test_a_process_is_known_by_more_than_its_number():
    mark = processes.born(os.getpid())
    assert processes.alive(os.getpid(), mark)
    assert not processes.alive(os.getpid(), mark + "0")


def test_stop_finds_a_running_launcher(checkout):
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from tools.dev import cli, processes\n"
        "class Command:\n"
        "    @staticmethod\n"
        "    def main(options):\n"
        "        print('up', flush=True)\n"
        "        processes.wait(processes.start(['sleep', '300']))\n"
        "cli.parse = lambda arguments: type('O', (), {'command': 'run', 'debug': False})\n"
        "cli.module = lambda name: Command\n"
        "sys.exit(cli.main(['run']))\n"
    )
    process = checkout.start(code, stderr=subprocess.DEVNULL)
    assert process.stdout.readline() == "up\n"
    done = checkout.dev("stop")
    assert f"stopped: ./dev run (process {process.pid})" in done.stdout
    assert process.wait(20) == 130
    process.stdout.close()
    assert "nothing was running" in checkout.dev("stop").stdout
