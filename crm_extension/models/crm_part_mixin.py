from odoo import api, fields, models
from odoo.fields import Domain


class CrmPartMixin(models.AbstractModel):
    """What belongs to one record: whoever reads or writes the whole reads or writes the
    part, under the rules of the whole."""

    _name = "crm.part.mixin"
    _description = "Part of a Record"

    #: Many2one to the whole
    _part_of = ""

    is_whole_readable = fields.Boolean(
        compute="_compute_is_whole_readable", search="_search_is_whole_readable"
    )
    is_whole_writable = fields.Boolean(
        compute="_compute_is_whole_writable", search="_search_is_whole_writable"
    )

    @api.depends_context("uid")
    def _compute_is_whole_readable(self):
        self._compute_whole_access("is_whole_readable", "read")

    @api.depends_context("uid")
    def _compute_is_whole_writable(self):
        self._compute_whole_access("is_whole_writable", "write")

    def _compute_whole_access(self, name, operation):
        allowed = self[self._part_of].sudo(False)._filtered_access(operation)
        for part in self:
            part[name] = part[self._part_of] in allowed

    def _search_is_whole_readable(self, operator, value):
        return self._search_whole_access(operator, value, "read")

    def _search_is_whole_writable(self, operator, value):
        return self._search_whole_access(operator, value, "write")

    def _search_whole_access(self, operator, value, operation):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        whole = self._fields[self._part_of].comodel_name
        if not self.env[whole].sudo(False).has_access(operation):
            return Domain.FALSE
        rules = self.env["ir.rule"].sudo(False)._compute_domain(whole, operation)
        return Domain(self._part_of, "any!", rules)
