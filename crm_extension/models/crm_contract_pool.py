from odoo import api, models
from odoo.tools import SQL


class CrmPoolFact(models.AbstractModel):
    """Pool rules that count from the end of the contracts of a customer."""

    _inherit = "crm.pool.fact"

    @api.model
    def _pool_facts(self):
        """Only customers with contracts: whoever never had one is left alone."""
        _ = self.env._
        return {
            **super()._pool_facts(),
            "contract": {
                "label": _("No new contract after the last one"),
                "method": "_fact_contract",
                "since": _("last contract until %(date)s"),
                "never": _("no contract yet, with the salesperson since %(date)s"),
                "must": _("%(who)s must sign a new one within %(period)s"),
                "required": True,
                "is_date": True,
            },
        }

    @api.model
    def _fact_contract(self, customers, company, categories):
        """The last day of the last contract. A contract that runs on without an end, or
        renews itself, has none: its customer is left alone."""
        fields = self.env["crm.contract"]._fields
        return SQL(
            """SELECT c.commercial_partner_id AS customer_id, MAX(c.last_day) AS moment
                 FROM crm_contract c
                WHERE %s AND c.active AND c.company_id = %s
                  AND c.category = 'contract' AND c.decision = 'signed'
             GROUP BY c.commercial_partner_id
               HAVING BOOL_AND(c.will_end)""",
            self._only(SQL("c.commercial_partner_id"), customers),
            company,
            to_flush=[
                fields[name]
                for name in (
                    "commercial_partner_id",
                    "active",
                    "company_id",
                    "category",
                    "decision",
                    "last_day",
                    "will_end",
                )
            ],
        )
