from odoo import api, models

from .crm_greeting import CRON

# A change of these moves the day, or makes it another occasion.
PLANNED = {
    "partner_id",
    "kind",
    "type_id",
    "calendar",
    "month",
    "day",
    "year",
    "is_leap_month",
}


class CrmImportantDate(models.Model):
    """A date that changes takes its plans along: they are made anew."""

    _inherit = "crm.important.date"

    @api.model_create_multi
    def create(self, vals_list):
        moments = super().create(vals_list)
        moments._plan_soon()
        return moments

    def write(self, vals):
        if not (PLANNED | {"date"}) & vals.keys():
            return super().write(vals)
        before = {moment: moment._planned_facts() for moment in self}
        result = super().write(vals)
        changed = self.filtered(lambda m: m._planned_facts() != before[m])
        changed._forget_plans()
        changed._plan_soon()
        return result

    def unlink(self):
        self._forget_plans()
        return super().unlink()

    def _planned_facts(self):
        """What a greeting was planned for: an import that changes nothing is none."""
        return [self[name] for name in sorted(PLANNED)]

    def _forget_plans(self):
        """Greetings that are not on their way yet."""
        greetings = self.env["crm.greeting"].sudo()
        greetings.search(
            [
                ("occasion_id", "in", self.ids),
                ("outbox_id", "=", False),
                ("state", "in", ("waiting", "approved")),
            ]
        ).unlink()

    def _plan_soon(self):
        if self:
            self.env.ref(CRON).sudo()._trigger()
