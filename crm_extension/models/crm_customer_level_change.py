from odoo import api, fields, models

ORIGINS = [("hand", "By Hand"), ("suggested", "Suggested")]


class CrmCustomerLevelChange(models.Model):
    """Which level a customer had from when on, and why it changed."""

    _name = "crm.customer.level.change"
    _description = "Change of a Customer Level"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    old_level_id = fields.Many2one(
        "crm.customer.level", string="Before", readonly=True, ondelete="set null"
    )
    new_level_id = fields.Many2one(
        "crm.customer.level", string="Now", readonly=True, ondelete="set null"
    )
    origin = fields.Selection(ORIGINS, required=True, readonly=True, default="hand")
    user_id = fields.Many2one(
        "res.users", string="Changed by", readonly=True, ondelete="set null"
    )
    proposal_id = fields.Many2one(
        "crm.customer.level.proposal", readonly=True, ondelete="set null"
    )
    reason = fields.Char(related="proposal_id.reason")


class ResPartner(models.Model):
    """Level, potential and their history."""

    _inherit = "res.partner"

    potential_value = fields.Monetary(
        string="Potential per Year",
        currency_field="currency_id",
        help="What the customer could buy from us in a year, whatever it buys now.",
        prefetch="crm_customer",
    )
    is_level_kept = fields.Boolean(
        string="Keep This Level",
        help="Reviews of the levels suggest no other level for this customer.",
        prefetch="crm_customer",
    )
    service_words = fields.Char(
        string="Service", compute="_compute_service_words", help="What we promise."
    )
    level_change_ids = fields.One2many(
        "crm.customer.level.change",
        "partner_id",
        string="Changes of the Level",
        groups="crm_extension.crm_extension_group_history",
    )

    @api.depends("commercial_partner_id.customer_level_id")
    @api.depends_context("lang")
    def _compute_service_words(self):
        for partner in self:
            level = partner.commercial_partner_id.sudo().customer_level_id
            partner.service_words = level and level._service_words()

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered("customer_level_id")._note_levels({})
        return partners

    def write(self, vals):
        """Every change of the level is written down."""
        if "customer_level_id" not in vals:
            return super().write(vals)
        before = {partner.id: partner.customer_level_id for partner in self}
        result = super().write(vals)
        changed = self.filtered(lambda p: p.customer_level_id != before[p.id])
        changed._note_levels(before)
        return result

    def _note_levels(self, before):
        """Write down the levels that these partners have now (sudo: a log)."""
        if not self:
            return
        none = self.env["crm.customer.level"]
        proposals = self.env.context.get("crm_level_proposals") or {}
        self.env["crm.customer.level.change"].sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "old_level_id": before.get(partner.id, none).id,
                    "new_level_id": partner.customer_level_id.id,
                    "origin": "suggested" if partner.id in proposals else "hand",
                    "proposal_id": proposals.get(partner.id),
                    "user_id": self.env.uid,
                }
                for partner in self
            ]
        )
