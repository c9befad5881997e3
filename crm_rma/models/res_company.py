from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    warranty_term_id = fields.Many2one(
        "warranty.term",
        string="Default Warranty Term",
        check_company=True,
        help="Used for serials whose product and category name no term of their own. "
        "Empty: such serials get no warranty.",
    )
