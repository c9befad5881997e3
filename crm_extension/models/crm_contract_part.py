from odoo import fields, models


class CrmContractPart(models.AbstractModel):
    """What belongs to one contract."""

    _name = "crm.contract.part"
    _description = "Part of a Contract"
    _inherit = ["crm.part.mixin"]

    _part_of = "contract_id"

    contract_id = fields.Many2one(
        "crm.contract", required=True, ondelete="cascade", index=True
    )
