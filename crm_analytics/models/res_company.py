from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    analytics_comparison = fields.Selection(
        [
            ("same_day", "To the same day"),
            ("whole_period", "The whole period"),
        ],
        string="Compare the Running Period",
        default="same_day",
        required=True,
        help="On 22 November, should November of last year count up to its 22nd, "
        "or as a whole?",
    )
