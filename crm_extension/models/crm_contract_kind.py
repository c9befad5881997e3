from odoo import api, fields, models

CATEGORIES = [
    ("contract", "Contract"),
    ("certificate", "Certificate"),
    ("letter", "Letter"),
]
DIRECTIONS = [("in", "Incoming"), ("out", "Outgoing")]
RENEWALS = [
    ("none", "Ends by itself"),
    ("agreement", "By agreement"),
    ("auto", "Automatic"),
]
UNITS = [("day", "Days"), ("month", "Months"), ("year", "Years")]


class CrmContractKind(models.Model):
    """What a paper is, and what usually holds for papers of that kind."""

    _name = "crm.contract.kind"
    _inherit = ["crm.unique.name.mixin"]
    _description = "Kind of Contract or Document"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category = fields.Selection(
        CATEGORIES,
        required=True,
        default="contract",
        help="Contract: is signed, runs and ends. Certificate: is valid for some time, "
        "nobody signs it here. Letter: comes in or goes out on a day.",
    )
    direction = fields.Selection(
        DIRECTIONS, help="Whether such letters usually come in or go out."
    )
    renewal = fields.Selection(
        RENEWALS,
        string="Usual Renewal",
        required=True,
        default="none",
        help="What new contracts of this kind start with.",
    )
    renewal_count = fields.Integer(string="Usual Renewal Term", default=1)
    renewal_unit = fields.Selection(UNITS, required=True, default="year")
    notice_count = fields.Integer(string="Usual Notice Period")
    notice_unit = fields.Selection(UNITS, required=True, default="month")
    contract_count = fields.Integer(compute="_compute_contract_count")

    _name_source_uniq = models.UniqueIndex(
        "((name->>'en_US'))", "A kind of contract with this name exists already."
    )
    _periods_positive = models.Constraint(
        "CHECK(renewal_count >= 0 AND notice_count >= 0)",
        "Terms and notice periods cannot be negative.",
    )

    def _compute_contract_count(self):
        counts = dict(
            self.env["crm.contract"]._read_group(
                [("kind_id", "in", self.ids)], ["kind_id"], ["__count"]
            )
        )
        for kind in self:
            kind.contract_count = counts.get(kind, 0)

    @api.model
    def _terms(self):
        """Names of the fields that a contract takes over from its kind."""
        return (
            "renewal",
            "renewal_count",
            "renewal_unit",
            "notice_count",
            "notice_unit",
        )
