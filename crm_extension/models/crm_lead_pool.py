from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class CrmLead(models.Model):
    """Leads of nobody are a pool by nature: everybody who sells sees them, one takes
    them, and who cannot go on gives them back with a reason."""

    _inherit = "crm.lead"

    can_claim = fields.Boolean(compute="_compute_can_claim")

    @api.depends("user_id", "active", "won_status")
    def _compute_can_claim(self):
        for lead in self:
            free = lead.active and lead.won_status == "pending"
            lead.can_claim = free and not lead.user_id

    def action_pool_claim(self):
        """Take leads that nobody looks after: all of them or none.

        :raises UserError: one sentence that says which lead, and why not
        """
        leads = self.exists()
        leads.check_access("write")
        leads._pool_lock()
        for lead in leads:
            if lead.user_id:
                raise UserError(
                    self.env._(
                        "%(lead)s was given to %(user)s just before.",
                        lead=lead.name,
                        user=lead.user_id.sudo().name,
                    )
                )
        leads._pool_take()
        leads.write({"user_id": self.env.uid})
        leads._pool_log(self.env._("Taken from the unassigned leads"))
        return self.env["res.partner"]._pool_tell(
            self.env._("%(count)s leads are yours now.", count=len(leads))
            if len(leads) > 1
            else self.env._("%(lead)s is yours now.", lead=leads.name)
        )

    def _pool_lock(self):
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is just taking %(customers)s. Look again in a moment.",
                    customers=", ".join(self.mapped("name")),
                )
            ) from error
        self.invalidate_recordset(["user_id"])

    def _pool_take(self):
        """Leads count for the day like customers, by the strictest pool of the user."""
        user = self.env.user
        pool = user._pool_strictest("claim_limit", zero_is_free=True)
        if not pool:
            return
        taken = self.env["crm.pool.usage"]._take(
            user, self.env["crm.pool"], "claims", len(self)
        )
        if taken > pool.claim_limit:
            raise UserError(
                self.env._(
                    "You have taken %(count)s of %(limit)s leads today. Go on tomorrow, "
                    "or ask a sales manager.",
                    count=taken - len(self),
                    limit=pool.claim_limit,
                )
            )

    def action_pool_give_back(self):
        """Ask for the reason, then leave the leads to everybody."""
        return self.env["crm.pool.give.back"]._open(self)

    def _pool_give_back(self, note):
        """Leave own leads to everybody; a reason is asked for."""
        leads = self.exists()
        leads.check_access("write")
        if not (note or "").strip():
            raise UserError(
                self.env._("Say why: whoever claims the customer reads it.")
            )
        manager = self.env["crm.pool"]._has_manager()
        for lead in leads:
            if lead.user_id != self.env.user and not manager:
                raise UserError(
                    self.env._("%(lead)s is not your lead.", lead=lead.name)
                )
        leads._pool_log(self.env._("Given back to the unassigned leads: %s", note))
        # sudo: what was given back may not be written any more
        leads.sudo().write({"user_id": False})

    def _pool_log(self, text):
        for lead in self.sudo():
            lead._message_log(body=text)
