from odoo import fields, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["crm.timeline.mixin", "res.partner"]

    territory_id = fields.Many2one(
        "crm.territory",
        index="btree_not_null",
        ondelete="set null",
        help="Sales territory of the customer. It tells which team and people look "
        "after the region.",
        prefetch="crm_customer",
    )
    interaction_ids = fields.One2many(
        "crm.interaction",
        "commercial_partner_id",
        string="Interactions of the Customer",
    )

    # Odoo finds the customers of a salesperson and the owner of a number by these
    # columns and has an index on neither.
    _crm_user_idx = models.Index("(user_id) WHERE user_id IS NOT NULL")
    _crm_phone_sanitized_idx = models.Index(
        "(phone_sanitized) WHERE phone_sanitized IS NOT NULL"
    )

    def _timeline_partner(self):
        self.ensure_one()
        return self

    def _timeline_document_domain(self):
        """Rows in which this person was spoken to, not the whole company."""
        self.ensure_one()
        return fields.Domain("partner_id", "=", self.id) | fields.Domain(
            "participant_ids", "in", self.ids
        )
