"""Runs the steps of a load one after the other."""

from dataclasses import dataclass
from datetime import date

from .calendar import Calendar, shift_days
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
    products,
    returns,
    story,
    territories,
)

STEPS = (
    company.load,
    people.load,
    territories.load,
    partners.load,
    products.load,
    appliances.load,
    orders.load,
    deliveries.load,
    invoices.load,
    orders.confirm_open,
    story.load,
    returns.load,
)


@dataclass
class Load:
    """What every step gets: the rows, the database, the dates and the report."""

    data: Dataset
    session: Session
    calendar: Calendar
    places: Places
    report: Report

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


def run(data: Dataset, session: Session, until: date | None, report: Report) -> None:
    """Load everything that is not in the database yet."""
    if not data.orders:
        raise LoadError("No order can be loaded: see the rows above.")
    shift = remembered_shift(session, shift_days(data.last_day, until), report)
    load = Load(data, session, Calendar(shift), Places(session.env), report)
    for step in STEPS:
        step(load)
        session.commit()
        session.env.invalidate_all()
