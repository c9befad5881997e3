"""The database server: the embedded PostgreSQL, or an existing one named by `PG*`.

The embedded one listens on a Unix socket only, in a folder that nobody else can enter.
It is shared by all `./dev` commands of the checkout that run at the same time.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import locks, paths, privileges, processes, python_env
from .errors import DevError
from .progress import Step

ROLE = "odoo"
PORT = "5432"
#: sun_path holds 107 bytes and a NUL; the file in the folder is `/.s.PGSQL.5432.lock`.
SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432.lock")
USERS = paths.RUN / "postgres-users.lock"
CLUSTER = paths.POSTGRES / "data"
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "synchronous_commit": "off",
    "random_page_cost": "1.1",
    "jit": "off",
    "unix_socket_permissions": "0700",
    "log_min_messages": "warning",
    "log_line_prefix": "%m %d ",
}
MIN_VERSION = 13

_keepers = []


def socket_folder():
    """Return the folder of the socket: in `.dev/`, or a short one for a deep checkout."""
    folder = paths.POSTGRES / "socket"
    if len(os.fsencode(str(folder))) <= SOCKET_LIMIT:
        return folder
    mark = hashlib.sha256(os.fsencode(str(paths.ROOT))).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"crm-dev-{os.geteuid()}-{mark}"


def server_command(binaries):
    """Return the command line that starts the embedded server."""
    command = [str(binaries / "postgres"), "-D", str(CLUSTER)]
    command += ["-k", str(socket_folder()), "-p", PORT]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    return command


def is_external():
    """Tell whether the usual variables name an existing server."""
    return any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGSERVICE"))


class Server:
    """A PostgreSQL server that can be used: its settings and its client programs."""

    def __init__(self, binaries, environment, external):
        self.binaries = binaries
        self.external = external
        self.environment = environment

    def psql(self, query, database="postgres"):
        """Run a query and return its rows as lists of texts."""
        done = subprocess.run(
            [
                *(str(self.binaries / "psql"), "-X", "-A", "-t", "-q", "-F", "\x1f"),
                *("-v", "ON_ERROR_STOP=1", "-d", database, "-c", query),
            ],
            env=self.environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            raise processes.explain(
                done.stderr.strip(),
                f"PostgreSQL refused a command: {done.stderr.strip()}",
            )
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def ready(self):
        """Tell whether the server answers."""
        command = [self.binaries / "pg_isready", "-q", "-t", "3"]
        return processes.output(command, env=self.environment) is not None


def _client_environment(folder):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    return {**kept, "PGHOST": str(folder), "PGPORT": PORT, "PGUSER": ROLE}


def _make_folders():
    paths.make(paths.POSTGRES, paths.LOG, paths.RUN)
    folder = socket_folder()
    for path in (folder, CLUSTER):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = privileges.account()[0] if os.geteuid() == 0 else os.geteuid()
    if os.geteuid() == 0:
        for path in (folder, CLUSTER):
            os.chown(path, *privileges.account(), follow_symlinks=False)
    found = folder.lstat()
    if found.st_uid != owner or not stat.S_ISDIR(found.st_mode):
        raise DevError(f"{folder} belongs to somebody else: remove it and start again.")


def initialised():
    """Tell whether the embedded server's cluster is complete."""
    return (paths.POSTGRES / "complete").exists()


def _initialise(binaries, log):
    if initialised():
        return
    shutil.rmtree(CLUSTER, ignore_errors=True)
    _make_folders()
    with Step("PostgreSQL cluster") as step:
        processes.check(
            [
                *(binaries / "initdb", "-D", CLUSTER, "-U", "postgres", "-A", "trust"),
                *("-E", "UTF8", "--no-sync", "--locale=C"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ],
            log,
            f"PostgreSQL could not create its cluster; {paths.shown(log)} says why.",
            step=step,
            cwd="/",
            preexec_fn=privileges.choose([str(binaries / "initdb"), "--version"]),
        )
    (paths.POSTGRES / "complete").touch()


def _start_keeper(server, log):
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tools.dev.keeper", str(server.binaries)],
        cwd=paths.ROOT,
        env={**os.environ, "PYTHONPYCACHEPREFIX": str(paths.CACHE / "python")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=log.open("ab"),
        start_new_session=True,
    )
    _keepers.append(keeper)
    end = time.monotonic() + 60
    while not server.ready():
        if time.monotonic() > end:
            raise processes.explain(
                processes.tail(log),
                f"PostgreSQL did not start; {paths.shown(log)} says why.",
            )
        time.sleep(0.1)


def _create_role(server):
    admin = Server(server.binaries, {**server.environment, "PGUSER": "postgres"}, False)
    if not admin.psql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):
        admin.psql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")


def embedded():
    """Start the embedded server, or join the one that runs; return (server, its lock)."""
    binaries = python_env.postgres_binaries()
    log = paths.LOG / "postgres.log"
    paths.make(paths.LOG, paths.RUN)
    lock = locks.take(USERS, fcntl.LOCK_SH)
    _make_folders()
    _initialise(binaries, log)
    server = Server(binaries, _client_environment(socket_folder()), external=False)
    if not server.ready():
        _start_keeper(server, log)
    _create_role(server)
    return server, lock


def existing():
    """Use the server of the `PG*` variables after a look whether it fits."""
    server = Server(python_env.postgres_binaries(), dict(os.environ), external=True)
    where = os.environ.get("PGHOST") or os.environ.get("PGSERVICE") or "localhost"
    if not server.ready():
        raise DevError(
            f"The PostgreSQL server at {where} does not answer: start it or correct "
            "PGHOST/PGPORT, or unset them to use the embedded one."
        )
    [[role, may_create, version]] = server.psql(
        "SELECT rolname, rolcreatedb OR rolsuper, current_setting('server_version_num')"
        " FROM pg_roles WHERE rolname = current_user"
    )
    if role == "postgres":
        raise DevError(
            "Odoo never logs in as `postgres`: create a role (`createuser --createdb odoo`) "
            "and set PGUSER=odoo."
        )
    if may_create != "t":
        raise DevError(
            f"The role {role} may not create databases: `ALTER ROLE {role} CREATEDB`."
        )
    if int(version) // 10000 < MIN_VERSION:
        raise DevError(
            f"PostgreSQL {int(version) // 10000} at {where} is too old: "
            f"Odoo 19 needs {MIN_VERSION} or newer."
        )
    return server, None


def connect():
    """Return (server, lock) of the server to use."""
    return existing() if is_external() else embedded()


def release(lock):
    """Give the embedded server back and wait for its end when nobody else uses it."""
    if lock is None:
        return
    os.close(lock)
    end = time.monotonic() + 40
    while time.monotonic() < end and running():
        shared = locks.take(USERS, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if shared is not None:
            os.close(shared)
            alone = locks.take(USERS, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if alone is None:
                return
            os.close(alone)
        time.sleep(0.1)
    for keeper in _keepers:
        with contextlib.suppress(subprocess.TimeoutExpired):
            keeper.wait(5)


def running():
    """Tell whether the embedded server's main process is there."""
    try:
        pid = int((CLUSTER / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return False
    return processes.alive(pid)
