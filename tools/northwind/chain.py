"""Steps that follow each other through the orders, each in a process of its own.

Orders, deliveries and invoices are nine tenths of a load, and an invoice waits for
nothing but the delivery of its own order.  So these steps run at the same time, each
a batch behind the one before, on as many processor cores as there are::

    orders      [1] [2] [3]
    deliveries      [1] [2] [3]
    invoices            [1] [2] [3]

How it works: the loader forks once for each step that follows, before it has opened
a connection.  A pipe leads from each step to the next.  What goes through it says no
more than "look again": what there is to do every step reads from the database, so a
killed load goes on as before.  A step whose pipe breaks (the one before was killed)
ends by itself.
"""

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

from odoo import sql_db

from .report import LoadError, sentence

FORK = multiprocessing.get_context("fork")
SECONDS = 10


class Link:
    """What a step knows of the steps before and after it; alone it knows nothing."""

    def __init__(
        self, before: Connection | None = None, after: Connection | None = None
    ):
        self.before = before
        self.after = after
        #: Whether all that the step before has to do is in the database.
        self.over = before is None

    def wait(self) -> None:
        """Wait until the step before has done more, or is over.

        :raises EOFError: when it ended early
        """
        self.over = not self.before.recv()
        while not self.over and self.before.poll():
            self.over = not self.before.recv()

    def tell(self, more: bool = True) -> None:
        """Say that a batch is in the database, or that it was the last one."""
        if self.after:
            # a step that is gone says itself what happened
            with suppress(BrokenPipeError):
                self.after.send(more)


class Chain:
    """The processes of the steps that follow the first one, which is the caller's.

    :param steps: functions of a :class:`Link`, in their order
    """

    def __init__(self, steps: Sequence[Callable[[Link], None]]):
        # a connection must have one owner: none may be open while the process forks
        sql_db.close_all()
        self.running: list[tuple[multiprocessing.Process, Connection]] = []
        after = None
        for step in reversed(steps):
            after = self._start(step, after)
        self.link = Link(after=after)

    def _start(self, step, after: Connection | None) -> Connection:
        """Start a step; return the end of the pipe through which it is told news.

        Each end of a pipe is kept by one process alone, so that it breaks with it.
        """
        reader, writer = FORK.Pipe(duplex=False)
        failure, outcome = FORK.Pipe(duplex=False)
        process = FORK.Process(
            target=_follow, args=(step, Link(reader, after), outcome, writer)
        )
        process.start()
        for end in filter(None, (reader, after, outcome)):
            end.close()
        self.running.append((process, failure))
        return writer

    def __enter__(self) -> "Chain":
        return self

    def __exit__(self, kind, value, trace) -> None:
        """Leave no process: one that still works here is stopped in its batch."""
        for process, _failure in self.running:
            if process.is_alive():
                process.terminate()
            process.join(SECONDS)

    def wait(self) -> None:
        """Wait until all steps are over.

        :raises LoadError: with the sentence of the step that failed
        """
        for process, failure in reversed(self.running):
            process.join()
            if process.exitcode:
                raise _failed(failure)


def _failed(failure: Connection) -> LoadError:
    """Return the error of a step that has ended before its time."""
    try:
        reason, trace = failure.recv()
    except EOFError:
        return LoadError("A step of the load was killed; run it again to go on.")
    error = LoadError(reason)
    error.__cause__ = RuntimeError(trace)
    return error


def _follow(step, link: Link, outcome: Connection, writer: Connection) -> None:
    """Run a step in its process; what goes wrong goes back to the first one."""
    writer.close()
    try:
        step(link)
        link.tell(more=False)
    except (EOFError, KeyboardInterrupt):
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001 one sentence, whatever happened
        outcome.send((sentence(error), traceback.format_exc()))
        raise SystemExit(1) from None
