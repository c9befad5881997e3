"""The walk over the shipped orders that deliveries and invoices have in common."""

from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import takewhile

from ..session import batches

#: How far an order is with a step: it cannot be taken yet, it can, it has been.
WAITS, READY, DONE = "waits", "ready", "done"


def each_batch(load, name: str, state: Callable, handle: Callable) -> None:
    """Give ``handle`` the shipped orders that still miss something, day by day.

    A batch is one transaction: after a crash an order has all of this step or nothing.
    While the step before is at work the walk stops at the first order that waits for
    it, so that the days keep their order; in the end what still waits is left as it
    is (an order that somebody has cancelled, for one).

    :param name: word for the progress lines
    :param state: tells by its ``sale.order`` how far an order is
    :param handle: takes ``load`` and one batch of orders of the files
    """
    orders = [order for order in load.data.orders if order.shipped]
    waiting = deque(sorted(orders, key=lambda order: (order.shipped, order.code)))
    while True:
        ready = _ready(load, waiting, state)
        done = len(orders) - len(waiting) - len(ready)
        for batch in batches(ready):
            load.session.batch(partial(handle, load, batch))
            load.link.tell()
            done += len(batch)
            load.report.progress(name, done, len(orders))
        if load.link.over:
            break
        load.link.wait()
        load.session.refresh()


def _ready(load, waiting: deque, state: Callable) -> list:
    """Take from the queue what is done and return what can be handled now."""
    session = load.session
    known = list(takewhile(lambda order: session.has("order", order.code), waiting))
    records = session.get("sale.order", "order", [order.code for order in known])
    ready = []
    for order, record in zip(known, records, strict=True):
        found = state(record)
        if found == WAITS and not load.link.over:
            break
        waiting.popleft()
        if found == READY:
            ready.append(order)
    return ready
