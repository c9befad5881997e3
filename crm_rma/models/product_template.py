from odoo import fields, models

from ..tools.warranty_rules import Rule


class ProductTemplate(models.Model):
    _inherit = "product.template"

    warranty_term_id = fields.Many2one(
        "warranty.term",
        index="btree_not_null",
        check_company=True,
        domain="[('kind', '=', 'standard')]",
        help="The warranty that starts when this product is delivered. Empty: the term "
        "of the category, then the company's default. Rules for customers and periods "
        "go before it.",
    )
    extension_term_id = fields.Many2one(
        "warranty.term",
        string="Extended Warranty",
        index="btree_not_null",
        check_company=True,
        domain="[('kind', '=', 'extended')]",
        help="Selling this service extends the warranty of the serial numbers that are "
        "chosen on the order line.",
    )
    warranty_count = fields.Integer(compute="_compute_warranty_count")

    def _compute_warranty_count(self):
        for template in self:
            template.warranty_count = sum(
                template.product_variant_ids.mapped("warranty_count")
            )

    def write(self, vals):
        result = super().write(vals)
        if "extension_term_id" in vals:
            self.env.registry.clear_cache()
        return result

    def action_view_warranties(self):
        """The warranties of all variants."""
        return self.product_variant_ids.action_view_warranties()


class ProductProduct(models.Model):
    _inherit = "product.product"

    warranty_count = fields.Integer(compute="_compute_warranty_count")

    def _compute_warranty_count(self):
        """Running and past ones, of what the user may see."""
        registrations = self.env["warranty.registration"]
        groups = registrations.has_access("read") and registrations._read_group(
            [("product_id", "in", self.ids)], ["product_id"], ["__count"]
        )
        counts = dict(groups or [])
        for product in self:
            product.warranty_count = counts.get(product, 0)

    def action_view_warranties(self):
        """The warranties of these products."""
        return self.env["warranty.registration"]._action_list(
            [("product_id", "in", self.ids)]
        )

    def _warranty_choice(self, company, partner=None, day=None, kits=None):
        """The term that holds when ``company`` delivers this product, and why.

        :param partner: the commercial partner who gets it
        :param day: ``date`` of the delivery, today by default
        :param kits: the products it is sold in as a component
        :return: :class:`..tools.warranty_rules.Choice` or None
        """
        self.ensure_one()
        kits = kits or self.browse()
        goods = self.env["warranty.rule"]._prepare_goods(
            self,
            partner or self.env["res.partner"],
            day or fields.Date.context_today(self),
            kits,
        )
        return self.env["warranty.rule"]._choose(
            goods, company, general=self._warranty_general_rules(company, kits)
        )

    def _warranty_any_for(self, company, kits):
        """Whether any term could hold for these goods, whoever gets them."""
        if self._warranty_general_rules(company, kits):
            return True
        goods = self.env["warranty.rule"]._prepare_goods(
            self, self.env["res.partner"], fields.Date.today(), kits
        )
        rules = self.env["warranty.rule"]._rules_by_goods(company.id, "standard")
        return any(key in rules for key in goods.keys)

    def _warranty_general_rules(self, company, kits):
        """The general terms of the product, its kits, their categories, the company."""
        templates = (self | kits).product_tmpl_id
        rules = [
            Rule(0, template.warranty_term_id.id, template=template.id)
            for template in templates
            if template.warranty_term_id._holds_in(company)
        ]
        for category in templates.categ_id:
            rules += category._warranty_rules(company)
        if company.warranty_term_id._holds_in(company):
            rules.append(Rule(0, company.warranty_term_id.id))
        return rules

    def _warranty_term(self, company, partner=None, day=None, kits=None):
        """The ``warranty.term`` of :meth:`_warranty_choice`, or none."""
        choice = self._warranty_choice(company, partner, day, kits)
        return self.env["warranty.term"].browse(choice.term if choice else None)
