from odoo import api, fields, models, tools

from ..tools.warranty_rules import Rule


class ProductCategory(models.Model):
    _inherit = "product.category"

    warranty_term_id = fields.Many2one(
        "warranty.term",
        index="btree_not_null",
        domain="[('kind', '=', 'standard')]",
        help="Used for the goods of this category and of the categories below, unless "
        "they or the product name another term.",
    )

    def write(self, vals):
        result = super().write(vals)
        if {"warranty_term_id", "parent_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def _warranty_path(self):
        """Ids from this category upwards."""
        return self._warranty_path_of(self.id) if self else ()

    @api.model
    @tools.ormcache("category_id")
    def _warranty_path_of(self, category_id):
        """Deliveries ask for it, so it costs no query."""
        path = self.sudo().browse(category_id).parent_path or ""
        return tuple(reversed([int(part) for part in path.split("/") if part]))

    def _warranty_rules(self, company):
        """The general terms on the way up that ``company`` may use."""
        return self._warranty_rules_of(self.id, company.id) if self else ()

    @api.model
    @tools.ormcache("category_id", "company_id")
    def _warranty_rules_of(self, category_id, company_id):
        company = self.env["res.company"].browse(company_id)
        path = self.sudo().browse(self._warranty_path_of(category_id))
        return tuple(
            Rule(0, category.warranty_term_id.id, category=category.id)
            for category in path
            if category.warranty_term_id._holds_in(company)
        )
