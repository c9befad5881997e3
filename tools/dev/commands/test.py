"""`./dev test`: everything that is checked before a merge, with one plain last line."""

import contextlib
import time
from functools import partial
from pathlib import Path

from .. import paths, stages, workshop
from ..errors import EXIT_FAILURE, EXIT_USAGE, DevError
from ..lanes import Job, cores, side_by_side
from ..progress import say
from ..tally import Tally


def add_arguments(parser):
    """Describe the options of `./dev test`."""
    parser.add_argument(
        "--fast",
        action="store_true",
        help="all tests in one go, without style checks, upgrade and browser",
    )
    parser.add_argument(
        "-k", metavar="WORDS", help="only tests whose name fits (as in pytest)"
    )
    parser.add_argument("-x", action="store_true", help="stop at the first failure")
    parser.add_argument(
        "-j",
        dest="jobs",
        type=int,
        metavar="N",
        default=cores(),
        help="jobs at a time (default: the cores of this machine, here %(default)s)",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="only tests in these files or folders"
    )


def main(options):
    """Do the jobs, print what failed as soon as it is known, and sum up at the end."""
    for path in options.paths:
        if not Path(path.split("::")[0]).exists():
            raise DevError(
                f"There is no {path}: name a file or folder.", code=EXIT_USAGE
            )
    if options.jobs < 1:
        raise DevError("-j must be 1 or more.", code=EXIT_USAGE)
    start = time.monotonic()
    with workshop.opened() as databases:
        databases.sweep()
        chosen = selection(options)
        if chosen:
            results = list(run(chosen, databases, 1, options.x))
        else:
            jobs = [(name, partial(whole, name, work)) for name, work in everything()]
            results = list(run(jobs, databases, options.jobs, options.x))
    return report(results, time.monotonic() - start)


def run(plan, databases, lanes, until_failure):
    """Yield each job that is done; what a failed one has to say is printed at once.

    :param plan: list of (name, function of the databases)
    """
    jobs = [Job(name, partial(attempt, name, work, databases)) for name, work in plan]
    with contextlib.closing(side_by_side(jobs, lanes)) as results:
        for done in results:
            if done.result.report:
                say(f"\n== {done.name}\n{done.result.report}\n")
            yield done
            if until_failure and done.result.failed:
                return


def attempt(name, work, databases):
    """Do one job; one that cannot run is a failure, and the others follow."""
    try:
        return work(databases)
    except DevError as error:
        detail = "\n".join(f"     | {line}" for line in error.detail.splitlines())
        return Tally(failures=[f"{name}: {error}"], report=f"{detail}\ndev: {error}")


def whole(name, work, databases):
    """Do a job of the complete run; one that tests nothing at all has failed."""
    tally = work(databases)
    if not (tally.passed or tally.failed or tally.skipped):
        tally.failures.append(f"{name}: not one test has run")
    return tally


def everything():
    """Return all jobs, the longest first.

    Before them two that need no database: they fill the time in which the first job
    builds the one that all others copy.
    """
    first, *others = paths.ADDONS
    return [
        (first, partial(stages.addon, name=first)),
        ("lint", stages.lint),
        ("launcher", stages.launcher),
        ("stories", stages.stories),
        (stages.DATABASES, stages.whole_databases),
        *((name, partial(stages.addon, name=name)) for name in others),
    ]


def selection(options):
    """Return the jobs for the tests that were asked for; they write to the terminal."""
    chosen = [*(["-k", options.k] if options.k else []), *(["-x"] if options.x else [])]
    launcher = partial(stages.launcher, terminal=True)
    tests = partial(stages.tests, name="tests", http=not options.fast, terminal=True)
    if not options.paths and not options.fast and not options.k:
        return []
    if not options.paths:
        folders = [*test_folders(), f"--ignore={stages.LAUNCHER_TESTS}"]
        return [("tests", partial(tests, arguments=[*chosen, *folders]))]
    ours = [path for path in options.paths if is_launcher(path)]
    others = [path for path in options.paths if not is_launcher(path)]
    return [
        (name, partial(work, arguments=[*chosen, *found]))
        for name, work, found in (
            ("launcher", launcher, ours),
            ("tests", tests, others),
        )
        if found
    ]


def is_launcher(path):
    """Tell whether the path lies among the launcher's own tests."""
    return Path(path.split("::")[0]).resolve().is_relative_to(stages.LAUNCHER_TESTS)


def test_folders():
    """Return the folders of all tests that Odoo's modules take part in."""
    folders = [paths.ROOT / addon / "tests" for addon in paths.ADDONS]
    return [str(f) for f in [*folders, paths.ROOT / "tests"] if f.is_dir()]


def report(results, seconds):
    """Print the summary and return the exit code."""
    total = sum((done.result for done in results), Tally())
    for title, texts in (("skipped", total.skips), ("failed", total.failures)):
        if texts:
            say(f"\n== {title}")
            for text in texts:
                say(f"  {text}")
    say("\n== summary")
    for done in results:
        say(f"  {done.name:<14} {done.seconds:7.1f} s   {done.result.line()}")
    say(f"  {'all':<14} {seconds:7.1f} s\n")
    say(total.line())
    return EXIT_FAILURE if total.failed or not total.passed else 0
