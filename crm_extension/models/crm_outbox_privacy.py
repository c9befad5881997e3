from odoo import models
from odoo.fields import Command, Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _anonymise_lists(self):
        """What waits for the person is not sent; what was sent loses its words. The
        key stays: the same is not sent again to somebody else."""
        result = super()._anonymise_lists()
        messages = self.env["crm.outbox"].sudo()
        messages = messages.search(Domain("partner_id", "=", self.id))
        messages._withdraw()
        messages.write(
            {
                "address": False,
                "address_key": False,
                "subject": False,
                "body": False,
                "body_html": False,
                "detail": False,
                "attachment_ids": [Command.clear()],
            }
        )
        greetings = self.env["crm.greeting"].sudo()
        greetings.search([("partner_id", "=", self.id)]).write(
            {"text": False, "subject": False, "address": False, "params": False}
        )
        return result
