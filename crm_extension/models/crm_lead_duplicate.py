from odoo import api, models
from odoo.tools import SQL

from ..tools import duplicate_keys as keys


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.duplicate.mixin", "crm.lead"]

    @api.model
    def _duplicate_fields(self):
        return {
            "partner_name",
            "contact_name",
            "email_from",
            "phone",
            "website",
            "country_id",
        }

    def _duplicate_keys(self):
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT l.id, l.partner_name, l.contact_name, l.email_from, l.phone,
                          l.website, c.code AS region,
                          ARRAY(SELECT COALESCE(n.e164, n.raw) FROM crm_phone_number n
                                 WHERE n.lead_id = l.id) AS phones
                     FROM crm_lead l LEFT JOIN res_country c ON c.id = l.country_id
                    WHERE l.id = ANY(%s)""",
                self.ids,
            )
        )
        here = self.env.company.country_id.code
        return {
            row["id"]: self._duplicate_lead_keys(row, here, row.pop("phones"))
            for row in rows
        }

    @api.model
    def _duplicate_lead_keys(self, values, here=None, phones=()):
        """Keys of one lead, stored or being typed."""
        regions = tuple(filter(None, (values.get("region"), here)))
        found = keys.name_keys(values.get("partner_name"), values.get("contact_name"))
        found |= keys.phone_keys([values.get("phone"), *phones], regions)
        return found | keys.address_keys(
            [values.get("email_from")], values.get("website")
        )

    def _duplicate_question(self):
        """The record as a question to ``crm.duplicate._find``."""
        self.ensure_one()
        return {
            "lead_id": self.id,
            "partner_name": self.partner_name or "",
            "contact_name": self.contact_name or "",
            "phone": self.phone or "",
            "email_from": self.email_from or "",
            "website": self.website or "",
            "partner_id": self.partner_id.id,
            "country_id": self.country_id.id,
        }

    @api.model
    def _duplicate_check_new(self, vals_list):
        """Leads of a customer that is chosen are no duplicates."""
        free = [vals for vals in vals_list if not vals.get("partner_id")]
        return super()._duplicate_check_new(free)
