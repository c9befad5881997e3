from odoo import api, models
from odoo.tools import SQL

from ..tools import duplicate_keys as keys


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["crm.duplicate.mixin", "res.partner"]

    @api.model
    def _duplicate_fields(self):
        return {
            "name",
            "email",
            "phone",
            "vat",
            "company_registry",
            "website",
            "parent_id",
            "is_company",
            "country_id",
        }

    def _duplicate_keys(self):
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT p.id, p.name, p.email, p.phone, p.vat, p.company_registry,
                          p.website, p.parent_id, p.is_company, c.code AS region
                     FROM res_partner p LEFT JOIN res_country c ON c.id = p.country_id
                    WHERE p.id = ANY(%s)""",
                self.ids,
            )
        )
        more = self._duplicate_more_phones()
        here = self.env.company.country_id.code
        return {
            row["id"]: self._duplicate_partner_keys(row, here, more.get(row["id"], ()))
            for row in rows
        }

    @api.model
    def _duplicate_partner_keys(self, values, here=None, phones=()):
        """Keys of one customer or contact, stored or being typed.

        What a contact shares with its company (the numbers of the register) is not
        repeated; a name counts as that of a company unless somebody works elsewhere.
        """
        regions = tuple(filter(None, (values.get("region"), here)))
        person = "" if values.get("is_company") else values.get("name")
        company = "" if values.get("parent_id") else values.get("name")
        found = keys.name_keys(company, person)
        found |= keys.phone_keys([values.get("phone"), *phones], regions)
        found |= keys.address_keys([values.get("email")], values.get("website"))
        if not values.get("parent_id"):
            found |= keys.code_keys(values.get("vat"), values.get("company_registry"))
        return found
