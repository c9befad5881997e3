from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    crm_timeline_facts = fields.Boolean(
        string="Stock and Repairs in the Timeline", default=True
    )
