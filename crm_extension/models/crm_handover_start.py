from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmHandover(models.Model):
    """Starting, pausing and going on, and what must be right before it."""

    _inherit = "crm.handover"

    # Buttons

    def action_start(self):
        """Hand over: now, or on its day."""
        self.ensure_one()
        self._check_start()
        self._machine()._plan(fresh=False)
        self._check_plan()
        values = {"started_by_id": self.env.uid, "error": False}
        if self.date_start > self._today():
            self.sudo().write({**values, "state": "scheduled", "step": "run"})
            self._cron()._trigger(at=self._moment(self.date_start))
        else:
            self.sudo().write(values)
            self._start()

    def action_stop(self):
        """Pause after the batch that is being worked on."""
        self._check_may()
        self.filtered(lambda h: h.state == "running").sudo().state = "stopped"

    def action_continue(self):
        """Go on after a pause, and try again what failed."""
        self.ensure_one()
        self._check_may()
        if self.state not in ("stopped", "running", "done"):
            raise UserError(self.env._("There is nothing to go on with."))
        failed = self.row_ids.sudo().filtered(lambda row: row.state == "failed")
        failed.write({"state": "todo", "error": False})
        failed.item_id.state = "todo"
        self.sudo().write({"state": "running", "step": "run", "error": False})
        self._work_now_or_later()

    def action_cancel(self):
        """Back to the plan before the day has come."""
        self.ensure_one()
        self._check_may()
        if self.state != "scheduled":
            raise UserError(self.env._("Only a handover that waits can be cancelled."))
        self.sudo().write({"state": "draft", "step": "preview"})

    def _check_may(self):
        """Whoever may not plan such a handover may not run or undo it either."""
        self.check_access("write")
        self._check_people()

    def _check_start(self):
        self._check_may()
        self._lock()
        if self.state != "draft":
            raise UserError(self.env._("This handover was started already."))
        if other := self._collision():
            raise UserError(
                self.env._(
                    "Another handover of %(name)s is under way: %(other)s.",
                    name=self.from_user_id.name,
                    other=other.display_name,
                )
            )

    def _collision(self):
        """A handover under way that takes everything of the same person; chosen
        customers can be handed over side by side."""
        same = Domain("from_user_id", "=", self.from_user_id.id)
        same &= Domain("from_user_id", "!=", False) & Domain("id", "!=", self.id)
        same &= Domain("state", "in", ("scheduled", "running", "stopped", "undoing"))
        if self.kind == "transfer":
            same &= Domain("kind", "!=", "transfer")
        return self.sudo().search(same, limit=1)

    def _check_plan(self):
        """Refuse a plan that leaves something without receiver, or gives it to
        somebody who cannot work with it."""
        items = self.sudo().item_ids
        if not items:
            raise UserError(self.env._("There is nothing to hand over."))
        open_items = [("handover_id", "=", self.id), ("to_user_id", "=", False)]
        if left := items.search_count(open_items):
            raise UserError(
                self.env._(
                    "%(count)s customers or records have no receiver yet. Name more "
                    "receivers or give them by hand.",
                    count=left,
                )
            )
        self._check_receivers(items.to_user_id)

    def _check_receivers(self, people):
        """Refuse receivers that are gone or do not work for the company of what they
        get."""
        if gone := people.filtered(lambda user: not user.active or user.share):
            raise UserError(
                self.env._(
                    "%(names)s cannot receive customers: not an active employee.",
                    names=", ".join(gone.mapped("name")),
                )
            )
        companies = self._companies_by_receiver()
        for user in people:
            foreign = companies.get(user.id, set()) - set(user.company_ids.ids)
            if foreign:
                names = self.env["res.company"].sudo().browse(foreign).mapped("name")
                raise UserError(
                    self.env._(
                        "%(user)s does not work for %(companies)s. Hand over company "
                        "by company, or add the company to the user.",
                        user=user.name,
                        companies=", ".join(names),
                    )
                )

    def _companies_by_receiver(self):
        """Map receivers to the companies of what they get: a query for each kind."""
        companies = defaultdict(set)
        for name, spec in self._handover_specs().items():
            records = self.env[spec["model"]]
            if "company_id" not in records._fields:
                continue
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT i.to_user_id, t.company_id
                         FROM crm_handover_row r
                         JOIN crm_handover_item i ON i.id = r.item_id
                         JOIN %s t ON t.id = r.res_id
                        WHERE r.handover_id = %s AND r.kind = %s AND r.state = 'todo'
                          AND t.company_id IS NOT NULL""",
                    SQL.identifier(records._table),
                    self.id,
                    name,
                )
            )
            for user_id, company_id in rows:
                companies[user_id].add(company_id)
        return companies
