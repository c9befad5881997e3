from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.tools import format_date, format_datetime

# Whoever gave a customer back by hand may take it again so long.
SECOND_THOUGHT = timedelta(minutes=15)


class ResPartner(models.Model):
    """Into the pool and out of it, one transaction each.

    The rows of the customers are locked first, then everything is looked at again:
    of two people who claim at once exactly one gets the customer, the other one is told
    who was faster.
    """

    _inherit = "res.partner"

    pool_rest_reason = fields.Char(readonly=True, copy=False, prefetch="crm_customer")
    pool_reason = fields.Char(
        string="Why It Is There",
        compute="_compute_pool_reason",
        groups="crm_extension.crm_extension_group_history",
        help="The rule that the customer fell by, or the reason somebody gave.",
    )
    can_claim = fields.Boolean(compute="_compute_can_claim")
    can_manage_pool = fields.Boolean(compute="_compute_can_claim")

    @api.depends("pool_id", "pool_date")
    @api.depends_context("lang")
    def _compute_pool_reason(self):
        """One query for the batch: why they came in the last time."""
        pooled = self.filtered("pool_id")
        moves = pooled._pool_last_moves()
        for partner in self:
            partner.pool_reason = (
                moves[partner.id].reason if partner in pooled else False
            )

    def _pool_last_moves(self):
        """Map ids of customers to their last move into a pool (sudo: whoever sees that
        a customer is in a pool may know why)."""
        moves = self.env["crm.pool.move"].sudo()
        rows = moves._read_group(
            [("partner_id", "in", self.ids), ("to_user_id", "=", False)],
            ["partner_id"],
            ["id:max"],
        )
        found = {partner.id: moves.browse(last) for partner, last in rows}
        return {partner.id: found.get(partner.id, moves) for partner in self}

    def _pool_sentences(self):
        """Map ids of customers in a pool to a sentence about that."""
        pooled = self.filtered("pool_id")
        reasons = pooled._pool_last_moves() if pooled else {}
        sentences = {}
        for customer in pooled:
            where = self.env._(
                "In the pool “%(pool)s” since %(date)s",
                pool=customer.sudo().pool_id.name,
                date=customer._pool_day(customer.pool_date),
            )
            why = reasons[customer.id].reason
            sentences[customer.id] = (
                self.env._("%(left)s: %(why)s", left=where, why=why) if why else where
            )
        return sentences

    def _pool_day(self, moment):
        local = fields.Datetime.context_timestamp(self, moment)
        return format_date(self.env, local.date())

    def _pool_format(self, moment):
        return format_datetime(self.env, moment, dt_format="short") if moment else ""

    @api.depends_context("uid")
    @api.depends("pool_id")
    def _compute_can_claim(self):
        pools = self.pool_id
        mine = pools.filtered("is_member")
        managed = pools.filtered(lambda pool: pool._has_manager())
        for partner in self:
            partner.can_claim = partner.pool_id in mine
            partner.can_manage_pool = partner.pool_id in managed

    # Claiming

    def action_pool_claim(self):
        """Become the salesperson of customers in a pool, all of them or none.

        :raises UserError: one sentence that says which customer, and why not
        """
        customers = self._pool_customers()
        customers._pool_lock()
        customers._pool_check_claim()
        user = self.env.user
        for pool, some in customers.sudo().grouped("pool_id").items():
            taken = self.env["crm.pool.usage"]._take(user, pool, "claims", len(some))
            if pool.claim_limit and taken > pool.claim_limit:
                raise UserError(
                    self.env._(
                        "You have claimed %(count)s of %(limit)s customers today. Go on "
                        "tomorrow, or ask the pool manager.",
                        count=taken - len(some),
                        limit=pool.claim_limit,
                    )
                )
        user._pool_check_owned(more=len(customers))
        customers._pool_give(user, "claimed")
        return customers._pool_tell(
            self.env._("%(count)s customers are yours now.", count=len(customers))
            if len(customers) > 1
            else self.env._("%(customer)s is yours now.", customer=customers.name)
        )

    def _pool_customers(self):
        """The customers behind the records, which the user may read."""
        customers = self.exists().commercial_partner_id
        if not customers:
            raise UserError(self.env._("This customer does not exist any more."))
        customers.check_access("read")
        return customers

    def _pool_lock(self):
        """Take the rows; whoever comes second is told."""
        try:
            self.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is just taking %(customers)s. Look again in a moment.",
                    customers=", ".join(self.mapped("name")),
                )
            ) from error
        self.invalidate_recordset(["user_id", "pool_id", "pool_date"])

    def _pool_check_claim(self):
        """Refuse customers that are gone, of other pools, resting or cooling."""
        for customer in self.sudo():
            pool = customer.pool_id
            if not pool:
                raise UserError(customer._pool_gone())
            if not pool.with_env(self.env).is_member:
                raise UserError(
                    self.env._(
                        "%(customer)s is in the pool “%(pool)s”, of which you are no "
                        "member.",
                        customer=customer.name,
                        pool=pool.name,
                    )
                )
            if customer.with_env(self.env)._pool_cools():
                again = customer.pool_date + timedelta(days=pool.cooling_days)
                raise UserError(
                    self.env._(
                        "%(customer)s was yours until %(until)s. You can claim it again "
                        "from %(again)s.",
                        customer=customer.name,
                        until=self._pool_format(customer.pool_date),
                        again=self._pool_format(again),
                    )
                )
            if (
                customer.pool_rest_until or fields.Datetime.now()
            ) > fields.Datetime.now():
                raise UserError(customer._pool_resting())

    def _pool_gone(self):
        if self.user_id:
            return self.env._(
                "%(customer)s was given to %(user)s just before.",
                customer=self.name,
                user=self.user_id.name,
            )
        return self.env._("%(customer)s is in no public pool.", customer=self.name)

    def _pool_resting(self):
        return self.env._(
            "%(customer)s rests until %(until)s. %(reason)s",
            customer=self.name,
            until=self._pool_format(self.pool_rest_until),
            reason=self.pool_rest_reason or "",
        ).strip()

    def _pool_cools(self):
        """Whether the user lost this customer too short a time ago; giving it back by
        hand may be thought over."""
        self.ensure_one()
        customer = self.sudo()
        pool, now = customer.pool_id, fields.Datetime.now()
        if customer.pool_previous_user_id != self.env.user or not pool.cooling_days:
            return False
        if customer.pool_date + timedelta(days=pool.cooling_days) <= now:
            return False
        last = customer._pool_last_moves()[customer.id]
        own = last.kind == "dropped" and last.user_id == self.env.user
        return not (own and customer.pool_date > now - SECOND_THOUGHT)

    # Giving

    def _pool_assign(self, user, note=False):
        """Give customers of pools to somebody; for those who manage the pools."""
        customers = self._pool_customers()
        customers._pool_lock()
        for customer in customers.sudo():
            if not customer.pool_id:
                raise UserError(customer._pool_gone())
        customers.sudo().pool_id.with_env(self.env)._check_manager()
        user._pool_check_owned(more=len(customers))
        customers._pool_give(user, "assigned", note)
        return customers

    def _pool_give(self, user, kind, note=False):
        """Take customers out of their pools (sudo: the rules were checked)."""
        customers = self.sudo().with_context(crm_owner_reason=kind)
        self.env["crm.pool.move"]._log(
            [
                {
                    "partner_id": customer.id,
                    "kind": kind,
                    "pool_id": customer.pool_id.id,
                    "from_user_id": customer.pool_previous_user_id.id,
                    "to_user_id": user.id,
                    "note": note,
                }
                for customer in customers
            ]
        )
        customers.write(
            {"user_id": user.id, "pool_rest_until": False, "pool_rest_reason": False}
        )
        people = customers._pool_people()
        people.filtered(lambda person: not person.user_id).user_id = user
        self._pool_changed()

    def _pool_people(self):
        """The contacts of customers, whatever their depth."""
        return self.search(
            [("commercial_partner_id", "in", self.ids), ("id", "not in", self.ids)]
        )

    # Into the pool

    def _pool_give_back(self, pool, note):
        """Put own customers into a pool by hand; a reason is asked for."""
        customers = self._pool_customers()
        if not (note or "").strip():
            raise UserError(
                self.env._("Say why: whoever claims the customer reads it.")
            )
        customers._pool_lock()
        if not pool.with_env(self.env)._has_manager():
            customers._pool_check_owner()
        customers._pool_drop(pool, "dropped", {c.id: {"note": note} for c in customers})
        return customers

    def _pool_fall(self, company, day):
        """Drop those of the customers whose last day was before a day, by the rules of
        a company, with what the rule said; return how many fell."""
        clock = self.env["crm.pool.clock"]
        rules = {rule["id"]: rule for rule in clock._rules(company.id)}
        by_pool = {}
        for customer_id, verdict in clock._verdicts(self.ids, company.id).items():
            if not verdict.due or verdict.due >= day:
                continue
            rule, customer = rules[verdict.rule], self.browse(customer_id)
            by_pool.setdefault(rule["pool"]["id"], {})[customer_id] = {
                "rule_id": verdict.rule,
                "facts": clock._remember(customer, verdict, rule),
            }
        for pool_id, details in by_pool.items():
            pool = self.env["crm.pool"].browse(pool_id)
            self.browse(details)._pool_drop(pool, "fell", details)
        return sum(map(len, by_pool.values()))

    def _pool_drop(self, pool, kind, details):
        """Put customers into a pool (sudo: the rules were checked).

        Open to-dos that the former salesperson has on the customer or its people end:
        nobody shall be reminded of a customer that is not theirs any more.

        :param details: ``{customer.id: further values of the move}``
        """
        customers = self.sudo().with_context(crm_owner_reason=kind, crm_pool_move=True)
        owners = customers.user_id
        self.env["crm.pool.move"]._log(
            [
                {
                    "partner_id": customer.id,
                    "kind": kind,
                    "pool_id": pool.id,
                    "from_user_id": customer.user_id.id,
                    **details[customer.id],
                }
                for customer in customers
            ]
        )
        rest = pool.sudo().rest_hours
        vals = {
            "pool_id": pool.id,
            "pool_rest_until": rest and fields.Datetime.now() + timedelta(hours=rest),
        }
        for owner, some in customers.grouped("user_id").items():
            people = some._pool_people().filtered(lambda p, o=owner: p.user_id == o)
            (some | people)._pool_end_todos(owner)
            people.user_id = False
            some.write({**vals, "pool_previous_user_id": owner.id})
        owners._workbench_changed()
        self._pool_changed()

    def _pool_end_todos(self, owner):
        todos = self.env["mail.activity"].sudo()
        todos.search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", self.ids),
                ("user_id", "=", owner.id),
            ]
        ).unlink()

    def _pool_entered(self):
        """Customers that were made, imported or written into a pool."""
        self.env["crm.pool.move"]._log(
            [
                {
                    "partner_id": customer.id,
                    "kind": "entered",
                    "pool_id": customer.pool_id.id,
                }
                for customer in self.sudo()
            ]
        )

    def _pool_rest(self, hours, reason):
        """Let customers of a pool rest: nobody can claim them for a time."""
        customers = self._pool_customers()
        customers.sudo().pool_id.with_env(self.env)._check_manager()
        until = fields.Datetime.now() + timedelta(hours=hours) if hours else False
        customers.sudo().write({"pool_rest_until": until, "pool_rest_reason": reason})

    # Screens

    @api.model
    def _pool_tell(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_pool_assign(self):
        """Give customers of a pool to somebody, or let them rest."""
        return self.env["crm.pool.assign"]._open(self)

    def action_pool_give_back(self):
        """Ask for the reason, then put own customers into a pool."""
        return self.env["crm.pool.give.back"]._open(self._pool_customers())
