from odoo import fields, models


class CrmContract(models.Model):
    """Contracts and letters that a return is about: service agreement, complaint."""

    _inherit = "crm.contract"

    rma_ids = fields.Many2many(
        "crm.rma",
        "crm_contract_rma_rel",
        string="RMAs",
        copy=False,
        check_company=True,
        groups="crm_rma.crm_rma_group_user,sales_team.group_sale_salesman",
    )


class CrmRma(models.Model):
    _name = "crm.rma"
    _inherit = ["crm.contract.link", "crm.rma"]

    def _contract_domain(self):
        """Papers of this return."""
        self.ensure_one()
        return fields.Domain("rma_ids", "in", self.ids)

    def _contract_defaults(self):
        self.ensure_one()
        return {
            "default_partner_id": self.commercial_partner_id.id,
            "default_rma_ids": self.ids,
            "default_company_id": self.company_id.id,
        }
