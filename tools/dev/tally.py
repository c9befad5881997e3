"""Counting tests: what passed, failed and was skipped, and why."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

SETUP = re.compile(r"^(?:setUpClass|tearDownClass) \((.+)\)$")


@dataclass
class Tally:
    """The result of one job; `report` is what a person should read of it."""

    passed: int = 0
    failures: list = field(default_factory=list)
    skips: list = field(default_factory=list)
    report: str = field(default="", compare=False)

    @property
    def failed(self):
        """How many failed."""
        return len(self.failures)

    @property
    def skipped(self):
        """How many were skipped."""
        return len(self.skips)

    def __add__(self, other):
        return Tally(
            self.passed + other.passed,
            self.failures + other.failures,
            self.skips + other.skips,
        )

    def line(self):
        """Return the closing line: `12 passed, 0 failed, 1 skipped`."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


class OdooLog:
    """Reads the tests out of Odoo's log, one line at a time.

    A test counts once, however many of its subtests fail.
    """

    def __init__(self, step=None):
        self.step = step
        self.started = {}
        self.failed = {}
        self.skipped = {}
        self.finished = False

    def read(self, level, logger, text):
        """Take the parsed line of a log."""
        if (
            logger == "odoo.tests.result"
            and "of" in text
            and "tests when loading" in text
        ):
            self.finished = True
        elif level == "INFO" and text.startswith("Starting ") and text.endswith(" ..."):
            self.started[self._key(logger, text[9:-4])] = True
            if self.step:
                self.step.show(f"{len(self.started)} tests, {len(self.failed)} failed")
        elif level == "INFO" and text.startswith("skipped ") and " : " in text:
            name, reason = text[8:].split(" : ", 1)
            self.skipped[self._key(logger, name)] = reason
        elif level == "ERROR" and text.startswith(("FAIL: ", "ERROR: ")):
            self.failed[self._key(logger, text.split(": ", 1)[1])] = True

    @staticmethod
    def _key(logger, name):
        if found := SETUP.match(name):
            return f"{found.group(1)} (whole class)"
        if name.startswith("Subtest "):
            name = name.split()[1]
        module = logger.removeprefix("odoo.addons.").replace(".tests.", "/")
        return f"{module}: {name}"

    def tally(self):
        """Return the result of all that was read."""
        skips = [
            f"{key}: {why}"
            for key, why in self.skipped.items()
            if key not in self.failed
        ]
        bad = set(self.failed) | set(self.skipped)
        passed = sum(key not in bad for key in self.started)
        return Tally(passed, list(self.failed), skips)


def from_junit(path):
    """Return the result that pytest wrote as JUnit XML."""
    tally = Tally()
    for case in ElementTree.parse(path).iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        kinds = {child.tag: child for child in case}
        if "failure" in kinds or "error" in kinds:
            if name not in tally.failures:
                tally.failures.append(name)
        elif "skipped" in kinds:
            tally.skips.append(f"{name}: {kinds['skipped'].get('message', '')}")
        else:
            tally.passed += 1
    return tally


LINT = re.compile(r"^(\w+)\s+(ok|failed|skipped)\s+[\d.]+ s\s*(.*)$")


def from_lint(text):
    """Return the result of the lines with which `tools/dev/lint.py` sums up."""
    tally = Tally()
    for line in text.splitlines():
        if found := LINT.match(line):
            name, state, detail = found.groups()
            if state == "ok":
                tally.passed += 1
            else:
                target = tally.failures if state == "failed" else tally.skips
                target.append(f"lint {name}: {detail}")
    return tally
