from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools.warranty import REPAIR_CLASSES, end_of_term

MAX_YEARS = 100
UNITS = [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")]
PER_YEAR = {"day": 366, "week": 52, "month": 12, "year": 1}
COVERAGES = [
    ("parts", "Parts"),
    ("labour", "Labour"),
    ("transport", "Transport"),
    ("onsite", "On-Site Work"),
]


class WarrantyTerm(models.Model):
    """How long we stand behind our goods, and what happens to that time.

    Which term holds for what is delivered is decided by ``warranty.rule`` and by the
    general terms of product, category and company; see :mod:`..tools.warranty_rules`.
    """

    _name = "warranty.term"
    _description = "Warranty Term"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("standard", "Comes with the Goods"),
            ("extended", "Extended Warranty, Sold"),
            ("vendor", "Vendor's Warranty"),
        ],
        default="standard",
        required=True,
        help="Comes with the goods: starts with the delivery. Extended: sold as a "
        "service product. Vendor's: what the vendor owes us, starts with our receipt.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: the term may be used by every company.",
    )
    duration = fields.Integer(
        default=12,
        required=True,
        help="For parts and labour, unless the list below says otherwise. The last day "
        "counts: 12 months from 22 February 2026 include 22 February 2027. Zero: "
        "only what the list and the law give.",
    )
    duration_unit = fields.Selection(UNITS, default="month", required=True)
    line_ids = fields.One2many(
        "warranty.term.line",
        "term_id",
        string="Other Durations",
        copy=True,
        help="Parts and labour last as long as the term. Name here what lasts longer or "
        "shorter, transport and work on site included.",
    )
    start_basis = fields.Selection(
        [
            ("delivery", "Delivery"),
            ("invoice", "Invoice"),
            ("installation", "Installation"),
        ],
        string="Starts With",
        default="delivery",
        required=True,
        help="Never before the delivery. Until the invoice is posted or the "
        "installation entered, the day of the delivery holds.",
    )
    adds_downtime = fields.Boolean(
        string="Add Back Time in Our Hands",
        default=True,
        help="The days on which a unit is with us for repair, waiting for parts "
        "included, are added to its end. Waiting for the customer's decision is not.",
    )
    replacement_policy = fields.Selection(
        [
            ("remainder", "The Rest of the Old One"),
            ("longest", "The Rest, at Least a Number of Days"),
            ("fresh", "A New Full Term"),
        ],
        string="After a Replacement",
        default="remainder",
        required=True,
        help="What the unit that replaces a faulty one gets.",
    )
    replacement_days = fields.Integer(
        string="At Least (Days)",
        default=30,
        help="The replacing unit is covered for at least so many days.",
    )
    repair_duration = fields.Integer(
        string="Repair Warranty",
        help="How long the parts and the work of a repair are covered from the day the "
        "unit goes home. Zero: the company's setting.",
    )
    repair_duration_unit = fields.Selection(UNITS, default="day", required=True)
    extension_start = fields.Selection(
        [
            ("after", "When the Running Warranty Ends"),
            ("now", "On the Day It Is Sold or Delivered"),
        ],
        string="Extension Starts",
        default="after",
        required=True,
    )
    claim_days = fields.Integer(
        string="Claim Within (Days)",
        help="The vendor must hear of a fault within so many days after the customer "
        "reported it, and before the vendor's warranty ends. Zero: before it ends.",
    )
    statutory_ids = fields.Many2many(
        "warranty.statutory",
        string="Statutory Rights",
        default=lambda self: self._default_statutory_ids(),
        help="The first profile that applies to the buyer (country, consumer) is "
        "recorded beside our own promise.",
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
    rule_ids = fields.One2many("warranty.rule", "term_id", string="Rules")

    _duration_positive = models.Constraint(
        "CHECK(duration >= 0 AND repair_duration >= 0 AND replacement_days >= 0"
        " AND claim_days >= 0)",
        "A duration cannot be negative.",
    )

    @api.model
    def _default_statutory_ids(self):
        """The law holds whether or not somebody thinks of it."""
        return self.env["warranty.statutory"].search([("active", "=", True)])

    @api.constrains("duration", "duration_unit", "repair_duration", "line_ids")
    def _check_duration(self):
        """Keep the end within the calendar: a wrong term must not stop deliveries."""
        for term in self:
            pairs = [(term.duration, term.duration_unit)]
            pairs.append((term.repair_duration, term.repair_duration_unit))
            pairs += [(line.duration, line.duration_unit) for line in term.line_ids]
            if any(number > MAX_YEARS * PER_YEAR[unit] for number, unit in pairs):
                raise ValidationError(
                    self.env._(
                        "A warranty cannot last longer than %s years.", MAX_YEARS
                    )
                )

    @api.constrains("duration", "line_ids", "statutory_ids", "kind")
    def _check_something_is_covered(self):
        for term in self:
            statutory = term.kind == "standard" and term.statutory_ids
            if not term._durations() and not statutory:
                raise ValidationError(
                    self.env._(
                        "%s covers nothing: give it a duration, or name a class that "
                        "has one.",
                        term.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        self.env.registry.clear_cache()
        return terms

    def write(self, vals):
        result = super().write(vals)
        if {"company_id", "active", "kind"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _any_term(self, kind="standard"):
        """Whether any term of this kind exists: a company without one pays nothing
        per delivery."""
        return kind in self._kinds()

    @api.model
    @tools.ormcache()
    def _kinds(self):
        """The kinds of which there is a term, asked once."""
        groups = self.sudo()._read_group([], ["kind"])
        return frozenset(kind for [kind] in groups)

    def _holds_in(self, company, kind="standard"):
        """Whether this is a term of ``kind`` that ``company`` may use today."""
        return (
            bool(self)
            and self.active
            and self.kind == kind
            and self.company_id in (company, company.browse())
        )

    def _durations(self):
        """``{class: (number, unit)}`` of what is promised, in the order of classes."""
        self.ensure_one()
        durations = dict.fromkeys(REPAIR_CLASSES, (self.duration, self.duration_unit))
        for line in self.line_ids:
            durations[line.coverage] = (line.duration, line.duration_unit)
        return {
            coverage: durations[coverage]
            for coverage, _label in COVERAGES
            if durations.get(coverage, (0, ""))[0]
        }

    def _ends(self, start):
        """Last covered day of each class when the warranty starts on ``start``.

        :return: ``{class: date}``
        """
        return {
            coverage: end_of_term(start, number, unit)
            for coverage, (number, unit) in self._durations().items()
        }

    def _statutory_for(self, partner):
        """The profile that protects this commercial partner, or none."""
        profiles = self.statutory_ids
        applies = (p for p in profiles if p.active and p._applies_to(partner))
        return next(applies, profiles.browse())

    def action_view_registrations(self):
        """The warranties that this term gave."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_rma.warranty_registration_action"
        )
        return {**action, "domain": [("term_id", "in", self.ids)], "context": {}}


class WarrantyTermLine(models.Model):
    """A class that lasts longer or shorter than the term, or not at all."""

    _name = "warranty.term.line"
    _description = "Duration of a Warranty Class"
    _order = "term_id, coverage, id"
    _rec_name = "coverage"
    _check_company_auto = True

    term_id = fields.Many2one(
        "warranty.term", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="term_id.company_id", store=True)
    coverage = fields.Selection(COVERAGES, string="Class", required=True)
    duration = fields.Integer(required=True, default=12, help="Zero: not covered.")
    duration_unit = fields.Selection(UNITS, default="month", required=True)

    _coverage_uniq = models.UniqueIndex(
        "(term_id, coverage)", "Each class is named once in a term."
    )
    _duration_positive = models.Constraint(
        "CHECK(duration >= 0)", "A duration cannot be negative."
    )
