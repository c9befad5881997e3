from odoo import api, models


class CrmInteraction(models.Model):
    """Import of rows that were kept elsewhere, each by its right author."""

    _inherit = "crm.interaction"

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for Interactions"),
                "template": "/crm_extension/static/xls/crm_interaction.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):
        """Managers say who logged each row, by name or login; whoever else imports,
        imports what is their own. Nothing is told again in the chatter."""
        if not self._is_history_manager():
            fields, data = self._without_author(fields, data)
        return super(
            CrmInteraction, self.with_context(crm_interaction_import=True)
        ).load(fields, data)

    @api.model
    def _without_author(self, fields, data):
        """The columns and rows without those that name the salesperson."""
        kept = [
            index
            for index, name in enumerate(fields)
            if name.split("/")[0].split(":")[0] not in ("user_id", ".user_id")
        ]
        return [fields[index] for index in kept], [
            [line[index] for index in kept] for line in data
        ]

    def _check_edit(self, vals):
        """A file that a manager imports again is its own reason."""
        if self.env.context.get("crm_interaction_import"):
            vals = {"edit_reason": self.env._("Imported again"), **vals}
        return super()._check_edit(vals)

    def _post_note(self):
        if not self.env.context.get("crm_interaction_import"):
            super()._post_note()
