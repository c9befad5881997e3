from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.keyset import Keyset
from .sale_order_approval import TYPE


class CrmWorkbench(models.AbstractModel):
    """Prices that wait for my approval."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        if self.env["sale.order.approval"].has_access("read"):
            buckets["approvals"] = {
                "title": self.env._("Approvals"),
                "icon": "fa-gavel",
                "sequence": 8,
                "tone": "warning",
                "empty": self.env._("Nobody waits for your approval."),
                "query": "_workbench_approvals_query",
                "rows": "_workbench_approval_rows",
            }
        return buckets

    @api.model
    def _workbench_models(self):
        return super()._workbench_models() | {"sale.order.approval"}

    @api.model
    def _workbench_todo_query(self, user, search, *conditions):
        """What waits for an approval has a list of its own."""
        kind = self.env["ir.model.data"]._xmlid_to_res_id(TYPE)  # cached
        other = SQL("activity_type_id IS DISTINCT FROM %s", kind or 0)
        return super()._workbench_todo_query(user, search, *conditions, other)

    @api.model
    def _workbench_approvals_query(self, user, search):
        domain = Domain("approver_id", "=", user.id) & Domain("state", "=", "waiting")
        domain &= self.env["crm.workbench.hidden"]._domain("sale.order.approval", user)
        if search:
            domain &= Domain("order_id.name", "ilike", search) | Domain(
                "order_id.partner_id.complete_name", "ilike", search
            )
        query = self.env["sale.order.approval"]._search(domain)
        return Keyset(query, SQL("sale_order_approval.create_date"))

    @api.model
    def _workbench_approval_rows(self, ids, user):
        rows = [
            self._workbench_row(
                "sale.order.approval",
                approval.id,
                document=self._workbench_document(approval.order_id),
                partner=approval.order_id.partner_id,
                date=self._workbench_day(approval.create_date),
                what=self._workbench_approval(approval),
                by=approval.user_id.sudo().name,
                icon="fa-gavel",
                can_done=False,
                can_reassign=False,
            )
            for approval in self.env["sale.order.approval"].browse(ids)
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_approval(self, approval):
        """Number, total and the reason, in one line."""
        order = approval.order_id
        total = order.currency_id.format(order.amount_untaxed)
        reason = " ".join((approval.reason or "").split())
        return " · ".join(filter(None, [order.name, total, reason]))
