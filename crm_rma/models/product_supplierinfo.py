from odoo import fields, models


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    warranty_term_id = fields.Many2one(
        "warranty.term",
        string="Vendor's Warranty",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('kind', '=', 'vendor')]",
        help="What this vendor owes us for each serial number, from our receipt on.",
    )
