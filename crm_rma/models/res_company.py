from odoo import fields, models

from .warranty_term import UNITS


class ResCompany(models.Model):
    _inherit = "res.company"

    warranty_term_id = fields.Many2one(
        "warranty.term",
        string="Default Warranty Term",
        check_company=True,
        domain="[('kind', '=', 'standard')]",
        help="Used for goods whose product and category name no term of their own. "
        "Empty: such goods get no warranty.",
    )
    warranty_repair_duration = fields.Integer(
        string="Repair Warranty",
        help="How long the parts and the work of a repair are covered from the day the "
        "unit goes home, where its term says nothing. Zero: not at all.",
    )
    warranty_repair_unit = fields.Selection(UNITS, default="day", required=True)
    warranty_notice_days = fields.Integer(
        string="Remind Before Expiry (Days)",
        default=30,
        help="So many days before a warranty ends, its salesperson finds it on the "
        "workbench, to offer an extension. Zero: never.",
    )

    _warranty_days_positive = models.Constraint(
        "CHECK(warranty_repair_duration >= 0 AND warranty_notice_days >= 0)",
        "A number of days cannot be negative.",
    )
