from odoo import fields, models

from ..tools.warranty import Promise
from .warranty_term import COVERAGES

KINDS = [
    ("standard", "Standard"),
    ("extended", "Extended"),
    ("replacement", "After Replacement"),
    ("repair", "Repair"),
    ("statutory", "Statutory"),
    ("goodwill", "Goodwill"),
]


class WarrantyInterval(models.Model):
    """Covered days of one class: what was promised, and the real end.

    ``base_from`` and ``base_to`` are what was promised, as if the unit had never been
    with us; ``date_from`` and ``date_to`` are counted from them by
    ``warranty.registration._reckon()`` and written by nobody else.
    """

    _name = "warranty.interval"
    _description = "Covered Days"
    _order = "registration_id, date_from, kind, coverage, id"
    _check_company_auto = True
    _rec_name = "kind"

    registration_id = fields.Many2one(
        "warranty.registration", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="registration_id.company_id", store=True, precompute=True
    )
    kind = fields.Selection(KINDS, required=True, default="standard")
    coverage = fields.Selection(
        COVERAGES, string="Class", required=True, default="parts"
    )
    base_from = fields.Date(string="Promised From", required=True)
    base_to = fields.Date(string="Promised Until", required=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", required=True)
    follows = fields.Boolean(help="Starts when the cover before it really ends.")
    stops = fields.Boolean(
        string="Time in Our Hands Added",
        help="The days on which the unit is with us are added.",
    )
    limited = fields.Boolean(
        string="Only What Was Repaired",
        help="Covers the parts and the work of one repair, not the whole unit.",
    )
    term_id = fields.Many2one(
        "warranty.term", ondelete="restrict", index="btree_not_null"
    )
    statutory_id = fields.Many2one(
        "warranty.statutory", ondelete="restrict", index="btree_not_null"
    )
    extension_id = fields.Many2one(
        "warranty.extension", ondelete="cascade", index="btree_not_null"
    )
    rma_line_id = fields.Many2one(
        "crm.rma.line",
        string="RMA Unit",
        ondelete="restrict",
        index="btree_not_null",
        help="The return whose repair, exchange or goodwill this is.",
    )
    carried_from_id = fields.Many2one(
        "warranty.registration",
        string="Rest Of",
        ondelete="restrict",
        index="btree_not_null",
        help="The warranty of the unit that was replaced.",
    )
    note = fields.Char(help="What the interval is limited to.")

    _dates_ordered = models.Constraint(
        "CHECK(base_to >= base_from AND date_to >= date_from)",
        "Covered days cannot end before they start.",
    )

    def _to_promise(self):
        """For :mod:`..tools.warranty`."""
        return Promise(
            self.coverage,
            self.kind,
            self.base_from,
            self.base_to,
            self.follows,
            self.stops,
            self.limited,
            self.id,
        )

    def _facts(self):
        """What the end of a warranty is counted from, as values of ``create``."""
        return {
            "kind": self.kind,
            "coverage": self.coverage,
            "date_to": self.date_to,
            "limited": self.limited,
        }
