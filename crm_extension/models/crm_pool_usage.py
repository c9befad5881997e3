from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

KEPT_DAYS = 30
COUNTERS = ("claims", "views")


class CrmPoolUsage(models.Model):
    """How much somebody took out of a pool on one day.

    One row for each person, pool and day. Two requests of one person at once change one
    row: PostgreSQL lets one of the transactions start again, which then sees what the
    other one took. So limits hold whatever is clicked at the same moment.
    """

    _name = "crm.pool.usage"
    _description = "Use of a Pool on a Day"
    _log_access = False
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    pool_id = fields.Many2one("crm.pool", ondelete="cascade", index="btree_not_null")
    day = fields.Date(required=True, index=True)
    claims = fields.Integer()
    views = fields.Integer()

    _day_uniq = models.UniqueIndex("(user_id, COALESCE(pool_id, 0), day)")

    @api.model
    @api.private
    def _take(self, user, pool, counter, count):
        """Count what somebody takes today.

        :param user: ``res.users``
        :param pool: ``crm.pool``, empty for leads
        :param counter: ``"claims"`` or ``"views"``
        :return: how many it are today, these included
        """
        day = pool._today() if pool else fields.Date.context_today(self)
        name = SQL.identifier(counter)
        [[total]] = self.env.execute_query(
            SQL(
                """INSERT INTO crm_pool_usage AS u (user_id, pool_id, day, %(name)s)
                   VALUES (%(user)s, %(pool)s, %(day)s, %(count)s)
              ON CONFLICT (user_id, (COALESCE(pool_id, 0)), day) DO UPDATE
                      SET %(name)s = COALESCE(u.%(name)s, 0) + EXCLUDED.%(name)s
                RETURNING %(name)s""",
                name=name,
                user=user.id,
                pool=pool.id or None,
                day=day,
                count=count,
            )
        )
        return total

    @api.autovacuum
    def _gc_usage(self):
        limit = fields.Date.today() - timedelta(days=KEPT_DAYS)
        self.env.cr.execute(SQL("DELETE FROM crm_pool_usage WHERE day < %s", limit))


class CrmPoolView(models.Model):
    """Which customer of a pool somebody opened on which day."""

    _name = "crm.pool.view"
    _description = "Opened Customer of a Pool"
    _log_access = False
    _order = "id desc"
    _rec_name = "partner_id"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )
    day = fields.Date(required=True)

    _user_idx = models.Index("(user_id, day, partner_id)")

    @api.autovacuum
    def _gc_views(self):
        limit = fields.Date.today() - timedelta(days=KEPT_DAYS)
        self.env.cr.execute(SQL("DELETE FROM crm_pool_view WHERE day < %s", limit))
