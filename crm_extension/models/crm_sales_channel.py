from odoo import fields, models

from ..tools.copies import name_copies


class CrmSalesChannel(models.Model):
    """The way on which a customer buys: directly, through a reseller, in the shop."""

    _name = "crm.sales.channel"
    _description = "Sales Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Char(
        translate=True, help="Who belongs here, in the words of your company."
    )

    _name_uniq = models.Constraint(
        "UNIQUE(name)", "A sales channel with this name exists already."
    )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return vals_list if "name" in (default or {}) else name_copies(self, vals_list)
