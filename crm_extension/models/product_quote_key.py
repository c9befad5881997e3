from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.quote_match import code_key, name_keys


class ProductTemplate(models.Model):
    """By what a typed name finds a product."""

    _inherit = "product.template"

    quote_key = fields.Char(
        compute="_compute_quote_key",
        store=True,
        exportable=False,
        help="The names in all languages as they are compared with what is typed.",
    )

    # Without PostgreSQL's extension names are only found as they are written
    _crm_quote_key_idx = models.Index(
        lambda registry: (
            "USING gin (quote_key gin_trgm_ops)" if registry.has_trigram else ""
        )
    )

    @api.depends("name")
    def _compute_quote_key(self):
        """One query for the names in all languages."""
        names = self._names_in_all_languages()
        for template in self:
            known = names.get(template.id) or [template.name]
            template.quote_key = name_keys(known)

    def _names_in_all_languages(self):
        """``{id: list of names}`` of the templates that are stored."""
        self.flush_recordset(["name"])
        rows = self.env.execute_query(
            SQL("SELECT id, name FROM product_template WHERE id = ANY(%s)", self.ids)
        )
        return {row_id: list(names.values()) for row_id, names in rows if names}


class ProductProduct(models.Model):
    _inherit = "product.product"

    quote_code_key = fields.Char(
        compute="_compute_quote_code_key",
        store=True,
        index="btree_not_null",
        exportable=False,
        help="The internal reference without signs, blanks and case.",
    )

    @api.depends("default_code")
    def _compute_quote_code_key(self):
        for product in self:
            product.quote_code_key = code_key(product.default_code) or False
