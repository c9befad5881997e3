from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.phone import is_phone_search


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["crm.phone.mixin", "res.partner"]

    phone_number_ids = fields.One2many(
        "crm.phone.number", "partner_id", string="Phone Numbers", copy=True
    )
    phone_number_search = fields.Char(
        string="Any Phone Number",
        store=False,
        compute="_compute_phone_number_search",
        search="_search_phone_number_search",
        help="Finds a contact by any of the numbers, in any spelling or by the last "
        "digits.",
    )

    def _phone_owner_field(self):
        return "partner_id"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("country_id"):
            self._phone_read_again()
        return result

    def _phone_read_again(self):
        """A number that could not be read may be readable in the new country."""
        rows = self._phone_rows().filtered(lambda row: row.status != "valid")
        rows._compute_reading()
        rows.partner_id._phone_mirror()

    def _compute_phone_number_search(self):
        self.phone_number_search = False

    @api.model
    def _search_phone_number_search(self, operator, value):
        if operator not in ("ilike", "like", "="):
            return NotImplemented
        return self._phone_search_domain(value)

    @api.model
    def _phone_search_domain(self, value):
        """Contacts of a number, or nobody when the text is not one."""
        if not is_phone_search(value):
            return Domain.FALSE
        numbers = self.env["crm.phone.number"].sudo()
        owners = numbers._find(value, limit=500).partner_id
        return Domain("id", "in", owners.ids) & self._unmasked_domain()

    @api.model
    def _search_phone_mobile_search(self, operator, value):
        """Odoo's search for a phone looks at all numbers and reads any spelling."""
        domain = super()._search_phone_mobile_search(operator, value)
        if operator in ("ilike", "like", "=", "=ilike", "=like") and value:
            domain = Domain(domain) | self._phone_search_domain(value)
        return domain

    @api.model
    def _search_display_name(self, operator, value):
        """Whoever types a number into a field for contacts finds its owner."""
        domain = super()._search_display_name(operator, value)
        if operator == "ilike" and is_phone_search(value):
            domain = Domain(domain) | self._phone_search_domain(value)
        return domain
