from odoo import fields, models
from odoo.exceptions import UserError

ARCHIVE_FIELDS = {"active", "edit_reason"}


class CrmInteraction(models.Model):
    """History is not deleted: a row that is wrong is archived, and why is said."""

    _inherit = "crm.interaction"

    def _check_edit(self, vals):
        """Archiving needs a reason always, of the author while they may correct, of a
        manager at any time; a manager archives rows of the system, too."""
        if "active" not in vals or vals.keys() - ARCHIVE_FIELDS:
            return super()._check_edit(vals)
        if not self._is_history_manager() and not all(
            row.origin == "authored" and row._is_in_edit_window() for row in self
        ):
            raise UserError(
                self.env._(
                    "Only a sales manager can archive this part of the history, or "
                    "bring it back."
                )
            )
        if not vals["active"] and not (vals.get("edit_reason") or "").strip():
            raise UserError(
                self.env._(
                    "Say why it is archived: open the interaction and use Archive."
                )
            )
        return {
            **vals,
            "edit_user_id": self.env.uid,
            "edit_date": fields.Datetime.now(),
        }

    def action_ask_archive(self):
        """Open the dialog that asks for the reason."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Archive"),
            "res_model": "crm.interaction.archive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_interaction_ids": self.ids},
        }
