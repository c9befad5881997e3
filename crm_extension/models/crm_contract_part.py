from odoo import api, fields, models
from odoo.fields import Domain


class CrmContractPart(models.AbstractModel):
    """What belongs to one contract: whoever reads or writes the contract reads or
    writes it, under the rules of the contract."""

    _name = "crm.contract.part"
    _description = "Part of a Contract"

    contract_id = fields.Many2one(
        "crm.contract", required=True, ondelete="cascade", index=True
    )
    is_contract_readable = fields.Boolean(
        compute="_compute_is_contract_readable", search="_search_is_contract_readable"
    )
    is_contract_writable = fields.Boolean(
        compute="_compute_is_contract_writable", search="_search_is_contract_writable"
    )

    @api.depends_context("uid")
    def _compute_is_contract_readable(self):
        self._compute_contract_access("is_contract_readable", "read")

    @api.depends_context("uid")
    def _compute_is_contract_writable(self):
        self._compute_contract_access("is_contract_writable", "write")

    def _compute_contract_access(self, name, operation):
        allowed = self.contract_id.sudo(False)._filtered_access(operation)
        for part in self:
            part[name] = part.contract_id in allowed

    def _search_is_contract_readable(self, operator, value):
        return self._search_contract_access(operator, value, "read")

    def _search_is_contract_writable(self, operator, value):
        return self._search_contract_access(operator, value, "write")

    def _search_contract_access(self, operator, value, operation):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        contracts = self.env["crm.contract"].sudo(False)
        if not contracts.has_access(operation):
            return Domain.FALSE
        rules = (
            self.env["ir.rule"].sudo(False)._compute_domain("crm.contract", operation)
        )
        return Domain("contract_id", "any!", rules)
