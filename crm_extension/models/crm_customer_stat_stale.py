from odoo import api, fields, models
from odoo.tools import SQL

BATCH_SIZE = 500


class CrmCustomerStatStale(models.Model):
    """Customers whose facts must be counted again; rows are only ever inserted."""

    _name = "crm.customer.stat.stale"
    _description = "Customer to Count Again"
    _log_access = False

    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )

    @api.model
    @api.private
    def _remember(self, customer_ids):
        """Put customers on the list and wake the scheduled action."""
        if not customer_ids:
            return
        self.sudo().create([{"partner_id": id_} for id_ in sorted(customer_ids)])
        self.env.ref("crm_extension.ir_cron_customer_stat").sudo()._trigger()

    @api.model
    def _cron_count(self):
        """Count the customers that are on the list now, in batches; safe to repeat."""
        last = self.search([], order="id desc", limit=1).id or 0
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count([]))
        while rows := self._take(last):
            self.env["crm.customer.stat"]._refresh(rows.partner_id.ids)
            count = len(rows)
            rows.unlink()
            if not progress(count):
                break

    @api.model
    def _take(self, last):
        """Some rows of the list up to an id that no other worker holds."""
        found = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_customer_stat_stale WHERE id <= %s
                 ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                last,
                BATCH_SIZE,
            )
        )
        return self.browse(row[0] for row in found)
