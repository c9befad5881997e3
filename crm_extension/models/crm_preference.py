from odoo import api, fields, models


class CrmPreference(models.Model):
    """What we know about a customer or person: habits, family, hobbies, tastes.

    One line for each fact under a configurable topic: colleagues find it, merge it
    and read it in one place. Facts of a fixed shape belong into the properties of
    the contact.
    """

    _name = "crm.preference"
    _description = "Preference"
    _order = "topic_sequence, id"
    _rec_name = "value"

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, ondelete="cascade", index=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    topic_id = fields.Many2one(
        "crm.preference.topic", required=True, ondelete="restrict", index=True
    )
    topic_sequence = fields.Integer(related="topic_id.sequence", store=True)
    value = fields.Char(string="What", required=True)

    @api.depends("topic_id", "value")
    def _compute_display_name(self):
        for fact in self:
            fact.display_name = f"{fact.topic_id.name or ''}: {fact.value or ''}"


class CrmPreferenceTopic(models.Model):
    """What colleagues ask about a person before they call."""

    _name = "crm.preference.topic"
    _inherit = ["crm.unique.name.mixin"]
    _description = "Preference Topic"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(
        default="fa-heart-o",
        help="Name of a Font Awesome 4 icon, for example fa-coffee.",
    )

    _name_source_uniq = models.UniqueIndex(
        "((name->>'en_US'))", "A preference topic with this name exists already."
    )
