from odoo import api, fields, models
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
    def _fact_contract(self, customers, company, only):
        """The last day of the last contract of the kinds. A contract that runs on
        without an end, or renews itself, has none: its customer is left alone."""
        columns = self.env["crm.contract"]._fields
        return SQL(
            """SELECT c.commercial_partner_id AS customer_id, MAX(c.last_day) AS moment
                 FROM crm_contract c
                WHERE %s AND c.active AND c.company_id = %s
                  AND c.category = 'contract' AND c.decision = 'signed' AND %s
             GROUP BY c.commercial_partner_id
               HAVING BOOL_AND(c.will_end)""",
            self._only(SQL("c.commercial_partner_id"), customers),
            company,
            SQL("c.kind_id IN %s", only) if only else SQL("TRUE"),
            to_flush=[
                columns[name]
                for name in (
                    "commercial_partner_id",
                    "active",
                    "company_id",
                    "category",
                    "kind_id",
                    "decision",
                    "last_day",
                    "will_end",
                )
            ],
        )


class CrmPoolRule(models.Model):
    """Rules that count contracts may count those of some kinds only."""

    _inherit = "crm.pool.rule"

    contract_kind_ids = fields.Many2many(
        "crm.contract.kind",
        string="Kinds of Contracts",
        ondelete="restrict",
        domain=[("category", "=", "contract")],
        help="Only contracts of these kinds are counted: with supply agreements alone, a "
        "non-disclosure agreement neither holds a customer nor begins a clock. Empty: "
        "contracts of all kinds.",
    )

    def _narrowed_to(self):
        """Also kinds that are archived: the contracts of theirs still count."""
        if self.fact == "contract":
            return self.with_context(active_test=False).contract_kind_ids
        return super()._narrowed_to()
