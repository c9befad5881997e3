from odoo import fields, models


class CrmSalesChannel(models.Model):
    """The way on which a customer buys: directly, through a reseller, in the shop."""

    _name = "crm.sales.channel"
    _inherit = ["crm.unique.name.mixin"]
    _description = "Sales Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Char(
        translate=True, help="Who belongs here, in the words of your company."
    )

    _name_source_uniq = models.UniqueIndex(
        "((name->>'en_US'))", "A sales channel with this name exists already."
    )
