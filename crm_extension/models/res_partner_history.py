from odoo import models


class ResPartner(models.Model):
    """What happens to the history when a contact changes its company.

    What was said while somebody worked for a company is that company's history and
    stays with it, as its orders and invoices do; the person's own timeline shows it,
    too. A customer that *becomes part* of a company (somebody who was known without an
    employer, a branch that was entered as a customer) brings its history along.
    """

    _inherit = "res.partner"

    def write(self, vals):
        if not {"parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        before = {partner: partner.commercial_partner_id for partner in self}
        result = super().write(vals)
        absorbed = {
            customer: customer.commercial_partner_id
            for customer in before.values()
            if customer.commercial_partner_id != customer
        }
        for customer, company in absorbed.items():
            customer._history_join(company)
        return result

    def _history_join(self, company):
        """The history and visit source of this customer become the company's."""
        self.ensure_one()
        rows = self.env["crm.interaction"].sudo().with_context(active_test=False)
        rows = rows.search([("commercial_partner_id", "=", self.id)])
        rows.commercial_partner_id = company
        touches = company._prepare_touch_fold(self)
        if touches:
            company.sudo().with_context(tracking_disable=True).write(touches)
