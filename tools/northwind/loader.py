"""Runs the steps of a load one after the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from odoo.modules.registry import Registry

from .calendar import Calendar, shift_days
from .chain import Chain, Link
from .dataset import Dataset
from .places import Places
from .report import LoadError, Report
from .session import Session
from .steps import (
    appliances,
    company,
    deliveries,
    invoices,
    orders,
    partners,
    people,
    pool,
    products,
    returns,
    story,
    territories,
)

#: What orders are made of.
BASIS = (
    company.load,
    people.load,
    territories.load,
    partners.load,
    products.load,
    appliances.load,
)
#: What each shipped order goes through after its confirmation (see ``chain``).
FOLLOWING = (deliveries.load, invoices.load)
#: What needs the stock as the last delivery has left it.
STORY = (orders.confirm_open, story.load, pool.load, returns.load)


@dataclass
class Load:
    """What every step gets: the rows, the database, the dates and the report."""

    data: Dataset
    session: Session
    calendar: Calendar
    places: Places
    report: Report
    link: Link

    @property
    def env(self):
        """The environment of the load (superuser, company, no mail)."""
        return self.session.env


def remembered_shift(session: Session, wanted: int, report: Report) -> int:
    """Return the days to move dates by: those of the first run, for ever.

    A second run must not put the missing half of a company into another year.
    """
    known = session.parameter("shift_days")
    if not known:
        session.remember("shift_days", str(wanted))
        session.commit()
        return wanted
    if int(known) != wanted:
        report.say(f"dates stay moved by {known} days, as in the first run")
    return int(known)


def run(
    data: Dataset,
    registry: Registry,
    until: date | None,
    report: Report,
    passwords: bool = False,
) -> None:
    """Load everything that is not in the database yet.

    :param passwords: let the people of the company log in, see ``people.let_in``
    """
    if not data.orders:
        raise LoadError("No order can be loaded: see the rows above.")
    following = [partial(_follow, step, data, registry, report) for step in FOLLOWING]
    with Chain(following) as chain, registry.cursor() as cursor:
        session = Session(cursor)
        shift = remembered_shift(session, shift_days(data.last_day, until), report)
        load = _prepare(data, session, shift, report, chain.link)
        _take(BASIS, load)
        _take([orders.load], load)
        chain.link.tell(more=False)
        if passwords:
            _take([people.let_in], load)
        chain.wait()
        session.refresh()
        _take(STORY, load)


def _follow(step, data, registry: Registry, report: Report, link: Link) -> None:
    """Take a step that follows the orders, in a process of its own."""
    link.wait()
    with registry.cursor() as cursor:
        session = Session(cursor, step=True)
        shift = int(session.parameter("shift_days"))
        _take([step], _prepare(data, session, shift, report, link))


def _prepare(data, session: Session, shift: int, report: Report, link: Link) -> Load:
    places = Places(session.env)
    return Load(data, session, Calendar(shift), places, report, link)


def _take(steps: Iterable, load: Load) -> None:
    for step in steps:
        step(load)
        load.session.commit()
        load.env.invalidate_all()
