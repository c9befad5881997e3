"""`./dev test`: everything that is checked before a merge, with one plain last line."""

import time
from pathlib import Path

from .. import paths, stages, workshop
from ..errors import EXIT_FAILURE, EXIT_USAGE, DevError
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
        "paths", nargs="*", metavar="PATH", help="only tests in these files or folders"
    )


def main(options):
    """Run the stages, print the time of each and the sum of all."""
    for path in options.paths:
        if not Path(path.split("::")[0]).exists():
            raise DevError(
                f"There is no {path}: name a file or folder.", code=EXIT_USAGE
            )
    results = []
    with workshop.opened() as databases:
        databases.sweep()
        for name, run in plan(options):
            say(f"\n== {name}")
            start = time.monotonic()
            tally = attempt(name, run, databases)
            results.append((name, time.monotonic() - start, tally))
            if options.x and tally.failed:
                break
    return report(results)


def attempt(name, run, databases):
    """Run one stage; one that cannot run is a failure, and the others follow."""
    try:
        return run(databases)
    except DevError as error:
        say("\n".join(f"     | {line}" for line in error.detail.splitlines()))
        say(f"dev: {error}")
        return Tally(failures=[f"{name}: {error}"])


def plan(options):
    """Return the stages [(name, function of the databases)] that the options ask for."""
    chosen = pytest_arguments(options)
    if options.paths:
        ours = [p for p in options.paths if is_launcher(p)]
        others = [p for p in options.paths if not is_launcher(p)]
        found = []
        if ours:
            found.append(("launcher", lambda db: stages.launcher(db, [*chosen, *ours])))
        if others:
            found.append(("tests", lambda db: stages.stories(db, [*chosen, *others])))
        return found
    if options.fast or options.k:
        folders = [*chosen, *test_folders(), f"--ignore={stages.LAUNCHER_TESTS}"]
        http = not options.fast
        return [("tests", lambda db: stages.stories(db, folders, http))]
    return [
        ("lint", stages.lint),
        ("launcher", stages.launcher),
        ("addons", stages.addons),
        ("stories", stages.stories),
    ]


def pytest_arguments(options):
    """Return what is passed on to pytest."""
    return [*(["-k", options.k] if options.k else []), *(["-x"] if options.x else [])]


def is_launcher(path):
    """Tell whether the path lies among the launcher's own tests."""
    return Path(path.split("::")[0]).resolve().is_relative_to(stages.LAUNCHER_TESTS)


def test_folders():
    """Return the folders of all tests that Odoo's modules take part in."""
    folders = [paths.ROOT / addon / "tests" for addon in paths.ADDONS]
    return [str(f) for f in [*folders, paths.ROOT / "tests"] if f.is_dir()]


def report(results):
    """Print the summary and return the exit code."""
    total = sum((tally for _name, _seconds, tally in results), Tally())
    if total.skips:
        say("\n== skipped")
        for text in total.skips:
            say(f"  {text}")
    if total.failures:
        say("\n== failed")
        for text in total.failures:
            say(f"  {text}")
    say("\n== summary")
    for name, seconds, tally in results:
        say(f"  {name:<10} {seconds:7.1f} s   {tally.line()}")
    seconds = sum(seconds for _name, seconds, _tally in results)
    say(f"  {'all':<10} {seconds:7.1f} s\n")
    say(total.line())
    return EXIT_FAILURE if total.failed or not total.passed else 0
