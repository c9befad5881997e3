from odoo import api, fields, models
from odoo.fields import Domain

INVERSE = {"<": ">=", "<=": ">"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    last_contact_date = fields.Datetime(
        string="Last Contact",
        compute="_compute_last_contact_date",
        search="_search_last_contact_date",
        groups="crm_extension.crm_extension_group_history",
        help="When somebody really spoke with the customer: a call that was answered, "
        "a visit, a meeting or a message. Notes and documents do not count.",
    )

    @api.depends_context("uid", "su", "allowed_company_ids")
    def _compute_last_contact_date(self):
        facts = self.env["crm.customer.stat"]._by_customer(self)
        for partner in self:
            partner.last_contact_date = facts[partner.id]["last_contact_date"]

    def _search_last_contact_date(self, operator, value):
        """Customers by their last contact in any company that the user works for."""
        if operator == "in":
            days = [day for day in value if day]
            domain = self._crm_stat_domain([("last_contact_date", "in", days)])
            if len(days) < len(value):
                domain |= ~self._crm_stat_domain([])
            return domain
        if operator in INVERSE:
            later = self._crm_stat_domain(
                [("last_contact_date", INVERSE[operator], value)]
            )
            return self._crm_stat_domain([]) & ~later
        if operator in (">", ">="):
            return self._crm_stat_domain([("last_contact_date", operator, value)])
        return NotImplemented

    def _crm_stat_domain(self, domain):
        """Partners of the customers whose facts meet a domain."""
        stats = self.env["crm.customer.stat"]._search(domain)
        return Domain("commercial_partner_id", "in", stats.subselect("partner_id"))
