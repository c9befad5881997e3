from odoo import models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["crm.analytics.watched", "account.move.line"]

    _analytics_inputs = frozenset(
        (
            "move_id",
            "company_id",
            "balance",
            "cogs_origin_id",
            "display_type",
            "product_id",
            "product_uom_id",
            "quantity",
        )
    )

    def write(self, vals):
        """The order line that a line invoices tells its cost, and is no column."""
        if "sale_line_ids" in vals:
            self.env["crm.analytics.dirty"]._note(self._name, self.ids)
        return super().write(vals)
