from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac

SCOPE = "crm_rma.visitor"
KEPT_HOURS = 24
# What a visitor may do within so many minutes: kind -> (times, minutes). Pages that are
# there are not counted.
LIMITS = {
    "missed": (30, 10),
    "changed": (40, 10),
    "asked": (20, 10),
}


class CrmVisitorHit(models.Model):
    """How often a visitor of the public pages tried something.

    In the database, so that all workers count together; one row per try, so that two
    tries never wait for each other; none once the limit is reached, so that a flood
    cannot fill the table. Of tries at the same moment no more pass than may: each is
    written first and counted then, so every one sees those that were written before.
    Addresses are kept as hashes only, and for a day.
    """

    _name = "crm.visitor.hit"
    _description = "Try of a Visitor"
    _log_access = False
    _order = "id desc"

    key = fields.Char(required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)

    _key_idx = models.Index("(key, date)")

    @api.model
    @api.private
    def _take(self, kind, visitors):
        """Count one try of a kind.

        In a transaction of its own: a try counts even when the request fails.

        :param kind: a key of ``LIMITS``
        :param visitors: texts that say who it is: address, token, account
        :return: False when one of them has reached the limit
        """
        times, minutes = LIMITS[kind]
        secret = self.env(su=True)
        keys = [hmac(secret, SCOPE, (kind, visitor)) for visitor in visitors]
        now = fields.Datetime.now()
        since = now - timedelta(minutes=minutes)
        with self.env.registry.cursor() as cr:
            if self._most(cr, keys, since) >= times:
                return False
            cr.execute(
                SQL(
                    "INSERT INTO crm_visitor_hit (key, date) VALUES %s",
                    SQL(", ").join(SQL("(%s, %s)", key, now) for key in keys),
                )
            )
        with self.env.registry.cursor() as cr:
            return self._most(cr, keys, since) <= times

    def _most(self, cr, keys, since):
        """How many tries the busiest of ``keys`` has made since a moment."""
        cr.execute(
            SQL(
                """SELECT count(*) FROM crm_visitor_hit
                    WHERE key IN %s AND date > %s
                    GROUP BY key ORDER BY count(*) DESC LIMIT 1""",
                tuple(keys),
                since,
            )
        )
        return next(iter(cr.fetchone() or ()), 0)

    @api.autovacuum
    def _gc_hits(self):
        limit = fields.Datetime.now() - timedelta(hours=KEPT_HOURS)
        self.env.cr.execute(SQL("DELETE FROM crm_visitor_hit WHERE date < %s", limit))
