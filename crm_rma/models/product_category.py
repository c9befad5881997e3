from odoo import api, fields, models, tools


class ProductCategory(models.Model):
    _inherit = "product.category"

    warranty_term_id = fields.Many2one(
        "warranty.term",
        index="btree_not_null",
        help="Used for the serials of this category and of the categories below, "
        "unless they or the product name another term.",
    )

    def write(self, vals):
        result = super().write(vals)
        if {"warranty_term_id", "parent_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def _warranty_term(self, company):
        """The nearest term on the way up that ``company`` may use, or none."""
        return self.env["warranty.term"].browse(
            self._warranty_term_of(self.id, company.id) if self else None
        )

    @api.model
    @tools.ormcache("category_id", "company_id")
    def _warranty_term_of(self, category_id, company_id):
        """Id of the nearest term: deliveries ask for it, so it costs no query."""
        company = self.env["res.company"].browse(company_id)
        category = self.sudo().browse(category_id)
        while category and not category.warranty_term_id._holds_in(company):
            category = category.parent_id
        return category.warranty_term_id.id
