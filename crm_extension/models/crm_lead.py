from odoo import api, fields, models

from .crm_interaction_source import UTM_FIELDS


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

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._record_touches()
        return leads

    def _record_touches(self):
        """The source of the lead is a touch of its customer, on the day it came in."""
        self.env["res.partner"]._record_touches_of(self, "create_date")

    def write(self, vals):
        """A lead that finds its customer takes its history and its source along."""
        result = super().write(vals)
        if vals.get("partner_id") or any(vals.get(name) for name in UTM_FIELDS):
            self._record_touches()
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
