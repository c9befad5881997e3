from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.guard import guarded

DAYS = (3, 5, 7)
BATCH_SIZE = 100
PARAMETER = "crm_extension.escalation_%s"


class CrmLead(models.Model):
    """The ladder for leads that nobody touches.

    First rung: the salesperson is urged. Second: the leader of the team too. Third:
    the lead goes to the leader, or both are urged once more (setting). Each rung is
    taken once for each lead and salesperson: the lead remembers the highest one, and
    a new salesperson starts at the bottom.
    """

    _inherit = "crm.lead"

    @api.model
    def _escalation_days(self):
        """Days of the three rungs, rising; 0 switches a rung and those above it off."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        values = [get_param(PARAMETER % f"days_{i}", DAYS[i - 1]) for i in (1, 2, 3)]
        return tuple(int(v) if str(v).isdigit() else 0 for v in values)

    @api.model
    def _cron_escalate(self):
        """Take the rungs that are due; resumable, safe to repeat."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        if get_param(PARAMETER % "active", "True") not in ("True", "1"):
            return
        for rung, days in reversed(list(enumerate(self._escalation_days(), 1))):
            if days and not self._escalate_rung(rung, days):
                break

    @api.model
    def _escalate_rung(self, rung, days):
        """Take one rung of all leads that reached it; False when time is up."""
        while leads := self._escalation_due(rung, days):
            leads._escalate(rung, days)
            if not self.env["ir.cron"]._commit_progress(len(leads)):
                return False
        return True

    @api.model
    def _escalation_due(self, rung, days):
        """Some untouched leads that have not reached the rung."""
        limit = fields.Datetime.now() - timedelta(days=days)
        domain = Domain("user_id", "!=", False) & Domain("date_closed", "=", False)
        domain &= Domain("user_assigned_date", "<=", limit)
        domain &= Domain("escalation_rung", "<", rung)
        domain &= Domain.custom(
            to_sql=lambda model, alias, query: self._untouched_sql(alias)
        )
        return self.search(domain, limit=BATCH_SIZE, order="user_assigned_date, id")

    def _escalate(self, rung, days):
        """Tell who must know. Reaching a higher rung skips the lower ones."""
        self.escalation_rung = rung
        gives = rung == len(DAYS) and self._escalation_reassigns()
        vals_list = []
        for lead in self:
            owner, leader = lead.user_id, lead.team_id.user_id
            moved = gives and leader and leader != owner
            if moved:
                with guarded(self.env, "reassigning an untouched lead"):
                    lead.user_id = leader
            told = leader if moved else owner | leader if rung > 1 else owner
            vals_list += [
                lead._prepare_escalation(person, owner, days)
                for person in told.filtered("active")
            ]
        urges = self.env["crm.urge"].sudo().create(vals_list)
        urges.user_id._workbench_changed()

    def _prepare_escalation(self, person, owner, days):
        """Values of the request to one person, in that person's language."""
        _ = self.with_context(lang=person.lang).env._
        if person == owner:
            note = _("Nobody has spoken with them for %(days)s days", days=days)
        elif person == self.user_id:
            note = _(
                "It is yours now: %(user)s did not speak with them for %(days)s days",
                user=owner.name,
                days=days,
            )
        else:
            note = _(
                "%(user)s has not spoken with them for %(days)s days",
                user=owner.name,
                days=days,
            )
        return {
            "user_id": person.id,
            "kind": "escalation",
            "note": note,
            "lead_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
        }

    @api.model
    def _escalation_reassigns(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return get_param(PARAMETER % "action", "alert") == "reassign"
