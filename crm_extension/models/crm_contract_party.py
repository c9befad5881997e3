from odoo import fields, models


class CrmContractParty(models.Model):
    """Somebody beside us and the customer who is bound by the contract."""

    _name = "crm.contract.party"
    _description = "Further Party of a Contract"
    _inherit = ["crm.contract.part"]
    _order = "sequence, id"
    _rec_name = "partner_id"

    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner", string="Party", required=True, ondelete="restrict", index=True
    )
    role = fields.Char(required=True, help="Guarantor, agent, end user, bank ...")
    signer = fields.Char(help="Who signs for this party.")
