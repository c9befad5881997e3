"""Jobs side by side, as many at a time as this machine has processor cores."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, NamedTuple

from . import processes


class Job(NamedTuple):
    """One piece of work, done by programs that it starts and waits for."""

    name: str
    work: Callable[[], Any]


class Done(NamedTuple):
    """What came of a job, and after how many seconds."""

    name: str
    seconds: float
    result: Any


def cores():
    """Return how many processor cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def side_by_side(jobs, lanes):
    """Do the jobs in `lanes` lanes and yield each :class:`Done` as soon as it is there.

    A lane that is free takes the next job of the list, so the longest belong to the front.
    Whoever stops listening, or Ctrl-C, ends what still runs.
    """
    with ThreadPoolExecutor(lanes) as pool:
        running = [pool.submit(_timed, job) for job in jobs]
        try:
            for future in as_completed(running):
                yield future.result()
        finally:
            if not all(future.done() for future in running):
                pool.shutdown(wait=False, cancel_futures=True)
                processes.stop_all()


def _timed(job):
    start = time.monotonic()
    result = job.work()
    return Done(job.name, time.monotonic() - start, result)
