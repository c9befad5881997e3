"""Databases: two warm templates are built once, everything else is a quick copy.

* `..._deps_<hash>`: Odoo's modules that ours depend on, with Chinese loaded. The hash
  covers their list, the release and the Python environment.
* `..._addons_<hash>`: the same with our three addons. The hash also covers their code.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import threading
from pathlib import Path

from . import addons, disk, locks, odoo, paths, processes
from .errors import DevError
from .progress import Step

LANGUAGES = "en_US,zh_CN,zh_TW"
#: Raise it when this file builds the templates in another way.
RECIPE = "1"
NAME = re.compile(r"^[a-z_][a-z0-9_-]{0,40}$")
HASH_LENGTH = 10
#: A database of one process ends with its number, which is shorter than a hash.
PROCESS = re.compile(r"_(\d{1,8})$")
PREPARE = Path(__file__).with_name("prepare_database.py")
BUNDLES = Path(__file__).with_name("make_bundles.py")


class Databases:
    """The databases of this checkout on one server."""

    def __init__(self, runner):
        self.odoo = runner
        self.server = runner.server
        self.prefix = self._prefix()
        self._building = threading.RLock()
        self._holds = False

    @contextlib.contextmanager
    def _alone(self):
        """Build a template: jobs side by side and other launchers of this checkout wait,
        and find it built."""
        with self._building:
            if self._holds:
                yield
                return
            with locks.exclusive("templates"):
                self._holds = True
                try:
                    yield
                finally:
                    self._holds = False

    def _prefix(self):
        """Return `crm`; on a shared server also a mark of this checkout."""
        if not self.server.external:
            return "crm"
        mark = hashlib.sha256(os.fsencode(str(paths.ROOT))).hexdigest()[:6]
        return f"crm_{mark}"

    @property
    def main(self):
        """The name of the database that `./dev run` uses: `PGDATABASE`, or `crm`."""
        name = os.environ.get("PGDATABASE") if self.server.external else None
        name = name or self.prefix
        if not NAME.match(name):
            raise DevError(
                f"PGDATABASE={name} cannot be used: take lower-case letters, digits and `_`."
            )
        return name

    def exists(self, name):
        """Tell whether there is such a database."""
        return bool(
            self.server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
        )

    def names(self, prefix):
        """Return the databases whose name begins with `prefix`."""
        rows = self.server.psql("SELECT datname FROM pg_database ORDER BY datname")
        return [name for [name] in rows if name.startswith(prefix)]

    def drop(self, name):
        """Remove a database, its files and what we noted about it.

        ``WITH (FORCE)`` is refused while PostgreSQL's own autovacuum works there, which
        an ordinary role may not end; a plain ``DROP`` sends that away by itself.
        """
        self.server.psql(
            f"""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = '{name}' AND usename = current_user"""
        )
        self.server.psql(f'DROP DATABASE IF EXISTS "{name}"')
        shutil.rmtree(paths.FILESTORE / name, ignore_errors=True)
        state_file(name).unlink(missing_ok=True)

    def copy(self, template, name):
        """Make `name` a copy of `template` with its files."""
        self.drop(name)
        self.server.psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        files = paths.FILESTORE / template
        if files.is_dir():
            shutil.copytree(files, paths.FILESTORE / name, copy_function=_link)

    def rename(self, old, new):
        """Give a finished database its name."""
        self.server.psql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')
        shutil.rmtree(paths.FILESTORE / new, ignore_errors=True)
        if (paths.FILESTORE / old).is_dir():
            (paths.FILESTORE / old).rename(paths.FILESTORE / new)

    def temporary(self, purpose):
        """Return the name of a database that lives as long as this launcher."""
        return f"{self.prefix}_{purpose}_{os.getpid()}"

    def sweep(self):
        """Remove what launchers that were killed have left behind."""
        for name in self.names(f"{self.prefix}_"):
            found = PROCESS.search(name)
            if found and not processes.alive(int(found.group(1))):
                self.drop(name)

    # Templates

    def deps_name(self):
        """Return the name of the template of the dependencies."""
        parts = [RECIPE, LANGUAGES, str(self.odoo.source.path), PREPARE.read_text()]
        parts += addons.dependencies() + [paths.LOCK_FILE.read_text()]
        release = self.odoo.source.path / "odoo" / "release.py"
        parts.append(release.read_text(encoding="utf-8"))
        return f"{self.prefix}_deps_{_hash(parts)}"

    def addons_name(self):
        """Return the name of the template with our addons in it."""
        parts = [self.deps_name(), *addons.fingerprints().values()]
        return f"{self.prefix}_addons_{_hash(parts)}"

    def deps(self):
        """Return the template of the dependencies; build it when it is missing."""
        name = self.deps_name()
        with self._alone():
            if not self.exists(name):
                self.sweep()
                self._build_deps(name)
                self._drop_others("deps", name)
        return name

    def _build_deps(self, name):
        disk.require("database")
        building = self.temporary("build")
        self.drop(building)
        self.server.psql(f'CREATE DATABASE "{building}" TEMPLATE template0')
        for extension in ("pg_trgm", "unaccent"):
            with contextlib.suppress(DevError):
                self.server.psql(
                    f"CREATE EXTENSION IF NOT EXISTS {extension}", building
                )
        with odoo.fresh_log("database") as log, Step("Odoo's modules") as step:
            self._must(
                self.odoo.run(
                    building,
                    *("-i", ",".join(addons.dependencies())),
                    *(f"--load-language={LANGUAGES}", "--stop-after-init"),
                    *("--no-http", "--max-cron-threads=0"),
                    log=log,
                    step=step,
                ),
                "Odoo's own modules could not be installed",
                log,
            )
            self.script(building, PREPARE, log)
        self.rename(building, name)

    def addons(self):
        """Return the template with our addons; build it when it is missing."""
        name = self.addons_name()
        with self._alone():
            if not self.exists(name):
                self._build_addons(name)
                self._drop_others("addons", name)
        return name

    def _build_addons(self, name):
        building = self.temporary("build")
        self.copy(self.deps(), building)
        with odoo.fresh_log("addons") as log:
            trouble = self.install(building, log)
        write_state(name, trouble=trouble)
        self.rename(building, name)

    def warmed(self):
        """Return the template with our addons and with the bundles that browsers load.

        Odoo makes them before it tests anything in a browser, in each database anew; it
        takes half a minute.
        """
        name = self.addons()
        with self._alone():
            if not read_state(name).get("bundles"):
                with odoo.fresh_log("bundles") as log, Step("browser bundles"):
                    self.script(name, BUNDLES, log)
                write_state(name, bundles=True)
        return name

    def _drop_others(self, kind, name):
        old = re.compile(rf"^{self.prefix}_{kind}_[0-9a-f]{{{HASH_LENGTH}}}$")
        for other in self.names(f"{self.prefix}_{kind}_"):
            if other != name and old.match(other):
                self.drop(other)

    # Odoo in a database

    def install(self, name, log):
        """Install our three addons and return the warnings."""
        with Step("the three addons installed") as step:
            return self._modules(name, "-i", paths.ADDONS, log, step)

    def upgrade(self, name, changed, log):
        """Upgrade the addons whose code has changed and return the warnings."""
        with Step(f"upgraded: {', '.join(changed)}") as step:
            return self._modules(name, "-u", changed, log, step)

    def _modules(self, name, option, modules, log, step):
        outcome = self.odoo.run(
            name,
            *(option, ",".join(modules), "--stop-after-init"),
            *("--no-http", "--max-cron-threads=0"),
            log=log,
            step=step,
        )
        self._must(outcome, "The addons could not be installed", log)
        return outcome.trouble

    def script(self, name, path, log):
        """Run a Python file in Odoo's shell; it must not fail."""
        paths.make(log.parent)
        with log.open("ab") as output, path.open("rb") as script:
            child = processes.start(
                self.odoo.command("shell", "-d", name, "--no-http"),
                stdin=script,
                stdout=output,
                stderr=output,
                env=self.odoo.environment(),
                cwd=paths.DEV,
            )
            try:
                processes.wait(child)
            except BaseException:
                processes.stop(child)
                raise
        if processes.finish(child):
            text = processes.tail(log)
            raise processes.explain(text, f"{path.name} failed in Odoo's shell.")

    @staticmethod
    def _must(outcome, sentence, log):
        if outcome.code:
            detail = "\n".join(outcome.trouble[:3]) or processes.tail(log)
            raise processes.explain(detail, f"{sentence}; {paths.shown(log)} says why.")


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _hash(parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:HASH_LENGTH]


def state_file(name):
    """Return the file in which we note how far a database is."""
    return paths.STATE / f"{name}.json"


def read_state(name):
    """Return what we noted about a database."""
    try:
        return json.loads(state_file(name).read_text())
    except (OSError, ValueError):
        return {}


def write_state(name, **values):
    """Note more about a database."""
    paths.make(paths.STATE)
    state = {**read_state(name), **values}
    partial = state_file(name).with_suffix(".partial")
    partial.write_text(json.dumps(state, indent=1))
    partial.rename(state_file(name))
