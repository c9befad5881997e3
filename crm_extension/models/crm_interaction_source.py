from odoo import api, fields, models

# The visit source, by the names that Odoo's own documents have for it
UTM_FIELDS = ("campaign_id", "source_id", "medium_id")


class CrmInteraction(models.Model):
    """Where the contact came from: campaign, source and medium of each interaction.

    Taken from the lead or the document unless somebody chose it. Every new source of a
    customer is a *touch*, see ``res.partner``.
    """

    _inherit = "crm.interaction"

    campaign_id = fields.Many2one(
        "utm.campaign",
        compute="_compute_visit_source",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
        help="The marketing campaign that led to this contact.",
    )
    source_id = fields.Many2one(
        "utm.source",
        string="Visit Source",
        compute="_compute_visit_source",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
        help="Where the contact came from: a fair, a search engine, a partner ...",
    )
    medium_id = fields.Many2one(
        "utm.medium",
        compute="_compute_visit_source",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        index="btree_not_null",
        help="By which way: phone, website, e-mail ...",
    )

    @api.depends("lead_id")
    def _compute_visit_source(self):
        """The lead's source as it is now; what was chosen stays."""
        for interaction in self:
            chosen = any(interaction[name] for name in UTM_FIELDS)
            lead = interaction.lead_id.sudo()
            if not chosen and lead:
                interaction.update({name: lead[name] for name in UTM_FIELDS})

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions._record_touches()
        return interactions

    def write(self, vals):
        result = super().write(vals)
        if any(vals.get(name) for name in UTM_FIELDS):
            self._record_touches()
        return result

    def _record_touches(self):
        """Remember on the customers from where they came."""
        touches = self.sudo().filtered(lambda row: row._is_touch())
        self.env["res.partner"]._record_touches_of(touches, "date")

    def _is_touch(self):
        """Whether somebody came from somewhere. What follows from a lead or happens in
        a document carries the lead's source on, but is no new visit."""
        self.ensure_one()
        lead = self.lead_id
        known = lead and all(self[name] == lead[name] for name in UTM_FIELDS)
        return self.origin == "authored" and not known
