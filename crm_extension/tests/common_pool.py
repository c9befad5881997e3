"""A pool and its rules for the tests of the public pool.

``pool``     the pool of the team North (``seller`` and ``mate``), masked until claimed
``rule``     no real contact for 30 days, in force for long
``today``    11 June 2025, a Wednesday, 10:00 UTC

The customers of the base class came to their salespeople 100 days ago.
"""

from contextlib import contextmanager
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from .common import CrmExtensionCommon

NOW = datetime(2025, 6, 11, 10)
TODAY = NOW.date()
DAY = timedelta(days=1)


def day(count: int) -> date:
    """A day counted from today: 3 in three days, -3 three days ago."""
    return TODAY + count * DAY


class PoolCommon(CrmExtensionCommon):
    """A team with a pool and one rule, on a frozen day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.company.partner_id.tz = "UTC"
        cls.level_a = cls.env.ref("crm_extension.crm_customer_level_a")
        cls.pool = cls.make_pool("North", cls.team)
        cls.rule = cls.make_rule()
        cls.set_assigned(cls.customer, 100)

    @classmethod
    def make_pool(cls, name, teams=None, **vals):
        """A pool without rules."""
        return cls.env["crm.pool"].create(
            {
                "name": name,
                "team_ids": [Command.set(teams.ids if teams else [])],
                "rule_ids": [],
                "keep_plan": True,
                "protection_days": 5,
                **vals,
            }
        )

    @classmethod
    def make_rule(cls, pool=None, levels=None, **vals):
        """A rule that has been in force for long."""
        return cls.env["crm.pool.rule"].create(
            {
                "pool_id": (pool or cls.pool).id,
                "fact": "contact",
                "period": 30,
                "state": "active",
                "valid_from": "2020-01-01",
                "level_ids": [
                    Command.create({"level_id": level.id, "period": period})
                    for level, period in (levels or {}).items()
                ],
                **vals,
            }
        )

    @classmethod
    def set_assigned(cls, customers, days):
        """Let customers have come to their salesperson some days ago."""
        customers.flush_recordset()
        cls.env.cr.execute(
            "UPDATE res_partner SET user_assigned_date = %s, create_date = %s"
            " WHERE id IN %s",
            (NOW - days * DAY, NOW - days * DAY, tuple(customers.ids)),
        )
        customers.invalidate_recordset()

    @classmethod
    def set_created(cls, record, days):
        """Let a record have been made some days ago."""
        record.flush_recordset()
        cls.env.cr.execute(
            SQL(
                "UPDATE %s SET create_date = %s WHERE id = %s",
                SQL.identifier(record._table),
                NOW - days * DAY,
                record.id,
            )
        )
        record.invalidate_recordset()

    @contextmanager
    def refused(self, *words, error=UserError):
        """The block is refused with a sentence that holds the words, and nothing of
        it stays."""
        with self.assertRaises(error) as caught:
            yield
        for word in words:
            self.assertIn(word, str(caught.exception))

    def due(self, customer=None):
        """The last day of a customer, read anew."""
        customer = customer or self.customer
        self.env.flush_all()
        customer.invalidate_recordset()
        return customer.pool_due_date

    def words(self, customer=None, user=None, lang="en_US"):
        """The clock in words, read anew."""
        customer = (customer or self.customer).with_user(user or self.seller)
        self.env.flush_all()
        customer.invalidate_recordset()
        return customer.with_context(lang=lang).pool_clock
