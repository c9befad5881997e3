from odoo import api, fields, models

from ..tools.warranty import end_of_term
from .warranty_term import UNITS

REMEDIES = ("remedy_repair", "remedy_replace", "remedy_refund", "remedy_reduction")


class WarrantyStatutory(models.Model):
    """What the law of a country gives the buyer, whatever the seller promises.

    Data, not code: a profile is a period, the classes that are free in it, and a list
    of rights with the article that grants each. Companies check them against the law
    that holds for them and may copy a profile to change it.
    """

    _name = "warranty.statutory"
    _description = "Statutory Rights"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    law = fields.Char(
        string="Source",
        translate=True,
        help="Title and number of the law, as it is cited.",
    )
    country_ids = fields.Many2many("res.country", string="Countries")
    country_group_ids = fields.Many2many("res.country.group", string="Country Groups")
    consumers_only = fields.Boolean(
        default=True, help="Only for persons; companies have no such right."
    )
    duration = fields.Integer(default=24, required=True)
    duration_unit = fields.Selection(UNITS, default="month", required=True)
    start_basis = fields.Selection(
        [("delivery", "Delivery"), ("invoice", "Invoice")],
        string="Starts With",
        default="delivery",
        required=True,
    )
    period_article = fields.Char(string="Article of the Period")
    parts = fields.Boolean(default=True)
    labour = fields.Boolean(default=True)
    transport = fields.Boolean()
    onsite = fields.Boolean(string="On-Site Work")
    adds_downtime = fields.Boolean(
        string="Add Back Time in Repair",
        help="The days in repair, waiting for parts included, do not count.",
    )
    repair_extension = fields.Integer(
        string="Extended by a Repair (Months)",
        help="A free repair extends the period once by so many months.",
    )
    repair_extension_from = fields.Date(
        string="For Sales From",
        help="The extension holds for goods sold from this day.",
    )
    fresh_after_replacement = fields.Boolean(
        string="New Period After a Replacement",
        help="The unit that replaces a faulty one gets a full period of its own.",
    )
    note = fields.Text(translate=True)
    right_ids = fields.One2many("warranty.statutory.right", "profile_id", copy=True)

    _duration_positive = models.Constraint(
        "CHECK(duration > 0 AND repair_extension >= 0)",
        "A statutory period must last at least one day.",
    )

    def _applies_to(self, partner):
        """Whether the law protects this commercial partner."""
        self.ensure_one()
        if self.consumers_only and partner.is_company:
            return False
        countries = self.country_ids | self.country_group_ids.country_ids
        return not countries or partner.country_id in countries

    def _covered_classes(self):
        """The classes that are free in the period."""
        self.ensure_one()
        names = ("parts", "labour", "transport", "onsite")
        return [name for name in names if self[name]]

    def _end(self, start):
        """Last day of the period that starts on ``start``."""
        self.ensure_one()
        return end_of_term(start, self.duration, self.duration_unit)

    def _extends_after_repair(self, sold):
        """Whether a free repair of goods ``sold`` on that day extends the period."""
        self.ensure_one()
        since = self.repair_extension_from
        return bool(self.repair_extension) and (not since or sold >= since)


class WarrantyStatutoryRight(models.Model):
    _name = "warranty.statutory.right"
    _description = "Statutory Right"
    _order = "profile_id, sequence, id"

    profile_id = fields.Many2one(
        "warranty.statutory", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    article = fields.Char(help="The article that grants the right.")
    condition = fields.Selection(
        [
            ("within", "The fault shows within this time"),
            ("period", "At any time in the period"),
            ("repairs", "So many repairs did not help"),
            ("in_repair", "A repair takes longer than so many days"),
        ],
        default="within",
        required=True,
    )
    number = fields.Integer()
    unit = fields.Selection(
        UNITS,
        default="day",
        required=True,
        help="Of the time within which the fault must show.",
    )
    remedy_repair = fields.Boolean(string="Repair")
    remedy_replace = fields.Boolean(string="Replacement")
    remedy_refund = fields.Boolean(string="Refund")
    remedy_reduction = fields.Boolean(string="Price Reduction")

    _number_positive = models.Constraint(
        "CHECK(number >= 0)", "A number of days or repairs cannot be negative."
    )

    @api.model
    def _remedy_labels(self):
        """What the remedies are called, in the reader's language."""
        return {
            name: self._fields[name]._description_string(self.env) for name in REMEDIES
        }
