from random import randint

from odoo import fields, models

from ..tools.copies import name_copies


class CrmInteractionTag(models.Model):
    _name = "crm.interaction.tag"
    _description = "Interaction Tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer(default=lambda self: randint(1, 11))

    _name_uniq = models.Constraint("UNIQUE(name)", "This tag exists already.")

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        return vals_list if "name" in (default or {}) else name_copies(self, vals_list)


class CrmInteraction(models.Model):
    """What a company wants to find again: complaints, prices, competitors ..."""

    _inherit = "crm.interaction"

    tag_ids = fields.Many2many(
        "crm.interaction.tag", "crm_interaction_tag_rel", string="Tags"
    )
