from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

# Modes of a pool in which its members do not see everything at once
MASKED_MODES = ("viewed", "claimed")


class ResUsers(models.Model):
    _inherit = "res.users"

    @tools.ormcache("self.id")
    def _crm_masked_relations(self):
        """Customers of pools that mask are masked, whatever the companies say of those
        of colleagues."""
        relations = super()._crm_masked_relations()
        limited = self.has_group(
            "sales_team.group_sale_salesman"
        ) and not self.has_group("sales_team.group_sale_salesman_all_leads")
        masks = limited and self.env["res.partner"]._crm_is_pool_masking_used()
        return (*relations, "pool") if masks else relations


class ResPartner(models.Model):
    """What people see of customers in a pool before they claim them."""

    _inherit = "res.partner"

    @api.model
    @tools.ormcache()
    def _crm_is_pool_masking_used(self):
        pools = self.env["crm.pool"].sudo()
        return bool(pools.search_count([("data_mode", "in", MASKED_MODES)], limit=1))

    @api.model
    @tools.ormcache()
    def _crm_is_masking_used(self):
        return super()._crm_is_masking_used() or self._crm_is_pool_masking_used()

    @api.model
    def _crm_pooled_sql(self, customer):
        """Customers in a pool that masks, for all but its managers; in the mode
        ``viewed`` a member sees those that he opened today."""
        if not self._crm_is_pool_masking_used():
            return super()._crm_pooled_sql(customer)
        return SQL(
            """EXISTS (
                SELECT FROM res_partner pooled
                  JOIN crm_pool pool ON pool.id = pooled.pool_id
                 WHERE pooled.id = %(customer)s AND pool.data_mode IN %(modes)s
                   AND NOT EXISTS (
                       SELECT FROM crm_pool_admin_rel r
                        WHERE r.crm_pool_id = pool.id AND r.res_users_id = %(uid)s)
                   AND (pool.data_mode = 'claimed' OR NOT EXISTS (%(viewed)s)))""",
            customer=customer,
            modes=MASKED_MODES,
            uid=self.env.uid,
            viewed=self._pool_viewed_sql(SQL("pooled.id")),
            to_flush=(
                self._fields["pool_id"],
                self.env["crm.pool"]._fields["data_mode"],
            ),
        )

    @api.model
    def _pool_viewed_sql(self, customer):
        """SELECT of a row when the user opened the customer today."""
        return SQL(
            """SELECT FROM crm_pool_view v
                WHERE v.partner_id = %s AND v.user_id = %s AND v.day >= %s""",
            customer,
            self.env.uid,
            fields.Date.context_today(self),
        )

    @api.model
    def _pool_history_sql(self, customer):
        """SQL condition: the customer is in a pool whose history the user may read: as
        a member, where views are limited after opening the customer."""
        return SQL(
            """EXISTS (
                SELECT FROM res_partner pooled
                  JOIN crm_pool pool ON pool.id = pooled.pool_id
                 WHERE pooled.id = %(customer)s AND pool.id IN (%(mine)s)
                   AND (COALESCE(pool.view_limit, 0) = 0 OR EXISTS (%(viewed)s)
                        OR EXISTS (SELECT FROM crm_pool_admin_rel r
                                    WHERE r.crm_pool_id = pool.id
                                      AND r.res_users_id = %(uid)s)))""",
            customer=customer,
            mine=self.env["crm.pool"]._member_pools_sql(),
            viewed=self._pool_viewed_sql(SQL("pooled.id")),
            uid=self.env.uid,
            to_flush=(
                self._fields["pool_id"],
                self.env["crm.pool"]._fields["view_limit"],
            ),
        )

    def _crm_owner_sentence(self):
        """Customers in a pool are nobody's: they are claimed, not shared."""
        pool = self.sudo().commercial_partner_id.pool_id
        if not pool:
            return super()._crm_owner_sentence()
        return self.env._(
            "%(customer)s is in the pool “%(pool)s”. Claim the customer to see its data.",
            customer=self.sudo().name or self.sudo().display_name,
            pool=pool.name,
        )


class CrmPoolHistoryMixin(models.AbstractModel):
    """Rows of a customer that the members of its pool may read."""

    _name = "crm.pool.history.mixin"
    _description = "History of Customers in a Pool"

    _pool_customer = "partner_id"

    is_in_my_pool = fields.Boolean(
        compute="_compute_is_in_my_pool", search="_search_is_in_my_pool"
    )

    @api.depends_context("uid")
    def _compute_is_in_my_pool(self):
        found = self.sudo().filtered_domain(self._pool_history_domain())
        for row in self:
            row.is_in_my_pool = row in found

    @api.model
    def _search_is_in_my_pool(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._pool_history_domain()
        return domain if True in value else ~domain

    @api.model
    def _pool_history_domain(self):
        """Asked row by row, so that a page of a timeline costs what the page has."""
        partners = self.env["res.partner"]
        return Domain.custom(
            to_sql=lambda model, alias, query: partners._pool_history_sql(
                SQL.identifier(alias, self._pool_customer)
            ),
            predicate=self._is_pool_history,
        )

    def _is_pool_history(self, row):
        customer = row.sudo()[self._pool_customer]
        rows = customer and self.env.execute_query(
            SQL(
                "SELECT 1 WHERE %s",
                self.env["res.partner"]._pool_history_sql(SQL("%s", customer.id)),
            )
        )
        return bool(rows)


class CrmInteraction(models.Model):
    _name = "crm.interaction"
    _inherit = ["crm.pool.history.mixin", "crm.interaction"]

    _pool_customer = "commercial_partner_id"


class CrmCustomerStat(models.Model):
    _name = "crm.customer.stat"
    _inherit = ["crm.pool.history.mixin", "crm.customer.stat"]


class CrmPoolMove(models.Model):
    _name = "crm.pool.move"
    _inherit = ["crm.pool.history.mixin", "crm.pool.move"]


class CrmCustomerOwner(models.Model):
    _name = "crm.customer.owner"
    _inherit = ["crm.pool.history.mixin", "crm.customer.owner"]

    reason = fields.Selection(
        selection_add=[("claimed", "Claimed"), ("assigned", "Assigned")],
        ondelete={"claimed": "set default", "assigned": "set default"},
    )
