from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_extension.tools.keyset import Keyset

# What waits for the technician: a decision, a diagnosis, shipping, closing
WAITING = ["new", "received", "ready", "shipped", "left"]
OPEN_LIMIT = 5


class CrmWorkbench(models.AbstractModel):
    """The RMAs that wait for me, and the open ones of a customer."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        buckets = super()._workbench_buckets()
        if self.env["crm.rma"].has_access("read"):
            buckets["rmas"] = {
                "title": self.env._("RMAs wait for me"),
                "icon": "fa-wrench",
                "sequence": 80,
                "empty": self.env._("No RMA is waiting for you."),
                "query": "_workbench_rmas_query",
                "rows": "_workbench_rma_rows",
            }
        return buckets

    @api.model
    def _workbench_models(self):
        return super()._workbench_models() | {"crm.rma"}

    @api.model
    def _workbench_rmas_query(self, user, search):
        """My open RMAs on which the next move is ours and nothing is planned."""
        mine = Domain("user_id", "=", user.id) & Domain("state", "in", WAITING)
        return self._workbench_rma_query(user, search, mine)

    @api.model
    def _workbench_rma_query(self, user, search, domain):
        """Open RMAs of ``domain`` for which the user planned nothing, by the number or
        the customer that was typed, the oldest first."""
        domain &= Domain("is_open", "=", True) & self._workbench_free("crm.rma", user)
        domain &= self._workbench_text(("name",), search, "partner_id")
        query = self.env["crm.rma"]._search(domain)
        return Keyset(query, SQL("crm_rma.date_reported::timestamp"))

    @api.model
    def _workbench_rma_rows(self, ids, user):
        states = self._workbench_rma_states()
        rows = [
            self._workbench_row(
                "crm.rma",
                rma.id,
                document=self._workbench_document(rma),
                partner=rma.contact_id or rma.partner_id,
                date=fields.Date.to_string(rma.date_reported),
                what=self._workbench_rma(rma),
                badge=states[rma.state],
                icon="fa-wrench",
                can_reassign=False,
            )
            for rma in self.env["crm.rma"].browse(ids)
        ]
        return self._workbench_finish_rows(rows)

    @api.model
    def _workbench_rma(self, rma):
        return " · ".join([rma.name, *rma.product_ids.mapped("name")])

    @api.model
    def _workbench_rma_states(self):
        return dict(
            self.env["crm.rma"]._fields["state"]._description_selection(self.env)
        )

    @api.model
    def _workbench_preview_open(self, customer):
        """RMAs with the place of their units, after the quotations."""
        documents = super()._workbench_preview_open(customer)
        if not customer or not self.env["crm.rma"].has_access("read"):
            return documents
        rmas = self.env["crm.rma"].search(
            Domain("commercial_partner_id", "=", customer.id)
            & Domain("is_open", "=", True),
            limit=OPEN_LIMIT,
        )
        states = self._workbench_rma_states()
        return documents + [
            {
                "model": "crm.rma",
                "id": rma.id,
                "name": rma.name,
                "state": states[rma.state],
                "amount": False,
                "icon": "fa-wrench",
            }
            for rma in rmas
        ]
