from odoo import api, fields, models
from odoo.tools.misc import format_date


class CrmRma(models.Model):
    """What the form of an RMA says and offers while units are at a vendor."""

    _inherit = "crm.rma"

    can_vendor_back = fields.Boolean(compute="_compute_can_vendor_back")

    @api.depends("is_open", "line_ids.outcome_ids.vendor_result")
    def _compute_can_vendor_back(self):
        for rma in self:
            rma.can_vendor_back = rma.is_open and bool(rma.line_ids._away())

    def action_vendor_back(self):
        """Units of this RMA came back from the vendor, or not."""
        self.check_access("write")
        away = self.filtered("can_vendor_back")
        if not away:
            return self._nothing_to_do()
        return away.line_ids._away()._action_vendor_back()

    @api.model
    def _can_depends(self):
        return (*super()._can_depends(), "line_ids.outcome_ids.vendor_result")

    @api.depends("line_ids.outcome_ids.vendor_result", "line_ids.place")
    def _compute_next_step(self):
        super()._compute_next_step()

    def _explain_next_step(self):
        if self.is_open and self.date_approved:
            if any(
                line._is_undecided() and line._only_lost() for line in self.line_ids
            ):
                return self.env._(
                    "Lost at the vendor: decide what the customer gets for it."
                )
            away = self.line_ids._away()
            waiting = self.line_ids.filtered(lambda line: line.place == "vendor")
            if away and waiting:
                return self._explain_at_vendor(away[0])
        return super()._explain_next_step()

    def _explain_at_vendor(self, outcome):
        repair = outcome.sudo().vendor_repair_id
        values = {
            "vendor": repair.vendor_id.name,
            "sent": format_date(self.env, repair.date_sent),
            "expected": repair.date_expected
            and format_date(self.env, repair.date_expected),
        }
        if not repair.date_expected:
            return self.env._(
                "At %(vendor)s since %(sent)s. Ask when the unit comes back.", **values
            )
        if repair.is_overdue:
            return self.env._(
                "At %(vendor)s since %(sent)s, expected back on %(expected)s: overdue. "
                "Ask the vendor.",
                **values,
            )
        return self.env._(
            "At %(vendor)s since %(sent)s, expected back on %(expected)s.", **values
        )
