from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmPoolPin(models.Model):
    """A customer that its salesperson keeps out of the pool.

    It holds while the same person looks after the customer, until its day. Pins that
    are over stay as a log.
    """

    _name = "crm.pool.pin"
    _description = "Pinned Customer"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    until = fields.Date(readonly=True, help="Last day. Empty: until it is taken off.")
    is_running = fields.Boolean(
        string="In Force", compute="_compute_is_running", search="_search_is_running"
    )

    @api.depends("until", "user_id", "partner_id.user_id")
    def _compute_is_running(self):
        running = self.filtered_domain(self._running_domain())
        for pin in self:
            pin.is_running = pin in running

    @api.model
    def _search_is_running(self, operator, value):
        if operator != "in":
            return NotImplemented
        running = self._running_domain()
        return running if True in value else ~running

    @api.model
    def _running_domain(self):
        """Not over, and the person who pinned the customer still looks after it."""
        today = fields.Date.context_today(self)
        domain = Domain("until", "=", False) | Domain("until", ">=", today)
        return domain & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                """EXISTS (SELECT FROM res_partner p
                            WHERE p.id = %s AND p.user_id = %s)""",
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(alias, "user_id"),
                to_flush=self.env["res.partner"]._fields["user_id"],
            ),
            predicate=lambda pin: pin.user_id == pin.partner_id.user_id,
        )

    @api.model
    def _running(self, partner_ids):
        """Pins in force on customers."""
        return self.sudo().search(
            [("partner_id", "in", partner_ids), ("is_running", "=", True)]
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    pool_pin_ids = fields.One2many(
        "crm.pool.pin", "partner_id", groups="base.group_system"
    )
    is_pool_pinned = fields.Boolean(
        string="Pinned",
        compute="_compute_is_pool_pinned",
        search="_search_is_pool_pinned",
        compute_sudo=True,
        help="The salesperson keeps this customer out of the pool.",
    )

    @api.depends("user_id", "pool_pin_ids.until", "pool_pin_ids.user_id")
    def _compute_is_pool_pinned(self):
        customers = self.env["crm.pool.pin"]._running(self.ids).partner_id
        for partner in self:
            partner.is_pool_pinned = partner._origin in customers

    @api.model
    def _search_is_pool_pinned(self, operator, value):
        if operator != "in":
            return NotImplemented
        pins = self.env["crm.pool.pin"].sudo()._search([("is_running", "=", True)])
        domain = Domain("id", "in", pins.subselect("partner_id"))
        return domain if True in value else ~domain

    def action_pool_pin(self):
        """Keep own customers out of the pool, as many as the pool allows."""
        customers = self.commercial_partner_id
        customers._pool_check_owner()
        for user, mine in customers.grouped("user_id").items():
            mine.filtered(lambda c: not c.is_pool_pinned)._pool_pin(user.sudo())
        self._pool_changed()

    def _pool_pin(self, user):
        """Pin customers of one salesperson, if so many more are allowed."""
        pool = user._pool_strictest("pin_limit")
        if not pool:
            raise UserError(
                self.env._("%(user)s belongs to no public pool.", user=user.name)
            )
        # Locks the row of this person and day: two clicks at once are counted
        self.env["crm.pool.usage"]._take(user, pool, "claims", 0)
        pins = self.env["crm.pool.pin"].sudo()
        held = pins.search_count([("user_id", "=", user.id), ("is_running", "=", True)])
        if held + len(self) > pool.pin_limit:
            raise UserError(
                self.env._(
                    "%(held)s of %(limit)s pins are used. Take one off first.",
                    held=held,
                    limit=pool.pin_limit,
                )
            )
        until = pool.pin_days and fields.Date.add(pool._today(), days=pool.pin_days)
        pins.create(
            [{"partner_id": c.id, "user_id": user.id, "until": until} for c in self]
        )

    def action_pool_unpin(self):
        """Take the pins off; the rows stay as a log."""
        customers = self.commercial_partner_id
        customers._pool_check_owner()
        self.env["crm.pool.pin"]._running(customers.ids).until = fields.Date.subtract(
            fields.Date.context_today(self), days=1
        )
        self._pool_changed()

    def _pool_check_owner(self):
        """Refuse customers of others; sales administrators act for everybody."""
        self.check_access("read")
        manager = self.env["crm.pool"]._has_manager()
        for customer in self:
            owner = customer.sudo().user_id
            if not owner or (owner != self.env.user and not manager):
                raise UserError(
                    self.env._(
                        "%(customer)s is not your customer.",
                        customer=customer.sudo().name,
                    )
                )

    def _pool_changed(self):
        """Clocks and lists are looked at again."""
        clock = ["pool_clock", "pool_due_date", "pool_tone", "is_pool_pinned"]
        self.env["res.partner"].invalidate_model(clock)
        self.commercial_partner_id.sudo().user_id._workbench_changed()
