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

    def _warranty_timezone(self):
        """Name of the time zone in which this company's warranties start.

        A company without a time zone on its address falls back to the one of the
        person who validates the delivery.
        """
        self.ensure_one()
        return self.partner_id.tz or self.env.user.tz or "UTC"
