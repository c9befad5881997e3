from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.price_limits import RANKS, Limit

#: Rights of Sales in the order of ``RANKS``, and the groups that give them
ROLES = {
    "own": "sales_team.group_sale_salesman",
    "team": "crm_extension.crm_extension_group_team",
    "all": "sales_team.group_sale_salesman_all_leads",
    "manager": "sales_team.group_sale_manager",
}


class CrmPriceLimit(models.Model):
    """How far down a right of Sales may go with prices, and on what.

    Without any limit nothing is asked and nothing is slower. Which limit counts is
    plain Python: ``tools/price_limits.py``.
    """

    _name = "crm.price.limit"
    _description = "Price Limit"
    _order = "role, kind, id"
    _rec_names_search = ("product_tmpl_id", "product_id", "categ_id")
    _check_company_auto = True

    active = fields.Boolean(default=True)
    role = fields.Selection(
        [
            ("own", "Own documents"),
            ("team", "Own team's documents"),
            ("all", "All documents"),
            ("manager", "Administrator"),
        ],
        string="Binds",
        required=True,
        default="own",
        help="People with this right of Sales and those with less. For somebody the "
        "limit nearest above counts.",
    )
    kind = fields.Selection(
        [
            ("discount", "Discount at most (%)"),
            ("margin", "Margin at least (%)"),
            ("price", "Price at least"),
            ("pricelist", "Price of a list at least"),
        ],
        required=True,
        default="discount",
        help="Discount: below the price of the quotation's pricelist. Price: in the "
        "company's currency, for the product's own unit.",
    )
    value = fields.Float(digits="Product Price")
    floor_pricelist_id = fields.Many2one("product.pricelist", ondelete="restrict")
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", ondelete="cascade", index=True
    )
    product_id = fields.Many2one(
        "product.product",
        string="Variant",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('product_tmpl_id', '=?', product_tmpl_id)]",
    )
    categ_id = fields.Many2one(
        "product.category", string="Product Category", ondelete="cascade", index=True
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", ondelete="cascade", check_company=True
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        string="Quoted with",
        ondelete="cascade",
        check_company=True,
        help="Only quotations with this pricelist.",
    )
    approver_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        ondelete="set null",
        help="Decides whatever their own limit is. Empty: the team leader, or "
        "whoever has the right.",
    )
    company_id = fields.Many2one(
        "res.company", default=lambda self: self.env.company, index=True
    )

    @api.depends("role", "kind", "value", "product_id", "product_tmpl_id", "categ_id")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for limit in self:
            scope = limit.product_id or limit.product_tmpl_id or limit.categ_id
            parts = [
                roles.get(limit.role),
                scope.display_name,
                kinds.get(limit.kind),
                limit.floor_pricelist_id.name or f"{limit.value:g}",
            ]
            limit.display_name = " · ".join(filter(None, parts))

    @api.constrains("kind", "value", "floor_pricelist_id")
    def _check_value(self):
        for limit in self:
            if limit.kind == "pricelist" and not limit.floor_pricelist_id:
                raise ValidationError(
                    self.env._("Choose the pricelist below which nobody may go.")
                )
            if limit.kind == "discount" and not 0 <= limit.value <= 100:
                raise ValidationError(
                    self.env._("A discount lies between 0 and 100 percent.")
                )
            if limit.kind == "margin" and not -1000 <= limit.value < 100:
                raise ValidationError(self.env._("A margin is less than 100 percent."))
            if limit.kind == "price" and limit.value < 0:
                raise ValidationError(self.env._("A price is not below zero."))

    # For quotations

    @api.model
    @api.private
    def _of_company(self, company):
        """Limits of a company (sudo: they bind those who may not read them)."""
        domain = Domain("company_id", "in", [company.id, False])
        return self.sudo().search(domain)

    @api.model
    @api.private
    def _rank(self, user):
        """The rank of a user's right; that of "own documents" for everybody else."""
        for rank, role in reversed(list(zip(RANKS, ROLES, strict=True))):
            if user.sudo().has_group(ROLES[role]):
                return rank
        return RANKS[0]

    def _as_limits(self):
        """The limits for ``tools/price_limits.py``."""
        ranks = dict(zip(ROLES, RANKS, strict=True))
        return [
            Limit(
                id=limit.id,
                kind=limit.kind,
                value=limit.value,
                rank=ranks[limit.role],
                product=limit.product_id.id or None,
                template=limit.product_tmpl_id.id or None,
                category=limit.categ_id.id or None,
                team=limit.team_id.id or None,
                pricelist=limit.pricelist_id.id or None,
            )
            for limit in self
        ]
