from odoo import fields, models

MASKING = [
    ("open", "Open to everybody"),
    ("masked", "Masked"),
    ("strict", "Strict"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_masking = fields.Selection(
        MASKING,
        string="Colleagues' Customers",
        required=True,
        default="open",
        help="Open: salespeople see all customers. Masked: of a colleague's customer "
        "they see the name, not the phone, email, street, birthday and notes. Strict: "
        "they also change nothing and see no list of its people, opportunities and "
        "quotations. Managers, warehouse and accounting see what they need.",
    )

    def write(self, vals):
        """The new setting holds for everybody from the next click on."""
        result = super().write(vals)
        if "crm_masking" in vals:
            self.env.registry.clear_cache()
        return result

    def _local_timezone(self):
        """Name of the time zone in which this company counts its days.

        That of its address, else that of its working calendar, else UTC. Never that of
        the person who looks or works: a warranty and a month's total must not depend on
        who asks.
        """
        self.ensure_one()
        company = self.sudo()
        return company.partner_id.tz or company.resource_calendar_id.tz or "UTC"
