from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.keyset import Keyset

GREETING = "crm.greeting"


class CrmWorkbench(models.AbstractModel):
    """Greetings on the workbench: what is to be approved, and on the birthdays what
    has been arranged."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        if self.env[GREETING].has_access("write"):
            buckets["greetings"] = {
                "title": self.env._("Greetings to approve"),
                "icon": "fa-envelope-o",
                "sequence": 92,
                "empty": self.env._("No greeting waits for your approval."),
                "query": "_workbench_greetings_query",
                "rows": "_workbench_greeting_rows",
            }
        return buckets

    @api.model
    def _workbench_models(self):
        return {*super()._workbench_models(), GREETING}

    @api.model
    def _workbench_greetings_query(self, user, search):
        greetings = self.env[GREETING]
        domain = Domain("state", "=", "waiting")
        domain &= greetings._waits_for_domain(user)
        domain &= self.env["crm.workbench.hidden"]._domain(GREETING, user)
        if search:
            domain &= Domain("partner_id.complete_name", "ilike", search)
        return Keyset(greetings._search(domain), SQL("crm_greeting.due"))

    @api.model
    def _workbench_greeting_rows(self, ids, user):
        greetings = self.env[GREETING].browse(ids)
        problems = dict(greetings._fields["problem"]._description_selection(self.env))
        rows = [
            self._workbench_row(
                GREETING,
                greeting.id,
                document=self._workbench_document(greeting),
                partner=greeting.partner_id,
                date=fields.Date.to_string(greeting.day),
                what=f"{greeting._what()}: {greeting.text or ''}",
                icon="fa-envelope-o",
                badge=problems.get(greeting.problem, False),
                can_reassign=False,
            )
            for greeting in greetings
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_occasion_rows(self, ids, user):
        """A birthday says whether a greeting is arranged for it."""
        rows = super()._workbench_occasion_rows(ids, user)
        words = self._workbench_greeting_words(ids)
        for row in rows:
            row["badge"] = row["badge"] or words.get(row["res_id"], False)
        return rows

    @api.model
    def _workbench_greeting_words(self, occasion_ids):
        """``{important date: words}`` of the greetings around today."""
        greetings = self.env[GREETING]
        if not greetings.has_access("read"):
            return {}
        _ = self.env._
        words = {
            "waiting": _("greeting to approve"),
            "approved": _("greeting scheduled"),
            "sending": _("greeting on its way"),
            "sent": _("greeting sent"),
            "failed": _("greeting failed"),
            "uncertain": _("greeting in doubt"),
        }
        found = greetings.search(
            [
                ("occasion_id", "in", occasion_ids),
                ("day", ">=", fields.Date.context_today(self)),
                ("state", "in", list(words)),
            ]
        )
        return {greeting.occasion_id.id: words[greeting.state] for greeting in found}

    @api.model
    def done(self, rows, token=None):
        """*Done* on a greeting approves it."""
        keys = self._workbench_row_keys(rows)
        result = super().done(rows, token)
        ids = [res_id for model, res_id in keys if model == GREETING]
        if ids and not result.get("repeated"):
            self.env[GREETING].browse(ids).exists().action_approve()
        return result

    @api.model
    def undo(self, action):
        """Taking it back makes the greeting wait again."""
        done = self._workbench_read_undo(action)
        hidden = self._workbench_fresh(
            "crm.workbench.hidden", done.get("hidden"), sudo=True
        )
        hidden = hidden.filtered(lambda row: row.res_model == GREETING)
        greetings = self.env[GREETING].browse(hidden.mapped("res_id")).exists()
        result = super().undo(action)
        if done["kind"] == "done" and greetings:
            greetings.action_take_back()
        return result
