from odoo import models
from odoo.tools import SQL


class PrivacyLookupWizard(models.TransientModel):
    _inherit = "privacy.lookup.wizard"

    def _get_query(self):
        """Odoo follows contacts of rows; people who took part are found as well."""
        return SQL(
            """%s
            UNION
            SELECT %s AS res_model_id, i.id AS res_id, i.active AS is_active
              FROM crm_interaction i
              JOIN crm_interaction_participant_rel r ON r.crm_interaction_id = i.id
             WHERE r.res_partner_id IN (SELECT id FROM indirect_references)""",
            super()._get_query(),
            self.env["ir.model"]._get_id("crm.interaction"),
        )


class PrivacyLookupWizardLine(models.TransientModel):
    _inherit = "privacy.lookup.wizard.line"

    def action_unlink(self):
        """The history of a customer is not deleted: it is made nameless."""
        self.ensure_one()
        records = self.env[self.res_model].sudo().browse(self.res_id).exists()
        if not self.is_unlinked and self.res_model == "crm.interaction":
            records._erase()
        elif not self.is_unlinked and records and self._has_history(records):
            records._history_anonymise()
        else:
            return super().action_unlink()
        self.execution_details = self.env._(
            "Anonymised %(model)s #%(number)s",
            model=self.res_model_id.name,
            number=self.res_id,
        )
        self.is_unlinked = True
        return None

    def _has_history(self, records):
        return self.res_model == "res.partner" and bool(records._history_rows()[:1])
