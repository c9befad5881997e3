from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.keyset import Keyset


class CrmWorkbench(models.AbstractModel):
    """The warning before the pool: customers of mine that fall soon."""

    _inherit = "crm.workbench"

    @api.model
    def _workbench_buckets(self):
        """Only where a rule is in force: nobody else has such customers."""
        buckets = super()._workbench_buckets()
        if self.env["crm.pool.clock"]._compiled_rules():
            buckets["pool"] = {
                "title": self.env._("Soon in the pool"),
                "icon": "fa-life-ring",
                "sequence": 58,
                "tone": "danger",
                "empty": self.env._("You keep all your customers this week."),
                "query": "_workbench_pool_query",
                "rows": "_workbench_pool_rows",
            }
        return buckets

    @api.model
    def _workbench_pool_query(self, user, search):
        """My customers whose last day lies within the days of warning."""
        partners = self.env["res.partner"]
        mine = SQL(
            """SELECT id FROM res_partner
                WHERE user_id = %s AND id = commercial_partner_id""",
            user.id,
            to_flush=(
                partners._fields["user_id"],
                partners._fields["commercial_partner_id"],
            ),
        )
        clock = self.env["crm.pool.clock"]._clock_sql(mine)
        domain = Domain("user_id", "=", user.id)
        domain &= self.env["crm.workbench.hidden"]._domain("res.partner", user)
        if search:
            domain &= Domain("complete_name", "ilike", search)
        query = partners._search(domain)
        alias = query.make_alias("res_partner", "pool_clock")
        query.add_join(
            "JOIN",
            alias,
            SQL("(%s)", clock),
            SQL(
                "%s = %s",
                SQL.identifier(alias, "customer_id"),
                SQL.identifier("res_partner", "id"),
            ),
        )
        due = SQL.identifier(alias, "due")
        query.add_where(SQL("%s <= %s", due, self._workbench_pool_limit()))
        return Keyset(query, SQL("%s::timestamp", due))

    @api.model
    def _workbench_pool_limit(self):
        today = fields.Date.context_today(self)
        return today + timedelta(days=self.env["crm.pool"]._longest_warning())

    @api.model
    def _workbench_pool_rows(self, ids, user):
        partners = self.env["res.partner"].browse(ids)
        told = self.env["crm.pool.clock"]._explain(partners)
        rows = [
            self._workbench_row(
                "res.partner",
                partner.id,
                document=self._workbench_document(partner),
                partner=partner,
                date=fields.Date.to_string(told[partner.id]["due"]),
                what=told[partner.id]["text"],
                icon="fa-life-ring",
            )
            for partner in partners
            if partner.id in told
        ]
        return self._workbench_finish_rows(rows)
