from odoo import api, fields, models
from odoo.fields import Domain


class CrmWorkbench(models.AbstractModel):
    """Customers who owe us a faulty unit."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        if self.env["crm.rma.line"].has_access("write"):
            buckets["advances"] = {
                "title": self.env._("Faulty units overdue"),
                "icon": "fa-share",
                "sequence": 83,
                "tone": "warning",
                "empty": self.env._("No customer owes you a faulty unit."),
                "query": "_workbench_advances_query",
                "rows": "_workbench_advance_rows",
            }
        return buckets

    @api.model
    def _workbench_advances_query(self, user, search):
        """My RMAs whose good unit was sent and whose faulty one is overdue."""
        late = Domain("advance_ids", "any", [("is_overdue", "=", True)])
        mine = Domain("user_id", "=", user.id) & late
        return self._workbench_rma_query(user, search, mine)

    @api.model
    def _workbench_advance_rows(self, ids, user):
        rows = []
        for rma in self.env["crm.rma"].browse(ids):
            late = rma.advance_ids.filtered("is_overdue")
            rows.append(
                self._workbench_row(
                    "crm.rma",
                    rma.id,
                    document=self._workbench_document(rma),
                    partner=rma.contact_id or rma.partner_id,
                    date=fields.Date.to_string(min(late.mapped("date_due"))),
                    what=" · ".join([rma.name, *late.lot_id.mapped("name")]),
                    icon="fa-share",
                    can_reassign=False,
                )
            )
        return self._workbench_finish_rows(rows)
