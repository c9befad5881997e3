"""The jobs of `./dev test`: each runs one kind of check and returns its tally."""

import contextlib
import os
import re
import subprocess
import sys

from . import odoo, paths, processes, python_env, server
from .commands import lint as lint_command
from .database import read_state
from .progress import Step
from .tally import OdooLog, Tally, from_junit, from_lint

LAUNCHER_TESTS = paths.ROOT / "tests" / "launcher"
#: Each job that needs a web server looks for a free port from another one on.
PORTS = server.FIRST_PORT + 1000
PORTS_APART = 100
PERCENT = re.compile(rb"\[ *(\d+%)\]")
#: The mark of tests that make databases of their own instead of using the one at hand.
DATABASES = "databases"


def lint(databases):
    """Style and safety; where all tools must be there (CI), a missing one is a failure."""
    log = paths.LOG / "lint.log"
    log.unlink(missing_ok=True)
    strict = ["--strict"] if os.environ.get("CI") else []
    lint_command.prepare(databases.odoo.source)
    with Step("lint") as step:
        code = processes.run(
            [sys.executable, "-m", "tools.dev.lint", *strict],
            log,
            step=step,
            cwd=paths.ROOT,
        )
    text = log.read_text(errors="replace")
    tally = from_lint(text)
    if strict:
        tally = Tally(tally.passed, tally.failures + tally.skips)
    if code:
        tally.report = text
        if not tally.failures:
            tally.failures.append("lint: ended with an error")
    return tally


def launcher(databases, arguments=(), terminal=False):
    """The launcher's own tests; they need neither Odoo nor a database."""
    return pytest(
        "launcher",
        [
            *("-p", "no:odoo", f"--confcutdir={LAUNCHER_TESTS}"),
            *(arguments or [LAUNCHER_TESTS]),
        ],
        python_env.child_environment(databases.odoo.source.path),
        terminal,
    )


def addon(databases, name):
    """An addon's own tests as Odoo runs them, during and after an upgrade.

    A warning of Odoo's loggers counts as a failure; those of the installation count
    for the first addon.
    """
    template = databases.warmed()
    port = server.free_port(PORTS + PORTS_APART * paths.ADDONS.index(name))
    with temporary_copy(databases, template, name) as copy:
        with odoo.fresh_log(f"test-{name}") as log, Step(name) as step:
            reader = OdooLog(step)
            outcome = databases.odoo.run(
                copy,
                *("-u", name, "--stop-after-init", f"--test-tags=/{name}"),
                *(f"--http-port={port}", f"--gevent-port={port}"),
                *("--max-cron-threads=0", f"--screenshots={paths.DEV / 'screenshots'}"),
                log=log,
                step=step,
                on_line=reader.read,
            )
    warned = read_state(template).get("trouble", [])
    trouble = [*(warned if name == paths.ADDONS[0] else []), *outcome.trouble]
    tally = reader.tally()
    tally.report = odoo.trouble_text(trouble, limit=40)
    tally.failures += [
        f"warning: {t.splitlines()[0]}" for t in trouble if is_warning(t)
    ]
    if not reader.finished or (outcome.code and not tally.failures):
        tally.failures.append(f"Odoo ended early ({paths.shown(log)} says why)")
    return tally


def is_warning(text):
    """Tell whether a line of trouble is more than the report of a failed test."""
    head = text.split(": ", 2)
    return not (
        "odoo.tests.result" in head[0]
        or (len(head) > 1 and head[1] in ("FAIL", "ERROR"))
        or "At least one test failed when loading the modules" in text
    )


def stories(databases):
    """The tests across the addons in a copy of the warmed database, with a browser."""
    return tests(databases, "stories", [*_stories(), "-m", f"not {DATABASES}"])


def whole_databases(databases):
    """Those that make databases of their own: install, load, upgrade, uninstall."""
    return tests(databases, DATABASES, [*_stories(), "-m", DATABASES])


def _stories():
    return [paths.ROOT / "tests", f"--ignore={LAUNCHER_TESTS}"]


def tests(databases, name, arguments, http=True, terminal=False):
    """Run pytest on tests of the addons and across them, in a copy of the database."""
    template = databases.addons() if terminal else databases.warmed()
    with temporary_copy(databases, template, name) as copy:
        options = ["--odoo-config", databases.odoo.config, "--odoo-database", copy]
        options += ["--odoo-log-level=warn", "--odoo-extra=max-cron-threads=0"]
        options += ["--odoo-http"] if http else []
        environment = databases.odoo.environment(
            CRM_LOOP_DEPS=databases.deps(), CRM_LOOP_ADDONS=template
        )
        return pytest(name, [*options, *arguments], environment, terminal)


def pytest(name, arguments, environment, terminal=False):
    """Run pytest and return its tally.

    :param terminal: let it write to the terminal; else its words are kept, and given
        back with the tally when something failed
    """
    result = paths.make(paths.LOG) / f"test-{name}.xml"
    result.unlink(missing_ok=True)
    command = [python_env.python(), "-m", "pytest", "-q", "-ra"]
    command += [f"--junitxml={result}", *arguments]
    options = {"env": environment, "cwd": paths.ROOT}
    if terminal:
        code = processes.finish(_to_the_terminal(command, options))
        log = None
    else:
        with odoo.fresh_log(f"test-{name}") as log, Step(name) as step:
            code = processes.run(command, log, step, lambda: percent(log), **options)
    tally = from_junit(result) if result.exists() else Tally()
    if code not in (0, 5) and not tally.failures:
        tally.failures.append(f"pytest of {name} ended with exit code {code}")
    if log and tally.failures:
        tally.report = log.read_text(errors="replace")
    return tally


def _to_the_terminal(command, options):
    child = processes.start(command, stderr=subprocess.STDOUT, **options)
    try:
        processes.wait(child)
    except BaseException:
        processes.stop(child)
        raise
    return child


def percent(log):
    """Return how far pytest says it is: `63%`."""
    found = PERCENT.findall(log.read_bytes()[-20_000:])
    return found[-1].decode() if found else ""


@contextlib.contextmanager
def temporary_copy(databases, template, purpose="test"):
    """Yield the name of a copy of a template that is gone afterwards."""
    name = databases.temporary(purpose)
    databases.copy(template, name)
    try:
        yield name
    finally:
        databases.drop(name)
