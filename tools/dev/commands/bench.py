"""`./dev bench`: how fast we are against the raw limit and against peers."""

import re
from pathlib import Path

from .. import paths, processes, python_env, workshop
from ..errors import EXIT_USAGE, DevError
from ..progress import say
from ..stages import temporary_copy

NAME = re.compile(r"^NAME\s*=\s*[\"'](.+)[\"']", re.MULTILINE)


def add_arguments(parser):
    """Describe the options of `./dev bench`."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only these (default: all)"
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        metavar="F",
        help="multiply the volume (default: %(default)s, about a minute each)",
    )
    parser.add_argument(
        "--json",
        metavar="FILE",
        help="also write a list of {name, value, unit, limit, peer, goal, holds}",
    )


def names():
    """Return the names of the benchmarks, read without running them."""
    found = []
    for path in sorted((paths.ROOT / "benchmarks").glob("bench_*.py")):
        found += NAME.findall(path.read_text(encoding="utf-8"))[:1]
    return found


def main(options):
    """Run benchmarks in a copy of the database; exit code 1 when a goal does not hold."""
    known = names()
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        raise DevError(
            f"There is no benchmark {', '.join(unknown)}: choose from {', '.join(known)}.",
            code=EXIT_USAGE,
        )
    if options.scale <= 0:
        raise DevError("--scale must be greater than 0.", code=EXIT_USAGE)
    if not known:
        say("     there is no benchmark yet (benchmarks/bench_*.py)")
        return 0
    target = Path(options.json).resolve() if options.json else None
    with workshop.opened() as databases:
        with (
            temporary_copy(databases, databases.addons(), "bench") as name,
            temporary_copy(databases, databases.deps(), "bench_without") as without,
        ):
            return measure(databases, name, without, options, target)


def measure(databases, name, without, options, target):
    """Run the runner in the database and return its exit code.

    :param without: a database with Odoo's modules only, the peer of some benchmarks
    """
    command = [python_env.python(), "-m", "benchmarks.runner", *options.names]
    command += ["--config", databases.odoo.config, "--database", name]
    command += ["--without-addons", without]
    command += ["--scale", options.scale, *(["--json", target] if target else [])]
    child = processes.start(command, env=databases.odoo.environment(), cwd=paths.ROOT)
    try:
        processes.wait(child)
    except BaseException:
        processes.stop(child)
        raise
    return processes.finish(child)
