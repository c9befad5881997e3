from odoo import fields, models


class WarrantyReason(models.Model):
    """Why a warranty is void or on hold, or why we help all the same."""

    _name = "warranty.reason"
    _description = "Warranty Reason"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("void", "Void"), ("hold", "On Hold"), ("goodwill", "Goodwill")],
        required=True,
        default="void",
        help="Void: not covered any more. On hold: not covered until it is settled, e.g. "
        "the invoice is paid. Goodwill: not covered, and free all the same.",
    )
    needs_evidence = fields.Boolean(
        help="A photo or a document must be attached.",
    )
