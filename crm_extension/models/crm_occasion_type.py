from odoo import fields, models


class CrmOccasionType(models.Model):
    """Kinds of important dates of one's own: the opening of the shop, a first order."""

    _name = "crm.occasion.type"
    _description = "Kind of Occasion"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
