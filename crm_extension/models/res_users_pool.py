from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

MANAGER = "sales_team.group_sale_manager"


class ResUsers(models.Model):
    """What somebody may take out of pools, and keep."""

    _inherit = "res.users"

    def _pools(self):
        """The active pools of which the person is a member, whoever asks."""
        self.ensure_one()
        pools = self.env["crm.pool"].sudo()
        members = pools._members_sql(SQL("pool.id"), SQL("pool.company_id"))
        rows = self.env.execute_query(
            SQL(
                """SELECT pool.id FROM crm_pool pool
                    WHERE pool.active AND %s IN (%s) ORDER BY pool.sequence, pool.id""",
                self.id,
                members,
                to_flush=(pools._fields["active"], pools._fields["company_id"]),
            )
        )
        return pools.browse(row[0] for row in rows)

    def _pool_strictest(self, limit, zero_is_free=False):
        """The pool of the person with the lowest limit, empty without one.

        :param limit: name of a field of ``crm.pool``
        :param zero_is_free: whether 0 stands for any number
        """
        pools = self._pools()
        if zero_is_free:
            pools = pools.filtered(limit)
        return pools.sorted(limit)[:1]

    def _pool_check_owned(self, more=0):
        """Refuse when people look after more customers than their pools allow.

        Sales administrators may give anybody any number.

        :param more: how many are about to come
        """
        if not self.env["crm.pool"]._is_owned_limited():
            return
        if not more and (self.env.su or self.env.user.has_group(MANAGER)):
            return
        for user in self.sudo():
            pool = user._pool_strictest("owned_limit", zero_is_free=True)
            if not pool:
                continue
            owned = user._pool_owned(pool)
            if owned + more > pool.owned_limit:
                raise UserError(
                    self.env._(
                        "%(user)s looks after %(owned)s customers, the limit of the "
                        "pool “%(pool)s” is %(limit)s. Give some away first.",
                        user=user.name,
                        owned=owned if more else owned - 1,
                        pool=pool.name,
                        limit=pool.owned_limit,
                    )
                )

    def _pool_owned(self, pool):
        """How many customers count for the limit of a pool."""
        self.ensure_one()
        partners = self.env["res.partner"]._fields
        free = SQL("TRUE")
        if pool.owned_without_deals:
            free = SQL(
                "p.id NOT IN (%s)",
                self.env["crm.pool.fact"]._stay_deal(
                    SQL("SELECT id FROM res_partner WHERE user_id = %s", self.id),
                    pool.company_id.id,
                ),
            )
        [[count]] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FROM res_partner p
                    WHERE p.user_id = %s AND p.active AND p.partner_share
                      AND p.id = p.commercial_partner_id AND %s""",
                self.id,
                free,
                to_flush=[
                    partners[name]
                    for name in (
                        *("user_id", "active", "partner_share"),
                        "commercial_partner_id",
                    )
                ],
            )
        )
        return count

    def _pool_send_warning(self, customers):
        """One message in the person's language: which customers fall, when and why."""
        self.ensure_one()
        reader = self.with_context(lang=self.lang, tz=self.tz)
        customers = customers.with_env(reader.env)
        told = reader.env["crm.pool.clock"]._explain(customers)
        lines = Markup().join(
            Markup('<li><a href="%s">%s</a><br/>%s</li>')
            % (f"/odoo/customer-360/{c.id}", c.name, told[c.id]["text"])
            for c in customers
            if c.id in told
        )
        _ = reader.env._
        title = _("Soon in the pool: %(count)s of your customers", count=len(customers))
        body = _("A contact, or a follow-up that is planned, keeps them with you.")
        reader.env["mail.thread"].message_notify(
            partner_ids=self.partner_id.ids,
            subject=title,
            body=Markup("<p>%s</p><ul>%s</ul>") % (body, lines),
            force_send=False,
        )
