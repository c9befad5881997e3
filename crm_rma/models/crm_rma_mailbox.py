from ast import literal_eval

from odoo import api, fields, models


class CrmRmaMailbox(models.Model):
    """An address: what is written to it becomes a request for a return."""

    _name = "crm.rma.mailbox"
    _description = "Mailbox for Returns"
    _inherit = ["mail.alias.mixin"]
    _order = "company_id, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one("crm.team", check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        check_company=True,
        domain="[('share', '=', False)]",
        help="Gets the requests. Empty: they wait for somebody of the desk.",
    )
    active = fields.Boolean(default=True)

    def write(self, vals):
        result = super().write(vals)
        if {"company_id", "team_id", "user_id"} & vals.keys():
            for mailbox in self:
                mailbox.alias_defaults = mailbox._mailbox_defaults()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        mailboxes = super().create(vals_list)
        for mailbox in mailboxes:
            mailbox.alias_defaults = mailbox._mailbox_defaults()
        return mailboxes

    def _mailbox_defaults(self):
        """What the requests of this address get."""
        defaults = literal_eval(self.alias_defaults or "{}")
        return {
            **defaults,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
            "user_id": self.user_id.id,
        }

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("crm.rma")
        return values
