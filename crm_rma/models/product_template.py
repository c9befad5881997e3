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
        term = (
            self.product_tmpl_id.warranty_term_id
            or self.categ_id._warranty_term()
            or company.warranty_term_id
        )
        return term if term.company_id in (company, company.browse()) else term.browse()
