from odoo import fields, models

from .crm_interaction import CHANNELS


class CrmInteractionType(models.Model):
    _name = "crm.interaction.type"
    _description = "Interaction Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel = fields.Selection(
        CHANNELS,
        help="Offered for interactions of this channel only; empty: for all.",
    )

    _name_channel_uniq = models.Constraint(
        "UNIQUE(name, channel)",
        "An interaction type with this name exists already for the channel.",
    )
