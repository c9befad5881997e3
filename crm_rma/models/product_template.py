from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    warranty_term_id = fields.Many2one(
        "warranty.term",
        index="btree_not_null",
        check_company=True,
        help="The warranty that starts when a serial of this product is delivered. "
        "Empty: the term of the category, then the company's default.",
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _warranty_term(self, company):
        """The term that holds for this product when ``company`` delivers it."""
        self.ensure_one()
        terms = (
            self.product_tmpl_id.warranty_term_id,
            self.categ_id._warranty_term(company),
            company.warranty_term_id,
        )
        none = self.env["warranty.term"]
        return next((term for term in terms if term._holds_in(company)), none)
