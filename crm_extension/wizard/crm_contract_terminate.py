from odoo import api, fields, models

from ..models.crm_contract_state import ENDERS


class CrmContractTerminate(models.TransientModel):
    """Give notice: who, why, and the last day."""

    _name = "crm.contract.terminate"
    _description = "Give Notice to a Contract"

    contract_id = fields.Many2one("crm.contract", required=True, ondelete="cascade")
    by = fields.Selection(
        ENDERS, string="Notice Given by", required=True, default="customer"
    )
    last_day = fields.Date(
        compute="_compute_last_day",
        store=True,
        readonly=False,
        required=True,
        help="The last day on which the contract holds.",
    )
    reason = fields.Text(required=True)
    hint = fields.Char(compute="_compute_hint")

    @api.depends("contract_id")
    def _compute_last_day(self):
        """In time: the end of the period. Too late, or without an end: today."""
        for wizard in self:
            contract = wizard.contract_id
            today = contract._today()
            end = contract.date_end
            wizard.last_day = end if end and end >= today else today

    @api.depends("contract_id", "last_day")
    def _compute_hint(self):
        """What the notice period says about today."""
        for wizard in self:
            contract = wizard.contract_id
            notice = contract.notice_date
            late = notice and notice < contract._today()
            wizard.hint = late and self.env._(
                "Notice had to arrive by %(date)s. Agree on the last day with the other "
                "side.",
                date=contract._day(notice),
            )

    def action_confirm(self):
        """Give notice."""
        self.ensure_one()
        self.contract_id._terminate(self.last_day, self.reason, self.by)
