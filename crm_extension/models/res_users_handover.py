from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError


class ResUsers(models.Model):
    """Nobody who looks after customers is archived or deleted.

    Odoo would delete the open to-dos of an archived user and leave the customers with
    somebody who is gone. Every way is guarded: the button, a write, an import, RPC, the
    departure of an employee, deleting.
    """

    _inherit = "res.users"

    def action_archive(self):
        """Before anything else: Odoo deletes the to-dos first."""
        self.filtered("active")._check_handed_over()
        return super().action_archive()

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self.filtered("active")._check_handed_over()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open_customers(self):
        self._check_handed_over()

    def action_hand_over(self):
        """Plan the handover of this person's customers."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "crm_extension.crm_handover_action_new"
            ),
            "context": {"default_from_user_id": self.id},
        }

    def _check_handed_over(self):
        """Refuse to let people go who have something open with customers.

        :raises RedirectWarning: with the way to the handover, for those who may
        :raises UserError: for everybody else, and where no button can be shown
        """
        if not self or not self.env["crm.handover"]._handover_open(self):
            return
        for user in self:
            if found := self.env["crm.handover"]._handover_open(user):
                user._refuse_leaving(found)

    def _refuse_leaving(self, found):
        message = self.env._(
            "%(user)s still looks after customers: %(what)s. Hand them over first; "
            "archiving would delete the to-dos and leave the customers alone.",
            user=self.sudo().name,
            what=", ".join(f"{title} {count}" for title, count in found.items()),
        )
        handovers = self.env["crm.handover"]
        if not handovers.has_access("create"):
            ask = self.env._("Ask a sales manager to do it (Customers > Handovers).")
            message = f"{message}\n\n{ask}"
            raise UserError(message)
        if self.env.context.get("import_file"):
            where = self.env._("Do it under Customers > Handovers.")
            message = f"{message}\n\n{where}"
            raise UserError(message)
        action = self.env.ref("crm_extension.crm_handover_action_new")
        raise RedirectWarning(
            message,
            action.id,
            self.env._("Hand Over"),
            {"default_from_user_id": self.id},
        )
