"""`./dev features`: each row of the product list, its tests and its state."""

from collections import Counter

from .. import features
from ..errors import EXIT_USAGE, DevError
from ..progress import say


def add_arguments(parser):
    """Describe the options of `./dev features`."""
    parser.add_argument(
        "codes", nargs="*", metavar="CODE", help="only these rows, e.g. X01 R13"
    )
    parser.add_argument(
        "--tests", action="store_true", help="name the tests of each row"
    )


def main(options):
    """Print the list and how many rows are proven, begun, open."""
    rows = features.collect()
    wanted = {code.upper() for code in options.codes}
    unknown = wanted - {row.code for row in rows}
    if unknown:
        raise DevError(
            f"There is no row {', '.join(sorted(unknown))} in docs/features.csv.",
            code=EXIT_USAGE,
        )
    shown = [row for row in rows if not wanted or row.code in wanted]
    for row in shown:
        say(f"{row.code}  {row.state:<19} {row.title} ({row.chinese})")
        for name in row.tests if options.tests or wanted else ():
            say(f"       {name}")
    words = Counter(row.word for row in shown)
    counts = ", ".join(f"{words[word]} {word}" for word in ("proven", "begun", "open"))
    say(f"\n{len(shown)} rows: {counts}")
    return 0
