from odoo import api, fields, models


class CrmRmaCode(models.Model):
    """Codes of a diagnosis: what is seen, what is broken, why, and what was done.

    Chosen instead of typed, so that faults can be counted over products and years.
    """

    _name = "crm.rma.code"
    _description = "Diagnosis Code"
    _order = "kind, sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="A short code, for who types rather than chooses.")
    kind = fields.Selection(
        [
            ("symptom", "Symptom"),
            ("fault", "Fault"),
            ("cause", "Cause"),
            ("resolution", "Resolution"),
        ],
        required=True,
        index=True,
        default="symptom",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Only for Categories",
        help="Empty: for all products.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(kind, code) WHERE code IS NOT NULL", "This code is used already."
    )

    @api.depends("name", "code")
    def _compute_display_name(self):
        for code in self:
            code.display_name = f"{code.code} {code.name}" if code.code else code.name
