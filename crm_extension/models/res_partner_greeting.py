from odoo import api, models
from odoo.tools import consteq
from odoo.tools.misc import hmac
from odoo.tools.urls import urljoin


class ResPartner(models.Model):
    """Contacts who want no more greetings say so themselves."""

    _inherit = "res.partner"

    def _stop_token(self):
        """What proves that somebody got the link from us."""
        self.ensure_one()
        return hmac(self.env(su=True), "crm_greeting_stop", self.id)

    def _stop_url(self):
        """Address of the page on which the contact stops greetings."""
        path = f"/crm/greetings/stop/{self.id}/{self._stop_token()}"
        return urljoin(self.get_base_url(), path)

    @api.model
    @api.private
    def _by_stop_token(self, partner_id, token):
        """The contact of a link (sudo), empty for a wrong one."""
        partner = self.sudo().browse(partner_id)
        is_good = consteq(partner._stop_token().encode(), token.encode())
        return partner.exists() if is_good else partner.browse()

    def _stop_greetings(self):
        """Opt out, once, with a note in the chatter."""
        for partner in self.filtered(lambda partner: not partner.greeting_opt_out):
            partner.greeting_opt_out = True
            partner._message_log(
                body=self.env._("The contact wants no more greetings.")
            )
