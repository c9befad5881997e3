from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

MANAGER = "sales_team.group_sale_manager"
DATA_MODES = [
    ("open", "Open to the members"),
    ("viewed", "Masked until somebody opens the customer"),
    ("claimed", "Masked until claimed"),
]
# What is compiled into the rules and masks of everybody
CACHED = {
    "active",
    "company_id",
    "user_ids",
    "team_ids",
    "admin_ids",
    "data_mode",
    "protection_days",
    "plan_days",
    "owned_limit",
}


class CrmPool(models.Model):
    """Customers that nobody looks after, and the rules by which they get there.

    A pool belongs to its members, people or whole teams; customers of a member fall
    into it by its rules (``crm.pool.rule``), and members claim them. Its managers
    assign, and see everything of its customers. A pool without members is everybody's
    in its company.
    """

    _name = "crm.pool"
    _description = "Public Pool"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="What members should know.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    user_ids = fields.Many2many(
        "res.users",
        "crm_pool_user_rel",
        string="People",
        domain=[("share", "=", False)],
        help="They claim customers here, and their customers fall into this pool.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        "crm_pool_team_rel",
        string="Sales Teams",
        help="The members of these teams are members of the pool.",
    )
    admin_ids = fields.Many2many(
        "res.users",
        "crm_pool_admin_rel",
        string="Pool Managers",
        domain=[("share", "=", False)],
        help="They assign customers of the pool, let them rest, and see all their data. "
        "Sales administrators may do so in every pool.",
    )
    rule_ids = fields.One2many(
        "crm.pool.rule",
        "pool_id",
        string="Rules",
        default=lambda self: self._default_rules(),
    )

    # What a member may do
    claim_limit = fields.Integer(
        string="Claims per Day",
        default=10,
        help="How many customers a member may claim on one day. 0: any number.",
    )
    view_limit = fields.Integer(
        string="Views per Day",
        help="How many different customers of the pool a member may open on one day. "
        "0: any number.",
    )
    data_mode = fields.Selection(
        DATA_MODES,
        string="Contact Data",
        required=True,
        default="claimed",
        help="When members see phones, emails and addresses of customers in the pool. "
        "Names, history and the reason why a customer is here are always seen.",
    )
    cooling_days = fields.Integer(
        string="Cooling Period",
        default=7,
        help="Days during which whoever lost a customer to the pool cannot claim it "
        "back. 0: none.",
    )
    rest_hours = fields.Integer(
        string="Rest",
        help="Hours during which a customer that came in can be claimed by nobody, so "
        "that all have the same chance. 0: none.",
    )

    # What a member may keep
    owned_limit = fields.Integer(
        string="Customers per Person",
        help="How many customers a member may look after. 0: any number.",
    )
    owned_without_deals = fields.Boolean(
        string="Customers Who Bought Do Not Count",
        default=True,
    )
    pin_limit = fields.Integer(
        string="Pins per Person",
        default=10,
        help="How many customers a member may pin: a pinned one does not fall.",
    )
    pin_days = fields.Integer(
        string="Days of a Pin", default=90, help="0: until it is taken off."
    )
    protection_days = fields.Integer(
        string="Protection Period",
        default=14,
        required=True,
        help="Days that a new salesperson has before the rules count.",
    )

    # What holds a customer
    keep_opportunity = fields.Boolean(string="Open Opportunity", default=True)
    keep_order = fields.Boolean(string="Open Order", default=True)
    keep_deal = fields.Boolean(string="Bought Once")
    keep_plan = fields.Boolean(string="Planned Follow-up", default=True)
    plan_days = fields.Integer(
        string="Days Ahead",
        default=30,
        help="A to-do or a meeting holds the customer until its day, if that lies within "
        "so many days. 0: however far.",
    )
    warning_days = fields.Integer(
        string="Days of Warning",
        default=7,
        help="So many days before the last one the customer is on the list of its "
        "salesperson, who also gets a message.",
    )

    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_count"
    )
    is_member = fields.Boolean(compute="_compute_is_member", search="_search_is_member")

    _limits_positive = models.Constraint(
        """CHECK(claim_limit >= 0 AND view_limit >= 0 AND cooling_days >= 0
            AND rest_hours >= 0 AND owned_limit >= 0 AND pin_limit >= 0
            AND pin_days >= 0 AND plan_days >= 0 AND warning_days >= 0)""",
        "Limits and periods of a pool cannot be negative.",
    )
    _protection_positive = models.Constraint(
        "CHECK(protection_days > 0)",
        "A new salesperson needs at least one day of protection.",
    )

    @api.model
    def _default_rules(self):
        """What most companies ask for, as drafts: a contact every 30 days, something
        after an inquiry within 6 months."""
        return [
            fields.Command.create({"fact": "contact", "period": 30}),
            fields.Command.create(
                {
                    "fact": "inquiry",
                    "period": 6,
                    "unit": "months",
                    "for_whom": "inquiry",
                }
            ),
        ]

    def _compute_customer_count(self):
        counts = dict(
            self.env["res.partner"]
            .sudo()
            ._read_group([("pool_id", "in", self.ids)], ["pool_id"], ["__count"])
        )
        for pool in self:
            pool.customer_count = counts.get(pool, 0)

    @api.depends_context("uid")
    @api.depends("user_ids", "team_ids", "admin_ids", "company_id")
    def _compute_is_member(self):
        rows = self.env.execute_query(self._member_pools_sql())
        mine = {pool_id for (pool_id,) in rows}
        for pool in self:
            pool.is_member = pool.id in mine

    @api.model
    def _search_is_member(self, operator, value):
        if operator != "in":
            return NotImplemented
        pools = fields.Domain("id", "in", SQL("(%s)", self._member_pools_sql()))
        return pools if True in value else ~pools

    def _today(self):
        """The day of the pool's company: a clock must not depend on who asks."""
        self.ensure_one()
        zone = self.company_id._local_timezone()
        return fields.Date.context_today(self.with_context(tz=zone))

    @api.model
    @tools.ormcache()
    def _is_owned_limited(self):
        """Whether any pool says how many customers a person may look after."""
        limited = self.sudo().search_count([("owned_limit", ">", 0)], limit=1)
        return bool(limited)

    @api.model
    def _longest_warning(self):
        """The longest time of warning of all pools, in days."""
        pools = self.sudo().search([], order="warning_days desc", limit=1)
        return pools.warning_days

    # Who may do what

    @api.model
    def _member_pools_sql(self):
        """SELECT of the pools of which the current user is a member or a manager."""
        return SQL(
            """SELECT pool.id FROM crm_pool pool
                WHERE %(user)s IN (%(members)s) OR pool.id IN (
                      SELECT crm_pool_id FROM crm_pool_admin_rel
                       WHERE res_users_id = %(user)s)""",
            user=self.env.uid,
            members=self._members_sql(SQL("pool.id"), SQL("pool.company_id")),
            to_flush=self._fields["company_id"],
        )

    @api.model
    def _members_sql(self, pool, company):
        """SELECT of the members of a pool: its people and those of its teams, or
        everybody in the company where it has neither.

        :param pool: SQL of the pool's id
        :param company: SQL of the id of its company
        """
        members = self.env["crm.team.member"]._fields
        return SQL(
            """
            SELECT res_users_id FROM crm_pool_user_rel WHERE crm_pool_id = %(pool)s
            UNION
            SELECT m.user_id
              FROM crm_pool_team_rel r
              JOIN crm_team_member m ON m.crm_team_id = r.crm_team_id AND m.active
             WHERE r.crm_pool_id = %(pool)s
            UNION
            SELECT r.user_id FROM res_company_users_rel r
             WHERE r.cid = %(company)s AND NOT EXISTS (
                   SELECT FROM crm_pool_user_rel WHERE crm_pool_id = %(pool)s)
               AND NOT EXISTS (
                   SELECT FROM crm_pool_team_rel WHERE crm_pool_id = %(pool)s)
            """,
            pool=pool,
            company=company,
            to_flush=(members["active"], members["user_id"], members["crm_team_id"]),
        )

    def _has_manager(self):
        """True when the user may assign and see everything in each of these pools."""
        if self.env.su or self.env.user.has_group(MANAGER):
            return True
        return bool(self) and all(
            self.env.user in pool.sudo().admin_ids for pool in self
        )

    def _check_manager(self):
        if not self._has_manager():
            raise UserError(
                self.env._(
                    "Only the pool managers and sales administrators may do this."
                )
            )

    # Changes hold for everybody at once

    @api.model_create_multi
    def create(self, vals_list):
        pools = super().create(vals_list)
        self.env.registry.clear_cache()
        return pools

    def write(self, vals):
        result = super().write(vals)
        if any(name in CACHED or name.startswith("keep_") for name in vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_filled(self):
        filled = self.filtered("customer_count")[:1]
        if filled:
            raise UserError(
                self.env._(
                    "%(count)s customers are in the pool “%(pool)s”. Assign them or move "
                    "them to another pool first.",
                    count=filled.customer_count,
                    pool=filled.name,
                )
            )

    def action_open_customers(self):
        """The customers in this pool; new and imported ones come into it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.res_partner_action_pool"
        )
        return {
            **action,
            "name": self.name,
            "domain": [("pool_id", "=", self.id)],
            "context": {
                "default_pool_id": self.id,
                "default_user_id": False,
                "default_is_company": True,
            },
        }
