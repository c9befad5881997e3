from odoo import fields, models


class ResUsers(models.Model):
    """Whoever works for some sites only sees and handles the returns of these sites."""

    _inherit = "res.users"

    rma_warehouse_ids = fields.Many2many(
        "stock.warehouse",
        "crm_rma_user_warehouse_rel",
        "user_id",
        "warehouse_id",
        string="After-Sales Sites",
        help="Of the service desk: only returns at these warehouses are seen. Empty: all "
        "of the companies of this user.",
    )

    def _get_invalidation_fields(self):
        """Record rules are kept in memory with the sites they were made for."""
        return super()._get_invalidation_fields() | {"rma_warehouse_ids"}

    def _rma_default_warehouse(self):
        """The site of a clerk; of who works for all the usual warehouse.

        The company is that of the environment.
        """
        warehouse = self._get_default_warehouse_id()
        sites = self.sudo().rma_warehouse_ids.filtered(
            lambda site: site.company_id == self.env.company
        )
        return warehouse if not sites or warehouse in sites else sites[0]
