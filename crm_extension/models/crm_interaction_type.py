from odoo import fields, models

from .crm_interaction import CHANNELS


class CrmInteractionType(models.Model):
    _name = "crm.interaction.type"
    _inherit = ["crm.unique.name.mixin"]
    _description = "Interaction Type"
    _order = "sequence, id"
    _unique_name_by = ("channel",)

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel = fields.Selection(
        CHANNELS,
        help="Offered for interactions of this channel only; empty: for all.",
    )

    _name_source_uniq = models.UniqueIndex(
        "((name->>'en_US'), COALESCE(channel, ''))",
        "An interaction type with this name exists already for the channel.",
    )
