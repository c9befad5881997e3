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
                          p.website, p.parent_id, p.is_company, c.code AS region,
                          ARRAY(SELECT COALESCE(n.e164, n.raw) FROM crm_phone_number n
                                 WHERE n.partner_id = p.id) AS phones
                     FROM res_partner p LEFT JOIN res_country c ON c.id = p.country_id
                    WHERE p.id = ANY(%s)""",
                self.ids,
            )
        )
        here = self.env.company.country_id.code
        return {
            row["id"]: self._duplicate_partner_keys(row, here, row.pop("phones"))
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

    def _duplicate_question(self):
        """The record as a question to ``crm.duplicate._find``."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name or "",
            "phone": self.phone or "",
            "email": self.email or "",
            "website": self.website or "",
            "vat": self.vat or "",
            "company_registry": self.company_registry or "",
            "is_company": self.is_company,
            "parent_id": self.parent_id.id,
            "country_id": self.country_id.id,
        }

    def _duplicate_owner(self):
        return self.user_id or self.commercial_partner_id.user_id

    def _duplicate_kind(self):
        return "contact" if self.sudo().parent_id else "customer"

    @api.model
    def name_create(self, name):
        """Creating a customer from a field shows no form: the warning comes after."""
        result = super().name_create(name)
        finder = self.env["crm.duplicate"]
        if not self.env.su and finder._entry_mode() == "warn":
            [found] = finder._find([{"id": result[0], "name": name}], limit=1)
            if found:
                self.env.user._bus_send(
                    "simple_notification",
                    {
                        "type": "warning",
                        "sticky": True,
                        "title": self.env._("Possible duplicate"),
                        "message": self._duplicate_sentence(name, found[0]),
                    },
                )
        return result

    @api.model
    def _duplicate_sentence(self, name, answer):
        finder = self.env["crm.duplicate"]
        told = (finder._tell([answer]) or [{"name": False, "owner": False}])[0]
        return self.env._(
            "%(typed)s was created. It may be known already: %(name)s, owner %(owner)s",
            typed=name,
            name=told["name"] or self.env._("a customer of a colleague"),
            owner=told["owner"] or self.env._("nobody"),
        )

    def _crm_action_merge(self):
        """Open the preview of a merge of the selected customers."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_extension.crm_partner_merge_action"
        )
        return {**action, "params": {"partner_ids": self.ids}}
