from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools.warranty import end_of_term

MAX_YEARS = 100


class WarrantyTerm(models.Model):
    _name = "warranty.term"
    _description = "Warranty Term"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: the term may be used by every company.",
    )
    duration = fields.Integer(
        default=12,
        required=True,
        help="The last day counts: 12 months from 22 February 2026 include "
        "22 February 2027.",
    )
    duration_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")],
        default="month",
        required=True,
    )
    note = fields.Text(
        string="Conditions",
        translate=True,
        help="What the customer may read: what is covered and what is not.",
    )
    product_tmpl_ids = fields.One2many(
        "product.template", "warranty_term_id", string="Products"
    )
    category_ids = fields.One2many(
        "product.category", "warranty_term_id", string="Product Categories"
    )

    _duration_positive = models.Constraint(
        "CHECK(duration > 0)", "A warranty must last at least one day."
    )

    @api.constrains("duration", "duration_unit")
    def _check_duration(self):
        """Keep the end within the calendar: a wrong term must not stop deliveries."""
        per_year = {"day": 366, "week": 52, "month": 12, "year": 1}
        for term in self:
            if term.duration > MAX_YEARS * per_year[term.duration_unit]:
                raise ValidationError(
                    self.env._(
                        "A warranty cannot last longer than %s years.", MAX_YEARS
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        self.env.registry.clear_cache()
        return terms

    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _any_term(self):
        """Whether any term exists: a company without one pays nothing per delivery."""
        terms = self.sudo().with_context(active_test=False)
        return bool(terms.search_count([], limit=1))

    def _holds_in(self, company):
        """Whether this is a term that ``company`` may use."""
        return bool(self) and self.company_id in (company, company.browse())

    def _end_date(self, start):
        """Last covered day when the warranty starts on ``start``."""
        self.ensure_one()
        return end_of_term(start, self.duration, self.duration_unit)
