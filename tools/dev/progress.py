"""What a person sees while they wait: steps, sizes and seconds."""

import sys
import time
from typing import ClassVar

MEGABYTE = 1024 * 1024
QUIET_SECONDS = 15


def size(count):
    """Return a byte count as people read it: `117 MB`."""
    if count < 10 * 1024:
        return f"{count} B"
    if count < 10 * MEGABYTE:
        return f"{count / MEGABYTE:.1f} MB"
    if count < 10 * 1024 * MEGABYTE:
        return f"{count / MEGABYTE:.0f} MB"
    return f"{count / MEGABYTE / 1024:.1f} GB"


def say(text="", stream=None):
    """Print one line at once, also into a pipe."""
    print(text, file=stream or sys.stdout, flush=True)


class Step:
    """One piece of work: its name, a moving line while it runs, its seconds at the end.

    On a terminal the line moves; in a log a line is printed every 15 seconds, so that
    nobody thinks it hangs.
    """

    #: The steps that run now; only the newest moves the line of a terminal.
    running: ClassVar[list] = []

    def __init__(self, name):
        self.name = name
        self.start = self.last = time.monotonic()
        self.terminal = sys.stdout.isatty()

    @property
    def seconds(self):
        """Seconds since the step began."""
        return time.monotonic() - self.start

    def __enter__(self):
        self.running.append(self)
        self.show("")
        return self

    def show(self, text):
        """Show how far the step is; `text` is free, e.g. `40 MB of 117 MB`."""
        now = time.monotonic()
        line = f"  {self.name} ... {text} {self.seconds:.0f} s"
        if self.terminal:
            if self.running[-1:] == [self]:
                sys.stdout.write(f"\r\x1b[K{line}")
                sys.stdout.flush()
        elif now - self.last >= QUIET_SECONDS:
            self.last = now
            say(line)

    def __exit__(self, kind, value, trace):
        self.running.remove(self)
        if self.terminal:
            sys.stdout.write("\r\x1b[K")
        mark = "ok" if kind is None else "--"
        say(f"{mark:>4} {self.name} ({self.seconds:.1f} s)")
        return False
