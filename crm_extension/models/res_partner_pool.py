from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

GROUP = "crm_extension.crm_extension_group_history"
GROUP_ALL = "sales_team.group_sale_salesman_all_leads"
# Whose clock somebody reads beside those who read all customers
READABLE = ("mine", "shared", "team")
NOT_READABLE = "crm_pool_clock_of_others"


class ResPartner(models.Model):
    """Whether a customer lies in a public pool, and when it will.

    The clock belongs to the commercial partner; a person shows that of the company. It
    is computed from facts whenever it is read, searched or sorted by, see
    ``crm.pool.clock``.
    """

    _inherit = "res.partner"

    pool_id = fields.Many2one(
        "crm.pool",
        string="Public Pool",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=True,
        help="The pool in which the customer waits for somebody to claim it.",
        prefetch="crm_customer",
    )
    pool_date = fields.Datetime(
        string="In the Pool since", readonly=True, copy=False, prefetch="crm_customer"
    )
    pool_previous_user_id = fields.Many2one(
        "res.users",
        string="Previous Salesperson",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="Who looked after the customer before it came into the pool.",
        prefetch="crm_customer",
    )
    pool_rest_until = fields.Datetime(
        string="Rests until",
        readonly=True,
        copy=False,
        help="Nobody can claim the customer before.",
        prefetch="crm_customer",
    )
    pool_due_date = fields.Date(
        string="Last Day before the Pool",
        compute="_compute_pool_clock",
        search="_search_pool_due_date",
        groups=GROUP,
        help="The last day the customer is with its salesperson, by the rules of the "
        "public pool. It follows from what was done: a contact moves it at once.",
    )
    pool_clock = fields.Char(
        string="Public Pool Clock",
        compute="_compute_pool_clock",
        groups=GROUP,
        help="How long the customer stays with its salesperson, and why.",
    )
    pool_tone = fields.Char(compute="_compute_pool_clock", groups=GROUP)

    @api.depends_context("uid", "lang", "crm_pool_preview")
    @api.depends(
        "user_id",
        "pool_id",
        "pool_date",
        "customer_level_id",
        "user_assigned_date",
        "commercial_partner_id",
    )
    def _compute_pool_clock(self):
        """A few queries for the batch, whatever its size."""
        customers = self.commercial_partner_id._origin
        told = self.env["crm.pool.clock"]._explain(customers._pool_readable())
        waiting = customers._pool_sentences()
        for partner in self:
            customer = partner.commercial_partner_id._origin
            clock = told.get(customer.id, {})
            partner.pool_due_date = clock.get("due")
            partner.pool_clock = waiting.get(customer.id) or clock.get("text")
            partner.pool_tone = clock.get("tone")

    def _pool_readable(self):
        """Customers whose clock the user may read: whoever reads their history."""
        if self._pool_reads_all():
            return self
        relations = self._crm_relations()
        return self.filtered(lambda partner: relations.get(partner.id) in READABLE)

    @api.model
    def _pool_reads_all(self):
        return self.env.su or self.env.user.has_group(GROUP_ALL)

    # Searching and sorting by the clock

    @api.model
    def _search_pool_due_date(self, operator, value):
        """Customers by their last day."""
        if self.env.context.get("crm_pool_rule"):
            raise UserError(
                self.env._("A rule of a pool cannot choose customers by the clock.")
            )
        if operator == "in":
            days = [day for day in value if day]
            domain = self._pool_clock_domain(SQL("due = ANY(%s::date[])", days))
            if len(days) < len(value):
                domain |= ~self._pool_clock_domain(SQL("due IS NOT NULL"))
            return domain
        if operator in ("<", ">", "<=", ">="):
            return self._pool_clock_domain(SQL("due %s %s", SQL(operator), value))
        return NotImplemented

    def _pool_clock_domain(self, condition):
        """Partners of customers whose clock meets an SQL condition on ``due``."""
        clock = self.env["crm.pool.clock"]._clock_sql()
        if clock is None:
            return Domain.FALSE
        found = SQL("(SELECT customer_id FROM (%s) clock WHERE %s)", clock, condition)
        domain = Domain("commercial_partner_id", "in", found)
        if not self._pool_reads_all():
            domain &= Domain("customer_relation", "in", READABLE)
        return domain

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sorting by the last day: the clock of just the customers that are searched
        for is joined; customers without a clock come last both ways."""
        if field_name != "pool_due_date":
            return super()._order_field_to_sql(
                alias, field_name, direction, nulls, query
            )
        self._check_field_access(self._fields[field_name], "read")
        customer = SQL.identifier(alias, "commercial_partner_id")
        clock_alias = query.make_alias(alias, "pool_clock")
        if clock_alias not in query._joins:
            clock = self.env["crm.pool.clock"]._clock_sql(query.subselect(customer))
            if clock is None:
                return SQL("NULL::date")
            query.add_join(
                "LEFT JOIN",
                clock_alias,
                SQL("(%s)", clock),
                SQL("%s = %s", SQL.identifier(clock_alias, "customer_id"), customer),
            )
        due = SQL.identifier(clock_alias, "due")
        if not self._pool_reads_all():
            due = SQL(
                "CASE WHEN %s IN %s THEN %s END",
                self._crm_relation_sql(alias),
                READABLE,
                due,
            )
        return SQL("%s %s NULLS LAST", due, direction)

    # Whose customer it is, and in which pool, is one decision

    @api.model_create_multi
    def create(self, vals_list):
        """A customer that is made or imported into a pool has no salesperson."""
        pooled = [vals for vals in vals_list if vals.get("pool_id")]
        for vals in pooled:
            if vals.setdefault("user_id", False):
                raise UserError(
                    self.env._(
                        "%(customer)s: give either a salesperson or a pool.",
                        customer=vals.get("name") or "",
                    )
                )
            vals["pool_date"] = fields.Datetime.now()
        if pooled:
            self._pool_check_given([vals["pool_id"] for vals in pooled])
        owned = [vals["user_id"] for vals in vals_list if vals.get("user_id")]
        partners = super().create(vals_list)
        if owned:
            self.env["res.users"].browse(set(owned))._pool_check_owned()
        if pooled:
            partners.filtered("pool_id")._pool_entered()
        return partners

    def write(self, vals):
        """A new salesperson takes the customer out of its pool.

        People claim a customer; only those who manage the pool assign it or move it.
        """
        if not {"user_id", "pool_id"} & vals.keys():
            return super().write(vals)
        self._pool_check_write(vals)
        if vals.get("user_id"):
            vals = {**vals, "pool_id": False, "pool_date": False}
        moved = vals.get("user_id") and self.filtered(
            lambda partner: partner.user_id.id != vals["user_id"]
        )
        entered = vals.get("pool_id") and self.filtered(
            lambda partner: partner.pool_id.id != vals["pool_id"]
        )
        if entered:
            vals = {**vals, "user_id": False, "pool_date": fields.Datetime.now()}
        result = super().write(vals)
        if moved:
            moved.user_id._pool_check_owned()
        if entered and not self.env.context.get("crm_pool_move"):
            entered._pool_entered()
        return result

    @api.constrains("pool_id", "company_id")
    def _check_pool_company(self):
        for partner in self:
            pool, company = partner.pool_id, partner.company_id
            if pool and company and company != pool.company_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s belongs to another company than the pool "
                        "“%(pool)s”.",
                        customer=partner.name,
                        pool=pool.name,
                    )
                )

    def _pool_check_write(self, vals):
        if self.env.su:
            return
        if "pool_id" in vals:
            self._pool_check_given({*self.pool_id.ids, vals["pool_id"]} - {False, None})
        elif waiting := self.filtered("pool_id")[:1]:
            if not waiting.pool_id._has_manager():
                raise UserError(
                    self.env._(
                        "%(customer)s is in the pool “%(pool)s”. Claim it there.",
                        customer=waiting.name,
                        pool=waiting.sudo().pool_id.name,
                    )
                )

    @api.model
    def _pool_check_given(self, pool_ids):
        """Only who manages a pool puts customers into it by hand."""
        pools = self.env["crm.pool"].browse(set(pool_ids))
        if pools and not pools._has_manager():
            raise UserError(
                self.env._(
                    "Only the managers of the pool “%(pool)s” can do this.",
                    pool=pools.sudo()[:1].name,
                )
            )
