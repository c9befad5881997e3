from odoo import api, models
from odoo.fields import Domain

from ..tools.text_domain import text_domain


class CrmWorkbench(models.AbstractModel):
    """The search box of the workbench: customer, document and what is to be done."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_text(self, names, search, customer=None):
        """What a list shows of a search.

        :param names: fields of the rows' own model
        :param search: text, or None for all rows
        :param customer: path to the customer, whose name is looked at, too
        """
        if not search:
            return Domain.TRUE
        found = text_domain(names, search) if names else Domain.FALSE
        if customer:
            found |= self._workbench_named(customer, search)
        return found

    @api.model
    def _workbench_todo_text(self, search):
        """To-dos by their summary and document, or by the name of the customer whose
        document they are on."""
        if not search:
            return Domain.TRUE
        found = text_domain(("summary", "res_name"), search)
        for model, path in self.env["crm.interaction"]._timeline_todo_models().items():
            if self.env[model].has_access("read"):
                documents = self.env[model]._search(self._workbench_named(path, search))
                found |= Domain("res_model", "=", model) & Domain(
                    "res_id", "in", documents
                )
        return found

    @api.model
    def _workbench_named(self, path, search):
        return Domain(path, "any", self.env["res.partner"]._named_domain(search))
