"""The stages of `./dev test`: each runs one kind of check and returns its tally."""

import contextlib
import os
import sys

from . import odoo, paths, processes, python_env, server
from .commands import lint as lint_command
from .database import read_state
from .odoo import show_trouble
from .progress import Step, say
from .tally import OdooLog, Tally, from_junit, from_lint

LAUNCHER_TESTS = paths.ROOT / "tests" / "launcher"


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
        say(text)
        if not tally.failures:
            tally.failures.append("lint: ended with an error")
    return tally


def launcher(databases, arguments=()):
    """The launcher's own tests; they need neither Odoo nor a database."""
    return pytest(
        "launcher",
        [
            "-p",
            "no:odoo",
            f"--confcutdir={LAUNCHER_TESTS}",
            *(arguments or [LAUNCHER_TESTS]),
        ],
        python_env.child_environment(databases.odoo.source.path),
    )


def addons(databases):
    """The addons' own tests as Odoo runs them, during and after an upgrade.

    A warning of Odoo's loggers counts as a failure, those of the installation, too.
    """
    template = databases.addons()
    port = server.free_port(server.FIRST_PORT + 1000)
    warned = read_state(template).get("trouble", [])
    with temporary_copy(databases, template) as name:
        with odoo.fresh_log("test-addons") as log, Step("addon tests") as step:
            reader = OdooLog(step)
            outcome = databases.odoo.run(
                name,
                *("-u", ",".join(paths.ADDONS), "--stop-after-init"),
                f"--test-tags={','.join('/' + addon for addon in paths.ADDONS)}",
                *(
                    f"--http-port={port}",
                    f"--gevent-port={port}",
                    "--max-cron-threads=0",
                ),
                f"--screenshots={paths.DEV / 'screenshots'}",
                log=log,
                step=step,
                on_line=reader.read,
            )
    show_trouble(warned)
    show_trouble(outcome.trouble, limit=40)
    tally = reader.tally()
    tally.failures += [f"warning: {text.splitlines()[0]}" for text in warned]
    tally.failures += [
        f"warning: {t.splitlines()[0]}" for t in outcome.trouble if is_warning(t)
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


def stories(databases, arguments=(), http=True):
    """The tests across the addons, in a copy of the warmed database."""
    template = databases.addons()
    with temporary_copy(databases, template) as name:
        options = ["--odoo-config", str(databases.odoo.config), "--odoo-database", name]
        options += ["--odoo-log-level=warn", "--odoo-extra=max-cron-threads=0"]
        options += ["--odoo-http"] if http else []
        if not arguments:
            arguments = [paths.ROOT / "tests", f"--ignore={LAUNCHER_TESTS}"]
        environment = databases.odoo.environment(
            CRM_LOOP_DEPS=databases.deps(), CRM_LOOP_ADDONS=template
        )
        return pytest("stories", [*options, *arguments], environment)


def pytest(name, arguments, environment):
    """Run pytest on the terminal and return its tally."""
    result = paths.make(paths.LOG) / f"test-{name}.xml"
    result.unlink(missing_ok=True)
    child = processes.start(
        [
            *(python_env.python(), "-m", "pytest", "-q", "-ra", f"--junitxml={result}"),
            *arguments,
        ],
        env=environment,
        cwd=paths.ROOT,
    )
    try:
        processes.wait(child)
    except BaseException:
        processes.stop(child)
        raise
    code = processes.finish(child)
    tally = from_junit(result) if result.exists() else Tally()
    if code not in (0, 5) and not tally.failures:
        tally.failures.append(f"pytest of {name} ended with exit code {code}")
    return tally


@contextlib.contextmanager
def temporary_copy(databases, template, purpose="test"):
    """Yield the name of a copy of a template that is gone afterwards."""
    name = databases.temporary(purpose)
    databases.copy(template, name)
    try:
        yield name
    finally:
        databases.drop(name)
