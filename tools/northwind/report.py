"""What the loader says: progress, problems by file and line, remarks."""

import csv
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path

#: Characters of an error of Odoo that are shown; some of them carry a whole cache.
MAX_REASON = 300


class LoadError(Exception):
    """The load cannot go on; the message is one clear sentence."""


def sentence(error: BaseException) -> str:
    """Return why the load stops, whatever went wrong, in one sentence."""
    if isinstance(error, LoadError):
        return str(error)
    reason = " ".join(str(error).split()) or type(error).__name__
    reason = textwrap.shorten(reason, MAX_REASON, placeholder=" …")
    return f"The load stopped: {reason} (--traceback shows where)."


@dataclass(frozen=True)
class Entry:
    """A place in a file and what is to be said about it."""

    file: str
    line: int
    text: str
    #: Raw fields of the row, so that what depends on it can wait.
    raw: dict[str, str] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class Report:
    """Collects entries and prints progress.

    A *problem* is a row that was left out; a *remark* is a row that was loaded but
    deserves a look (a phone number kept as typed).
    """

    def __init__(self, quiet: bool = False):
        self.quiet = quiet
        self.problems: list[Entry] = []
        self.remarks: list[Entry] = []
        self.started = time.monotonic()

    def problem(
        self, file: str, line: int, text: str, raw: dict[str, str] | None = None
    ) -> None:
        """Report a row that is left out."""
        self.problems.append(Entry(file, line, text, raw or {}))

    def remark(self, file: str, line: int, text: str) -> None:
        """Report a row that is loaded with a reservation."""
        self.remarks.append(Entry(file, line, text))

    def progress(self, subject: str, done: int, total: int, note: str = "") -> None:
        """Print one line: seconds, subject, how many of how many."""
        if not self.quiet:
            seconds = time.monotonic() - self.started
            text = f"{seconds:6.1f} s  {subject:<22} {done:>5} of {total:<5} {note}"
            print(text.rstrip(), flush=True)

    def say(self, text: str) -> None:
        """Print one free line."""
        if not self.quiet:
            print(text, flush=True)

    def print_problems(self) -> None:
        """Print each row that was left out, in the order of the files."""
        for entry in sorted(self.problems, key=lambda e: (e.file, e.line)):
            print(f"left out: {entry}", flush=True)

    def save(self, path: Path) -> None:
        """Write all problems and remarks to a CSV file."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["Kind", "File", "Line", "Text"])
            for kind, entries in (
                ("problem", self.problems),
                ("remark", self.remarks),
            ):
                writer.writerows((kind, e.file, e.line, e.text) for e in entries)
