from odoo import api, models
from odoo.exceptions import AccessError

LEAD_MASKED_FIELDS = frozenset(
    {
        "phone",
        "phone_sanitized",
        "phone_mobile_search",
        "phone_number_ids",
        "partner_phone_number_ids",
        "phone_number_search",
        "email_from",
        "email_normalized",
        "email_domain_criterion",
        "street",
        "street2",
        "zip",
        "function",
    }
)


class CrmLead(models.Model):
    """Leads hold a copy of the customer's data, and a lead of mine opens the customer:
    both are given by people who may see the customer, never taken."""

    _name = "crm.lead"
    _inherit = ["crm.mask.mixin", "crm.lead"]

    @api.model
    def _mask_fields(self, mode):
        return LEAD_MASKED_FIELDS

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        if self._mask_mode():
            leads._crm_check_taken()
        return leads

    def write(self, vals):
        if not {"partner_id", "user_id"} & vals.keys() or not self._mask_mode():
            return super().write(vals)
        before = {lead: lead._crm_hold() for lead in self}
        result = super().write(vals)
        taken = self.filtered(lambda lead: lead._crm_hold() != before[lead])
        taken._crm_check_taken()
        return result

    def _crm_hold(self):
        """What the lead opens to whom."""
        return self.user_id, self.partner_id.commercial_partner_id

    def _crm_check_taken(self):
        """Refuse leads by which somebody would open a customer to himself."""
        mine = self.filtered(lambda lead: lead.user_id == self.env.user)
        relations = mine.partner_id._crm_relations(without_leads=mine.ids)
        masked = self.env.user._crm_masked_relations()
        for partner in mine.partner_id:
            if relations[partner.id] in masked:
                raise AccessError(partner._crm_owner_sentence())
