from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    crm_timeline_facts = fields.Boolean(
        string="Stock and Repairs in the Timeline", default=True
    )
    customer_360_layout = fields.Json(
        help="How the user arranged the cards of the customer page: names in order, "
        "folded and hidden ones."
    )
    crm_lookup_open = fields.Boolean(string="Look-up Panel Open")
