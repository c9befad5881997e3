"""The product list against the tests: which rows are open, begun, proven.

A row is *begun* when tests carry its code; it is *proven* only when somebody has also
read every word of it and set `whole` in `docs/features.csv`. Without tests it is open.

A test carries a code when the code stands in its name, its docstring, or the docstring of
its class (`X01`, `R13`, `A02`).
"""

import ast
import csv
import re
from dataclasses import dataclass, field

from . import paths

CODE = re.compile(r"(?<![A-Za-z0-9])([XRA]\d\d)(?!\d)")
LIST = paths.ROOT / "docs" / "features.csv"


@dataclass
class Feature:
    """One row of the list and the tests that prove it."""

    code: str
    title: str
    chinese: str
    whole: bool = False
    tests: list = field(default_factory=list)

    @property
    def state(self):
        """Return `proven (3 tests)`, `begun (1 test)` or `open`."""
        count = len(self.tests)
        if not count:
            return "open"
        return f"{self.word} ({count} test{'s' * (count != 1)})"

    @property
    def word(self):
        """Return `proven`, `begun` or `open`."""
        if not self.tests:
            return "open"
        return "proven" if self.whole else "begun"


def read(path=LIST):
    """Return the features in the order of the list."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Feature(row["code"], row["feature"], row["chinese"], row["whole"] == "yes")
            for row in csv.DictReader(stream)
        ]


def codes(*texts):
    """Return the codes in the texts; in a name they may stand between underscores."""
    return set(CODE.findall(" ".join(filter(None, texts)).replace("_", " ")))


def tests_of(source):
    """Yield (name of a test, its codes) of a test file's source."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            shared = codes(node.name, ast.get_docstring(node))
            for child in node.body:
                if _is_test(child):
                    yield f"{node.name}.{child.name}", shared | _own(child)
        elif _is_test(node):
            yield node.name, _own(node)


def _is_test(node):
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test")


def _own(node):
    return codes(node.name.upper()) | codes(ast.get_docstring(node))


def test_files(root=paths.ROOT):
    """Return the files that hold tests."""
    folders = [root / "tests", *(root / addon for addon in paths.ADDONS)]
    return sorted(path for folder in folders for path in folder.rglob("test_*.py"))


def collect(root=paths.ROOT, features=None):
    """Return the features with the tests that prove them."""
    features = read() if features is None else features
    by_code = {feature.code: feature for feature in features}
    for path in test_files(root):
        for name, found in tests_of(path.read_text(encoding="utf-8")):
            for code in sorted(found & by_code.keys()):
                by_code[code].tests.append(f"{path.relative_to(root)}::{name}")
    return features
