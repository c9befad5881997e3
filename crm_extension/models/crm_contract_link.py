from odoo import api, fields, models

COUNT_LIMIT = 100
ACTION = "crm_extension.crm_contract_action"


class CrmContractLink(models.AbstractModel):
    """A document beside which contracts are shown: counter and the way there.

    A model inherits it, and says by :meth:`_contract_domain` which contracts are its
    own and by :meth:`_contract_defaults` what a new one starts with.
    """

    _name = "crm.contract.link"
    _description = "Contracts of a Document"

    contract_count = fields.Integer(
        string="Contracts", compute="_compute_contract_count"
    )

    def _compute_contract_count(self):
        contracts = self.env["crm.contract"]
        allowed = contracts.has_access("read")
        for record in self:
            domain = allowed and record.id and record._contract_domain()
            record.contract_count = (
                contracts.search_count(domain, limit=COUNT_LIMIT) if domain else 0
            )

    def _contract_domain(self):
        """Hook: the contracts of this document."""
        self.ensure_one()
        return fields.Domain.FALSE

    def _contract_defaults(self):
        """Hook: context of a new contract from here."""
        self.ensure_one()
        return {}

    def action_open_contracts(self):
        """The contracts of this document, and a new one with what is known."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(ACTION)
        return {
            **action,
            "domain": list(self._contract_domain()),
            "context": self._contract_defaults(),
        }


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["crm.contract.link", "res.partner"]

    def _contract_domain(self):
        """Papers of the company and of all its people."""
        self.ensure_one()
        return fields.Domain(
            "commercial_partner_id", "=", self.commercial_partner_id.id
        )

    def _contract_defaults(self):
        return {"default_partner_id": self.commercial_partner_id.id}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["crm.contract.link", "sale.order"]

    def _contract_domain(self):
        self.ensure_one()
        return fields.Domain("order_ids", "in", self.ids)

    def _contract_defaults(self):
        """A contract about this quotation."""
        self.ensure_one()
        return {
            "default_partner_id": self.partner_id.commercial_partner_id.id,
            "default_order_ids": self.ids,
            "default_lead_ids": self.opportunity_id.ids,
            "default_amount": self.amount_total,
            "default_currency_id": self.currency_id.id,
            "default_company_id": self.company_id.id,
        }


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.contract.link", "crm.lead"]

    def _contract_domain(self):
        """Contracts of the opportunity and of its quotations."""
        self.ensure_one()
        return fields.Domain("lead_ids", "in", self.ids) | fields.Domain(
            "order_ids.opportunity_id", "in", self.ids
        )

    def _contract_defaults(self):
        self.ensure_one()
        return {
            "default_partner_id": self.partner_id.commercial_partner_id.id,
            "default_lead_ids": self.ids,
            **({"default_company_id": self.company_id.id} if self.company_id else {}),
        }

    def _merge_dependences(self, opportunities):
        """The contracts of merged opportunities belong to the one that remains."""
        result = super()._merge_dependences(opportunities)
        contracts = self.env["crm.contract"].sudo().with_context(active_test=False)
        for contract in contracts.search([("lead_ids", "in", opportunities.ids)]):
            contract.lead_ids |= self
        return result


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    def _crm_hidden_lists(self):
        """Papers of masked customers are seen by the person responsible only."""
        modes = ("masked", "strict")
        return {
            **super()._crm_hidden_lists(),
            "crm.contract": (modes, "commercial_partner_id", "user_id"),
        }
