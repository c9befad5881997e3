from odoo import api, models

NUMBERS = frozenset(
    {"recipient_single_number", "recipient_single_number_itf", "sanitized_numbers"}
)


class SmsComposer(models.TransientModel):
    """A text message goes to a masked customer without showing the number."""

    _name = "sms.composer"
    _inherit = ["crm.mask.mixin", "sms.composer"]

    @api.model
    def _mask_fields(self, mode):
        return NUMBERS

    def _masked_records(self):
        return self.filtered(lambda composer: composer._crm_recipients()._crm_masked())

    def _crm_recipients(self):
        """The partners of the document to which the message goes."""
        partners = self.env["res.partner"]
        if not self.res_id or self.res_model not in self.env:
            return partners
        document = self.env[self.res_model].browse(self.res_id)
        return partners.union(*document._mail_get_partners().values())

    @api.model
    def _mask_sql_fields(self, mode):
        """Everybody finds only the composers of one's own."""
        return frozenset()
