from odoo import fields, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.timeline.mixin", "crm.lead"]

    def _timeline_lead(self):
        self.ensure_one()
        return self

    def _timeline_document_domain(self):
        """All rows of the lead, whichever document they came from."""
        self.ensure_one()
        return fields.Domain("lead_id", "=", self.id)

    def write(self, vals):
        """A lead that finds its customer takes its history along."""
        result = super().write(vals)
        if vals.get("partner_id"):
            rows = self.env["crm.interaction"].sudo()
            rows.search(
                [("lead_id", "in", self.ids), ("partner_id", "=", False)]
            )._timeline_assign(self[:1].partner_id)
        return result

    def _merge_dependences(self, opportunities):
        """The lead that remains takes over what was said about the merged ones."""
        result = super()._merge_dependences(opportunities)
        rows = self.env["crm.interaction"].sudo().with_context(active_test=False)
        rows = rows.search([("lead_id", "in", opportunities.ids)])
        rows.lead_id = self
        rows.filtered(lambda row: row.res_model == self._name).res_id = self.id
        return result
