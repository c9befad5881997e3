from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..tools.warranty_rules import Goods, Rule, choose


class WarrantyRule(models.Model):
    """A term for a customer, a period, a variant: what the general term of a product,
    a category or the company cannot say.

    The most specific rule wins: :func:`..tools.warranty_rules.choose`.
    """

    _name = "warranty.rule"
    _description = "Warranty Rule"
    _order = "priority, id"
    _rec_names_search = ["term_id.name", "partner_id.name", "product_tmpl_id.name"]
    _check_company_auto = True

    term_id = fields.Many2one(
        "warranty.term",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    kind = fields.Selection(related="term_id.kind", store=True)
    active = fields.Boolean(default=True)
    priority = fields.Integer(
        default=10, help="The lowest number goes first, whatever else a rule says."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the rule holds for every company."
    )
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    product_tmpl_id = fields.Many2one(
        "product.template",
        string="Product",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    category_id = fields.Many2one(
        "product.category",
        string="Product Category",
        index="btree_not_null",
        ondelete="restrict",
        help="Categories below are included.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer or Vendor",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('parent_id', '=', False)]",
        help="The whole company with its contacts.",
    )
    partner_tag_id = fields.Many2one(
        "res.partner.category",
        string="Contact Tag",
        index="btree_not_null",
        ondelete="restrict",
    )
    date_from = fields.Date(string="Deliveries From", help="First day of delivery.")
    date_to = fields.Date(string="Valid To", help="Last day of delivery, included.")

    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "A rule cannot end before it starts."
    )

    @api.depends(
        "term_id",
        "product_id",
        "product_tmpl_id",
        "category_id",
        "partner_id",
        "partner_tag_id",
    )
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = rule._describe(rule.term_id.name or "")

    def _describe(self, term):
        """``"24 months: Ovens · Frankenversand"``: the term and for whom it is."""
        goods = self.product_id or self.product_tmpl_id or self.category_id
        whom = self.partner_id or self.partner_tag_id
        scope = " · ".join(record.display_name for record in (goods, whom) if record)
        return f"{term}: {scope}" if scope else term

    @api.constrains("product_id", "product_tmpl_id", "category_id")
    def _check_one_kind_of_goods(self):
        for rule in self:
            named = (rule.product_id, rule.product_tmpl_id, rule.category_id)
            if len([record for record in named if record]) > 1:
                raise ValidationError(
                    self.env._(
                        "A rule is for a variant, a product or a category: name one of "
                        "them."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # -------------------------------------------------------------------------
    # Choosing
    # -------------------------------------------------------------------------

    @api.model
    @tools.ormcache("company_id", "kind")
    def _rules_by_goods(self, company_id, kind):
        """The rules of a company by the goods they name: no query per delivery.

        :return: ``{(criterion, id): (Rule, ...)}`` with the criteria ``product``,
            ``template``, ``category`` and ``all`` (id 0)
        """
        rules = self.sudo().search(
            Domain("kind", "=", kind)
            & Domain("company_id", "in", [company_id, False])
            & Domain("term_id.active", "=", True)
            & Domain("term_id.company_id", "in", [company_id, False])
        )
        found = {}
        for rule in rules:
            made = rule._to_rule()
            found.setdefault(made.key, []).append(made)
        return {key: tuple(made) for key, made in found.items()}

    def _to_rule(self):
        return Rule(
            self.id,
            term=self.term_id.id,
            priority=self.priority,
            product=self.product_id.id or 0,
            template=self.product_tmpl_id.id or 0,
            category=self.category_id.id or 0,
            partner=self.partner_id.id or 0,
            tag=self.partner_tag_id.id or 0,
            start=self.date_from or None,
            end=self.date_to or None,
        )

    @api.model
    def _choose(self, goods, company, kind="standard", general=()):
        """The term for some goods and why, or None.

        :param goods: :class:`..tools.warranty_rules.Goods`
        :param general: rules of the general terms that fit the goods
        :return: :class:`..tools.warranty_rules.Choice` or None
        """
        rules = self._rules_by_goods(company.id, kind)
        found = [rule for key in goods.keys for rule in rules.get(key, ())]
        return choose([*general, *found], goods)

    @api.model
    def _prepare_goods(self, product, partner, day, kits):
        """What is delivered, for :meth:`_choose`.

        :param kits: ``product.product`` that the goods were sold in
        """
        categories = product.categ_id._warranty_path()
        for kit in kits:
            categories += kit.categ_id._warranty_path()
        return Goods(
            day=day,
            product=product.id,
            template=product.product_tmpl_id.id,
            categories=categories,
            kits=tuple((kit.id, kit.product_tmpl_id.id) for kit in kits),
            partner=partner.id or 0,
            tags=self._tags_of(partner),
        )

    @api.model
    def _tags_of(self, partner):
        """The tags of a customer, asked only when some rule is for a tag."""
        return frozenset(partner.category_id.ids if self._any_tag() else ())

    @api.model
    @tools.ormcache()
    def _any_tag(self):
        domain = [("partner_tag_id", "!=", False)]
        return bool(self.sudo().search_count(domain, limit=1))

    # -------------------------------------------------------------------------
    # Why
    # -------------------------------------------------------------------------

    @api.model
    def _explain_choice(self, choice):
        """Why a term was chosen, in the reader's language.

        :param choice: what ``warranty.registration.choice`` keeps: a dict of ``goods``,
            ``customer``, ``category``, ``dated``, ``rule`` and ``over``
        """
        _ = self.env._
        if not choice:
            return ""
        goods = {
            "variant": _("this variant"),
            "product": _("this product"),
            "kit": _("the kit it was sold in"),
            "category": _("the category %s", self._category_name(choice)),
            "all": _("all products"),
        }[choice["goods"]]
        whom = {
            "partner": _("this customer"),
            "tag": _("customers with this tag"),
        }.get(choice["customer"])
        if whom:
            why = _(
                "Chosen because it is for %(whom)s and %(goods)s.",
                whom=whom,
                goods=goods,
            )
        else:
            why = _("Chosen because it is for %(goods)s.", goods=goods)
        parts = [why, self._explain_period(choice), self._explain_over(choice)]
        return " ".join(filter(None, parts))

    @api.model
    def _category_name(self, choice):
        category = self.env["product.category"].sudo().browse(choice["category"])
        return category.exists().display_name or ""

    @api.model
    def _explain_period(self, choice):
        rule = self.sudo().browse(choice["rule"]).exists()
        if not choice["dated"] or not rule:
            return ""
        if rule.date_from and rule.date_to:
            return self.env._(
                "It holds for deliveries from %(start)s to %(end)s.",
                start=format_date(self.env, rule.date_from),
                end=format_date(self.env, rule.date_to),
            )
        if rule.date_from:
            return self.env._(
                "It holds for deliveries from %s on.",
                format_date(self.env, rule.date_from),
            )
        return self.env._(
            "It holds for deliveries until %s.", format_date(self.env, rule.date_to)
        )

    @api.model
    def _explain_over(self, choice):
        terms = self.env["warranty.term"].sudo().browse(choice["over"]).exists()
        if not terms:
            return ""
        return self.env._(
            "It goes before: %s.", ", ".join(terms.mapped("display_name"))
        )
