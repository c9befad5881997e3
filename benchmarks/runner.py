"""Runs benchmarks on the Odoo environment of one database and says whether goals hold.

A benchmark is a file `bench_<subject>.py` in this folder with

* `NAME`: what `./dev bench NAME` calls it,
* `GOAL`: one sentence, what must hold and why,
* `run(env, scale) -> list[dict]`: measures and returns rows; with `WITHOUT_ADDONS = True` in
  the file it is `run(env, scale, without)`, and `without` is the environment of a database
  that has Odoo's modules and none of ours: the peer of what must not become slower.

A row has the keys of :data:`KEYS`: `name` and `unit` of what was measured; `value`, ours;
`limit`, the raw limit (the same work in plain SQL or plain Python) and `peer`, another way
people do it, both measured in the same run on the same data, or None; `goal`, the highest
ratio to `limit` (or to `peer` where there is no limit) that is good enough, or None;
`holds`. Ratios instead of seconds: they mean the same on every machine. A benchmark may
leave `holds` out, then it is computed for "less is better".

`scale` multiplies the volume: 1.0 is what a laptop does in about a minute.
"""

import argparse
import importlib
import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
KEYS = ("name", "value", "unit", "limit", "peer", "goal", "holds")


def discover(folder=FOLDER):
    """Return {NAME: module} of the benchmarks in the folder."""
    found = {}
    for path in sorted(folder.glob("bench_*.py")):
        module = importlib.import_module(f"{__package__}.{path.stem}")
        found[module.NAME] = module
    return found


def best(work, repeat=5, prepare=None):
    """Return the shortest time in milliseconds that `work()` takes.

    :param prepare: called before each turn, not measured
    """
    shortest = float("inf")
    for _turn in range(repeat):
        if prepare:
            prepare()
        start = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - start)
    return shortest * 1000


def complete(row):
    """Return the row with all keys; `holds` is computed where it is left out.

    :raises ValueError: when the row has other keys or no name, value or unit
    """
    unknown = set(row) - set(KEYS)
    missing = {"name", "value", "unit"} - set(row)
    if unknown or missing:
        raise ValueError(f"a row needs {', '.join(KEYS)}; got {', '.join(row)}")
    full = {key: row.get(key) for key in KEYS}
    if full["holds"] is None:
        full["holds"] = holds(full)
    return full


def holds(row):
    """Tell whether value / limit (or value / peer) is at most the goal."""
    base = row["limit"] if row["limit"] is not None else row["peer"]
    if row["goal"] is None or not base:
        return True
    return row["value"] / base <= row["goal"]


def table(rows):
    """Return the rows as a text table."""
    head = ("what", "ours", "limit", "peer", "x limit", "x peer", "goal", "holds")
    lines = [head, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if number == 0 else text.rjust(width)
            for number, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row):
    return (
        row["name"],
        *(_number(row[key], row["unit"]) for key in ("value", "limit", "peer")),
        *(_ratio(row["value"], row[key]) for key in ("limit", "peer")),
        "" if row["goal"] is None else f"{row['goal']:g}",
        "yes" if row["holds"] else "NO",
    )


def _number(value, unit):
    return "" if value is None else f"{value:,.4g} {unit}"


def _ratio(value, base):
    return f"{value / base:.2f}" if base else ""


def measure(env, names, scale, without, write=print):
    """Run the benchmarks `names` (all when empty) and return their complete rows.

    :param without: function that opens the environment without the addons
    """
    rows = []
    found = discover()
    for name in names or found:
        module = found[name]
        write(f"\n{name}: {module.GOAL}")
        peer = [without()] if getattr(module, "WITHOUT_ADDONS", False) else []
        results = [complete(row) for row in module.run(env, scale, *peer)]
        env.cr.rollback()
        env.invalidate_all()
        write(table(results))
        rows += results
    return rows


def parse(arguments):
    """Read the command line of the runner."""
    parser = argparse.ArgumentParser(prog="benchmarks.runner")
    parser.add_argument("--config", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--without-addons", required=True, metavar="DATABASE")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--json", type=Path)
    parser.add_argument("names", nargs="*")
    return parser.parse_args(arguments)


def main(arguments):
    """Open the database, measure, write the JSON; 0 when all goals hold."""
    options = parse(arguments)
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(
        ["-c", options.config, "-d", options.database, "--log-level=warn"],
        setup_logging=True,
    )
    with ExitStack() as stack:

        def opened(database):
            cr = stack.enter_context(Registry(database).cursor())
            stack.callback(cr.rollback)
            return odoo.api.Environment(cr, odoo.SUPERUSER_ID, {})

        rows = measure(
            opened(options.database),
            options.names,
            options.scale,
            lambda: opened(options.without_addons),
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    bad = [row["name"] for row in rows if not row["holds"]]
    print(f"\n{len(rows) - len(bad)} of {len(rows)} goals hold")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
