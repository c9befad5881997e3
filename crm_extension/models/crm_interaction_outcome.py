from odoo import fields, models

from .crm_interaction import CHANNELS


class CrmInteractionOutcome(models.Model):
    _name = "crm.interaction.outcome"
    _inherit = ["crm.unique.name.mixin"]
    _description = "Interaction Outcome"
    _order = "sequence, id"
    _unique_name_by = ("channel",)

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel = fields.Selection(
        CHANNELS,
        help="Offered for interactions of this channel only; empty: for all.",
    )
    tone = fields.Selection(
        [("good", "Good"), ("neutral", "Neutral"), ("bad", "Bad")],
        default="neutral",
        required=True,
        help="Colours the outcome in the timeline and tells success from failure "
        "in reports.",
    )
    is_reached = fields.Boolean(
        string="Customer Reached",
        default=True,
        help="Unticked for attempts that did not reach anybody: they do not count "
        "as a real contact with the customer.",
    )

    _name_source_uniq = models.UniqueIndex(
        "((name->>'en_US'), COALESCE(channel, ''))",
        "An outcome with this name exists already for the channel.",
    )
