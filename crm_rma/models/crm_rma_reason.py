from odoo import fields, models

KINDS = [
    ("request", "Why It Comes Back"),
    ("refusal", "Why It Is Refused"),
    ("dock", "What Is Wrong on Arrival"),
    ("outcome", "Why It Was Decided So"),
]


class CrmRmaReason(models.Model):
    """Reasons that people choose instead of typing, so that they can be counted."""

    _name = "crm.rma.reason"
    _description = "RMA Reason"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="request", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
