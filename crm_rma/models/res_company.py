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
        prefetch="crm_settings",
    )
    warranty_repair_unit = fields.Selection(
        UNITS, default="day", required=True, prefetch="crm_settings"
    )
    warranty_notice_days = fields.Integer(
        string="Remind Before Expiry (Days)",
        default=30,
        help="So many days before a warranty ends, its salesperson finds it on the "
        "workbench, to offer an extension. Zero: never.",
        prefetch="crm_settings",
    )

    rma_restocking_product_id = fields.Many2one(
        "product.product",
        string="Restocking Fee",
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="The service with which a restocking fee stands on a credit note.",
        prefetch="crm_settings",
    )

    rma_validity_days = fields.Integer(
        string="RMA Number Valid (Days)",
        default=30,
        help="How long the goods may take to arrive after the approval. Zero: no limit.",
        prefetch="crm_settings",
    )

    rma_quote_first = fields.Boolean(
        string="Ask Before Paid Repairs",
        default=True,
        help="What nobody covers is quoted first and repaired when the customer agrees.",
        prefetch="crm_settings",
    )
    rma_labour_product_id = fields.Many2one(
        "product.product",
        string="Repair Work",
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="The service that stands for the work on a quotation for a repair.",
        prefetch="crm_settings",
    )
    rma_fee_product_id = fields.Many2one(
        "product.product",
        string="Evaluation Fee",
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="Charged for looking at a unit when the customer refuses the quotation. "
        "Not charged where labour is covered.",
        prefetch="crm_settings",
    )
    rma_labour_rate = fields.Float(
        string="Cost of Work (per Hour)",
        help="What an hour of work at the bench costs us, for the cost of returns.",
        prefetch="crm_settings",
    )
    rma_nff_fee = fields.Boolean(
        string="Fee When No Fault Is Found",
        help="The evaluation fee is charged, too, when a unit turns out to work.",
        prefetch="crm_settings",
    )

    rma_vendor_product_id = fields.Many2one(
        "product.product",
        string="Outside Repair",
        check_company=True,
        domain="[('type', '=', 'service')]",
        help="The service with which the repair of a unit stands on a vendor's bill.",
        prefetch="crm_settings",
    )
    rma_vendor_days = fields.Integer(
        string="Outside Repair Takes (Days)",
        default=14,
        help="Proposed as the day on which a vendor sends the units back. Zero: none.",
        prefetch="crm_settings",
    )
    rma_vendor_remind_days = fields.Integer(
        string="Remind Vendors Every (Days)",
        help="A vendor who is late gets an e-mail on the day after the expected one, and "
        "again every so many days. Zero: never by itself.",
        prefetch="crm_settings",
    )

    _warranty_days_positive = models.Constraint(
        "CHECK(warranty_repair_duration >= 0 AND warranty_notice_days >= 0"
        " AND rma_validity_days >= 0 AND rma_labour_rate >= 0"
        " AND rma_vendor_days >= 0 AND rma_vendor_remind_days >= 0)",
        "A number of days cannot be negative.",
    )
