from odoo import api, models

CHANGED = "crm_extension.workbench_changed"
# What moves a to-do from one bucket to another
MOVES = {"user_id", "date_deadline", "deadline_at", "active", "summary"}
# A transaction that concerns more people is an import: they see it when they look.
LIVE_LIMIT = 20


class ResUsers(models.Model):
    _inherit = "res.users"

    def _workbench_changed(self):
        """Tell open workbenches of these people to look again, once a transaction.

        The signal carries nothing; whoever listens reads under their own rights.
        """
        done = self.env.cr.precommit.data.setdefault(CHANGED, set())
        for user in self:
            if user.id not in done and len(done) < LIVE_LIMIT:
                done.add(user.id)
                user._bus_send("crm_workbench_changed", {})


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model_create_multi
    def create(self, vals_list):
        todos = super().create(vals_list)
        todos.sudo().user_id._workbench_changed()
        return todos

    def write(self, vals):
        people = self.sudo().user_id if MOVES & vals.keys() else self.user_id.browse()
        result = super().write(vals)
        if MOVES & vals.keys():
            (people | self.sudo().user_id)._workbench_changed()
        return result

    def unlink(self):
        people = self.sudo().user_id
        result = super().unlink()
        people._workbench_changed()
        return result


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        """What a colleague logs takes the customer off its owner's list."""
        rows = super().create(vals_list)
        rows._workbench_tell_owners()
        return rows

    def _after_project(self):
        super()._after_project()
        self._workbench_tell_owners()

    def _workbench_tell_owners(self):
        if len(self) <= LIVE_LIMIT:
            rows = self.sudo()
            people = rows.commercial_partner_id.user_id | rows.lead_id.user_id
            people._workbench_changed()
