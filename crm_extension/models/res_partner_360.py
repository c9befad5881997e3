from odoo import models


class ResPartner(models.Model):
    """Ways into and out of the customer page."""

    _inherit = "res.partner"

    def action_open_customer_360(self):
        """The page of the customer behind this card."""
        self.ensure_one()
        customer = self.commercial_partner_id
        action = self.env["ir.actions.client"]._for_xml_id(
            "crm_extension.crm_customer_360_action"
        )
        return {
            **action,
            "name": customer.name,
            "display_name": customer.name,
            "params": {"partner_id": customer.id},
            "context": {"active_id": customer.id},
        }

    def _action_people(self):
        """The chart of the people of this customer."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_extension.res_partner_action_people"
        )
        return {
            **action,
            "domain": [
                ("commercial_partner_id", "=", self.id),
                ("id", "!=", self.id),
                ("type", "=", "contact"),
            ],
            "context": {"default_parent_id": self.id, "default_type": "contact"},
        }

    def action_people(self):
        """The chart of the people of the customer behind this card."""
        self.ensure_one()
        return self.commercial_partner_id._action_people()

    def _action_new_contact(self):
        """A dialog for a new person of this customer."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Contact"),
            "res_model": "res.partner",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_parent_id": self.id,
                "default_type": "contact",
                "default_is_company": False,
            },
        }
