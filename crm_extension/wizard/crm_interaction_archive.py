from odoo import fields, models


class CrmInteractionArchive(models.TransientModel):
    """Asks why a part of the history is archived."""

    _name = "crm.interaction.archive"
    _description = "Archive Interactions"

    interaction_ids = fields.Many2many("crm.interaction", required=True)
    reason = fields.Char(required=True)

    def action_archive_rows(self):
        """Archive the rows with the reason."""
        self.ensure_one()
        self.interaction_ids.write({"active": False, "edit_reason": self.reason})
        return {"type": "ir.actions.act_window_close"}
