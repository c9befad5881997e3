from odoo import api, models

# What the facts of a customer are made of
COUNTED = {
    "active",
    "is_followup",
    "date",
    "channel",
    "user_id",
    "company_id",
    "commercial_partner_id",
}


class CrmInteraction(models.Model):
    """Tells ``crm.customer.stat`` what changes in the history."""

    _inherit = "crm.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        self.env["crm.customer.stat"]._add(interactions)
        return interactions

    def _after_project(self):
        super()._after_project()
        self.env["crm.customer.stat"]._add(self)

    def _write_multi(self, vals_list):
        """Every change ends here: edits, archiving, and customers that follow from
        a contact that moved to another company."""
        if not any(COUNTED & vals.keys() for vals in vals_list):
            super()._write_multi(vals_list)
            return
        stat = self.env["crm.customer.stat"]
        before = stat._customers_of(self)
        super()._write_multi(vals_list)
        stat._refresh(before | stat._customers_of(self))

    def unlink(self):
        stat = self.env["crm.customer.stat"]
        self.flush_recordset()
        customers = stat._customers_of(self)
        result = super().unlink()
        stat._refresh(customers)
        return result
