from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.phone import is_phone_search


class CrmLead(models.Model):
    """A lead without a customer has numbers of its own; they go to the customer as soon
    as there is one."""

    _name = "crm.lead"
    _inherit = ["crm.phone.mixin", "crm.lead"]

    phone_number_ids = fields.One2many(
        "crm.phone.number", "lead_id", string="Phone Numbers", copy=True
    )
    partner_phone_number_ids = fields.One2many(
        related="partner_id.phone_number_ids",
        string="Phone Numbers of the Customer",
        readonly=False,
    )

    def _phone_owner_field(self):
        return "lead_id"

    def _phone_owned(self):
        return self.filtered(lambda lead: not lead.partner_id)

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads.filtered("partner_id")._phone_to_customer()
        return leads

    def write(self, vals):
        left = "partner_id" in vals and self.filtered("partner_id")
        result = super().write(vals)
        if vals.get("partner_id"):
            self._phone_to_customer()
        elif left:
            left = left.filtered("phone")
            left._phone_typed({lead: lead.phone for lead in left})
        return result

    def _phone_to_customer(self):
        """Numbers that were typed before the customer was known move to them."""
        rows = self._phone_rows().grouped(lambda row: row.lead_id.partner_id)
        for partner, numbers in rows.items():
            numbers._move_to(partner).unlink()

    def _inverse_phone(self):
        """A number typed on a lead is one more of the customer, in front."""
        leads = self.with_context(crm_phone_keep=True)
        return super(CrmLead, leads)._inverse_phone()

    def _get_partner_phone_update(self, force_void=True):
        """Nothing to tell the customer when the number is one of his."""
        update = super()._get_partner_phone_update(force_void)
        if not update or not self.phone or not self.partner_id:
            return update
        numbers = self.env["crm.phone.number"]
        rows = self.partner_id._origin.phone_number_ids.sudo()
        parsed = numbers._parse(self.phone, self._phone_regions(), self.city)
        mine = {numbers._key(phone.e164, phone.ext, phone.raw) for phone in parsed}
        return not mine <= {row._own_key() for row in rows}

    def _merge_dependences(self, opportunities):
        """Numbers of merged leads move to the one that remains. Equal ones go with the
        merged leads: deleting them here would empty Odoo's cache at each merge."""
        result = super()._merge_dependences(opportunities)
        by_lead = (opportunities | self)._phone_rows().grouped("lead_id")
        own = by_lead.pop(self, self.env["crm.phone.number"].sudo())
        rows = own.union(*by_lead.values()) - own
        if rows:
            rows._move_to(self.partner_id or self, None if self.partner_id else own)
        return result

    @api.model
    def _search_phone_mobile_search(self, operator, value):
        """Leads by any number of their own or of their customer."""
        domain = super()._search_phone_mobile_search(operator, value)
        if operator in ("ilike", "like", "=", "=ilike", "=like") and value:
            domain = Domain(domain) | self._phone_search_domain(value)
        return domain

    @api.model
    def _phone_search_domain(self, value):
        """Leads of a number, or none when the text is not one."""
        if not is_phone_search(value):
            return Domain.FALSE
        numbers = self.env["crm.phone.number"].sudo()._find(value, limit=500)
        owners = Domain("id", "in", numbers.lead_id.ids)
        owners |= Domain("partner_id", "in", numbers.partner_id.ids)
        return owners & self._unmasked_domain()
