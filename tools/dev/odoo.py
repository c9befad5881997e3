"""Odoo's command line: its configuration, its environment, what its log says."""

import contextlib
import os
import re
import subprocess
from typing import NamedTuple

from . import paths, processes, python_env
from .progress import say

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): (?P<text>.*)"
)
MODULE = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
TROUBLE = ("WARNING", "ERROR", "CRITICAL")
#: Warnings about the machine, not about our code.
HARMLESS = ("Running as user 'root'", "selfie_segmentation.js")


class Outcome(NamedTuple):
    """How a run of Odoo ended: exit code, and the warnings and errors it logged."""

    code: int
    trouble: list

    @property
    def good(self):
        """Whether it ended well and without a warning."""
        return not self.code and not self.trouble


class Odoo:
    """The chosen Odoo on the chosen database server."""

    def __init__(self, source, server):
        self.source = source
        self.server = server
        self.config = paths.DEV / "odoo.conf"

    def write_config(self):
        """Write the configuration file that all our commands share."""
        addons = [*map(str, self.source.addons), str(paths.ROOT)]
        variables = self.server.environment
        options = {
            "data_dir": paths.make(paths.DATA),
            "addons_path": ",".join(addons),
            "http_interface": "127.0.0.1",
            "list_db": "False",
            "db_host": variables.get("PGHOST") or "False",
            "db_port": variables.get("PGPORT") or "False",
            "db_user": variables.get("PGUSER") or "False",
        }
        lines = [f"{name} = {value}" for name, value in options.items()]
        self.config.write_text("[options]\n" + "\n".join(lines) + "\n")

    def environment(self, **extra):
        """Return the environment variables of a run of Odoo."""
        kept = {k: v for k, v in self.server.environment.items() if k.startswith("PG")}
        found = python_env.child_environment(self.source.path, **kept)
        return {**found, **extra}

    def command(self, *arguments):
        """Return the command line for `odoo` with our configuration."""
        head = [str(python_env.python()), "-m", "odoo"]
        if arguments and not arguments[0].startswith("-"):
            head.append(arguments[0])
            arguments = arguments[1:]
        return [*head, "-c", str(self.config), *arguments]

    def run(self, database, *arguments, log, step=None, on_line=None, **extra):
        """Run `odoo` to its end and return its :class:`Outcome`.

        :param on_line: called with each parsed line (level, logger, text)
        """
        command = self.command("-d", database, *arguments)
        collector = Collector(step, on_line)
        paths.make(log.parent)
        with log.open("a", encoding="utf-8", buffering=1) as output:
            child = processes.start(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                env=self.environment(**extra),
                cwd=paths.DEV,
            )
            try:
                for line in child.stdout:
                    output.write(line)
                    collector.read(line)
            except BaseException:
                processes.stop(child)
                raise
        return Outcome(processes.finish(child), collector.trouble)


class Collector:
    """Reads a log line by line: where the installation is, and what went wrong."""

    def __init__(self, step=None, on_line=None):
        self.step = step
        self.on_line = on_line
        self.trouble = []
        self.open = False

    def read(self, line):
        """Take one line; lines without a head continue the one before."""
        found = LINE.match(line)
        if not found:
            if self.open:
                self.trouble[-1] += "\n" + line.rstrip()
            return
        level, logger = found.group("level", "logger")
        text = found.group("text").rstrip()
        self.open = level in TROUBLE and not self._harmless(logger, text)
        if self.open:
            self.trouble.append(f"{level} {logger}: {text}")
        if self.step and (module := MODULE.search(text)):
            name, number, total = module.groups()
            self.step.show(f"module {number} of {total}: {name}")
        if self.on_line:
            self.on_line(level, logger, text)

    @staticmethod
    def _harmless(logger, text):
        if any(sign in text for sign in HARMLESS):
            return True
        return logger == "py.warnings" and not any(
            f"/{a}/" in text for a in paths.ADDONS
        )


def trouble_text(trouble, limit=10):
    """Return warnings and errors as a person reads them, the first ones in full."""
    lines = ["     " + "\n     ".join(t.splitlines()[:40]) for t in trouble[:limit]]
    if len(trouble) > limit:
        lines.append(f"     ... and {len(trouble) - limit} more")
    return "\n".join(lines)


def show_trouble(trouble):
    """Print warnings and errors."""
    if trouble:
        say(trouble_text(trouble))


@contextlib.contextmanager
def fresh_log(name):
    """Yield the path of a log that begins empty."""
    path = paths.make(paths.LOG) / f"{name}.log"
    with contextlib.suppress(FileNotFoundError):
        os.truncate(path, 0)
    yield path
