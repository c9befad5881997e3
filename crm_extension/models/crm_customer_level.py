from odoo import fields, models

from ..tools.copies import name_copies


class CrmCustomerLevel(models.Model):
    """A, B, C: how important a customer is, and how often we want to speak to it."""

    _name = "crm.customer.level"
    _description = "Customer Level"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer(string="Colour")
    rhythm_days = fields.Integer(
        string="Follow-up Rhythm",
        default=30,
        help="Days after which a customer of this level counts as silent when nobody "
        "has spoken with it. 0: never.",
    )
    description = fields.Char(
        translate=True, help="Who belongs here, in the words of your company."
    )

    _name_uniq = models.Constraint(
        "UNIQUE(name)", "A customer level with this name exists already."
    )
    _rhythm_positive = models.Constraint(
        "CHECK(rhythm_days >= 0)", "The follow-up rhythm cannot be negative."
    )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return vals_list if "name" in (default or {}) else name_copies(self, vals_list)
