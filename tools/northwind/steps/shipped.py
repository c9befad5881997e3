"""The walk over the shipped orders that deliveries and invoices have in common."""

from collections.abc import Callable

from ..session import batches


def each_batch(load, name: str, is_missing: Callable, handle: Callable) -> None:
    """Give ``handle`` the shipped orders that still miss something, day by day.

    A batch is one transaction: after a crash an order has all of this step or nothing.

    :param name: word for the progress lines
    :param is_missing: tells by its ``sale.order`` whether an order is still to be done
    :param handle: takes ``load`` and one batch of orders of the files
    """
    session = load.session
    shipped = sorted(
        (order for order in load.data.orders if order.shipped),
        key=lambda order: (order.shipped, order.code),
    )
    records = session.get("sale.order", "order", [order.code for order in shipped])
    missing = [
        order
        for order, record in zip(shipped, records, strict=True)
        if is_missing(record)
    ]
    done = len(shipped) - len(missing)
    for batch in batches(missing):
        handle(load, batch)
        session.commit()
        done += len(batch)
        load.report.progress(name, done, len(shipped))
