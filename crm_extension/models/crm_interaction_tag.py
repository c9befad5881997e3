from random import randint

from odoo import fields, models


class CrmInteractionTag(models.Model):
    _name = "crm.interaction.tag"
    _inherit = ["crm.unique.name.mixin"]
    _description = "Interaction Tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer(default=lambda self: randint(1, 11))

    _name_source_uniq = models.UniqueIndex(
        "((name->>'en_US'))", "This tag exists already."
    )


class CrmInteraction(models.Model):
    """What a company wants to find again: complaints, prices, competitors ..."""

    _inherit = "crm.interaction"

    tag_ids = fields.Many2many(
        "crm.interaction.tag", "crm_interaction_tag_rel", string="Tags"
    )
