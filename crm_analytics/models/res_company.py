from odoo import api, fields, models

from .crm_target import MEASURES


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
        prefetch="crm_settings",
    )
    analytics_alignment = fields.Selection(
        [
            ("date", "Same date"),
            ("weekday", "Same weekday (364 days)"),
            ("workday", "Same working day of the month"),
            ("festival", "Days around Spring Festival"),
        ],
        string="Compare a Year by",
        default="date",
        required=True,
        help="Which day of last year stands beside a day of this year.",
        prefetch="crm_settings",
    )

    target_measure = fields.Selection(
        MEASURES,
        string="Measure of Targets",
        default="booked",
        required=True,
        help="What the workbench, My Performance and new targets begin with.",
        prefetch="crm_settings",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["crm.analytics.calendar"].sudo()._fill(companies)
        return companies
