"""Let Odoo believe that it is another day.

Confirming, delivering and posting write "now" into many places: transfers, stock
moves, warranties, the customer's history.  Instead of correcting those dates
afterwards, and missing the ones that another addon has added, the loader replays
the past: while a batch of one day is handled, Odoo's own clock shows that day.
Only ``fields.Datetime.now`` and the day functions are replaced; ``create_date`` and
``write_date`` of the ORM keep the real time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from odoo import fields


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let ``fields.Datetime.now()`` and ``fields.Date.today()`` show `moment`."""
    context_today = fields.Date.context_today
    with (
        patch.object(fields.Datetime, "now", staticmethod(lambda *_args: moment)),
        patch.object(fields.Date, "today", staticmethod(lambda *_args: moment.date())),
        patch.object(
            fields.Date,
            "context_today",
            staticmethod(
                lambda record, timestamp=None: context_today(
                    record, timestamp or moment
                )
            ),
        ),
    ):
        yield
