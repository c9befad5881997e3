from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_send_from = fields.Float(
        string="Messages from",
        default=8.0,
        help="Text messages and courtesies arrive at these hours of the contact's "
        "place only.",
        prefetch="crm_settings",
    )
    crm_send_to = fields.Float(
        string="Messages until", default=21.0, prefetch="crm_settings"
    )

    @api.constrains("crm_send_from", "crm_send_to")
    def _check_crm_send_hours(self):
        for company in self:
            if not 0 <= company.crm_send_from < company.crm_send_to <= 24:
                raise ValidationError(
                    self.env._(
                        "The hours for messages to customers go from an earlier hour "
                        "to a later one of the same day."
                    )
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_send_from = fields.Float(related="company_id.crm_send_from", readonly=False)
    crm_send_to = fields.Float(related="company_id.crm_send_to", readonly=False)
