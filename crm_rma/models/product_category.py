from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    warranty_term_id = fields.Many2one(
        "warranty.term",
        index="btree_not_null",
        help="Used for the serials of this category and of the categories below, "
        "unless they or the product name another term.",
    )

    def _warranty_term(self):
        """The nearest term on the way up, or an empty recordset."""
        category = self
        while category and not category.warranty_term_id:
            category = category.parent_id
        return category.warranty_term_id
