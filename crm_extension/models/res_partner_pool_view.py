from odoo import fields, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Opening customers in a pool, as many a day as the pool allows."""

    _inherit = "res.partner"

    def action_open_customer_360(self):
        """Opening from a list is a view that counts."""
        self._pool_view()
        return super().action_open_customer_360()

    def action_pool_view(self):
        """Show the history, and what the pool keeps masked until somebody looks."""
        self.ensure_one()
        self._pool_view()

    def _pool_may_view(self):
        """Whether there is something to show that the user has not opened today."""
        self.ensure_one()
        return self.can_claim and self._pool_counts_views() and not self._pool_viewed()

    def _pool_counts_views(self):
        pool = self.sudo().pool_id
        limited = pool.view_limit or pool.data_mode == "viewed"
        return bool(limited) and not pool.with_env(self.env)._has_manager()

    def _pool_viewed(self):
        views = self.env["crm.pool.view"].sudo()
        return bool(
            views.search_count(
                [
                    ("user_id", "=", self.env.uid),
                    ("partner_id", "=", self.id),
                    ("day", ">=", fields.Date.context_today(self)),
                ],
                limit=1,
            )
        )

    def _pool_view(self):
        """Count that the user opens the customer, once a day.

        :raises UserError: when the views of this day are used up
        """
        customer = self.commercial_partner_id
        if len(customer) != 1 or not customer.can_claim:
            return
        if not customer._pool_counts_views() or customer._pool_viewed():
            return
        customer.check_access("read")
        pool = customer.sudo().pool_id
        seen = self.env["crm.pool.usage"]._take(self.env.user, pool, "views", 1)
        if pool.view_limit and seen > pool.view_limit:
            raise UserError(
                self.env._(
                    "You have opened %(limit)s customers of the pool “%(pool)s” today, "
                    "the limit. Go on tomorrow.",
                    limit=pool.view_limit,
                    pool=pool.name,
                )
            )
        self.env["crm.pool.view"].sudo().create(
            {
                "user_id": self.env.uid,
                "partner_id": customer.id,
                "day": fields.Date.context_today(self),
            }
        )
        self.env.invalidate_all()
